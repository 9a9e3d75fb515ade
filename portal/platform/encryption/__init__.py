"""One encryption key per person, encrypted documents, keyed hashes, password hashing."""
