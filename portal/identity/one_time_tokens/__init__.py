"""One-time tokens: links and codes that work once."""
