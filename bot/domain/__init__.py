"""The nouns of the field: small frozen types, one file a noun. No clock, no network, no database."""
