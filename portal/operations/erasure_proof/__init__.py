"""The erasure proof: a throwaway portal, made-up people, a backup, and a search."""
