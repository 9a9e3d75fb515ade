"""Passwords, security answers and counted tries, for customers and staff alike."""
