"""Customers: registering, confirming an address, closing an account, and who they are."""
