"""Accounts of the support desk's colleagues, their roles, and what each role may do."""
