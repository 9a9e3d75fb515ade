"""Marks: by which keyed hashes customers are found who can be reached at an address or number."""
