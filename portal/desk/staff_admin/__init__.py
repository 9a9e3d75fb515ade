"""Looking after the people of the desk: inviting, joining, roles, leaving."""
