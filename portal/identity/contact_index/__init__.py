"""The contact index: keyed hashes by which customers are found from an address or a number."""
