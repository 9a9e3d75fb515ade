"""The two realms, customers and staff, and their differences: one table."""
