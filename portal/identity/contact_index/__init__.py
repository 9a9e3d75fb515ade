"""The contact index: keyed hashes by which customers are found who have an address or a number."""
