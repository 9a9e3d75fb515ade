"""The schema of both databases: its version, and how it is migrated."""
