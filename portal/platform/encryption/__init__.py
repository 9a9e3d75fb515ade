"""The vault: one key per person, sealed documents, keyed hashes."""
