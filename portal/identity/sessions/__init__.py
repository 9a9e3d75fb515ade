"""Sessions of customers and staff alike, and links that work once."""
