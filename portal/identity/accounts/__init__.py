"""Customers: registering, signing in, sessions, and the details that say who they are."""
