"""Rows of cases, and the owner of each."""
