"""Passwords, answers, tries, sessions and one-use tokens: for customers and staff alike."""
