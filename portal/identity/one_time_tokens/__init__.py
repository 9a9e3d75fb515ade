"""Links and codes that work once."""
