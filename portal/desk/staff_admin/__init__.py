"""Administration of staff accounts: inviting, joining, roles, leaving."""
