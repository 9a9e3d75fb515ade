"""The schema of both databases: its version, and its migrations."""
