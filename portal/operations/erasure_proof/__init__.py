"""The proof that deleted means deleted: a throwaway portal, people, a backup, and a search."""
