"""Items to developments, purely: no clock, no network, no database. See `docs/decisions/` for what was measured."""
