"""Sources: an address in, its entries out. Fetches politely and safely, reads feeds strictly first, keeps nothing."""
