"""Backups of both databases: made, kept, verified, restored, and erased from."""
