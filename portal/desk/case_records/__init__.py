"""Cases as rows, and whose each of them is."""
