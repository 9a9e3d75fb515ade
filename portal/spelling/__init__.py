"""Spelling: what stands in a cell of a list, read as a way to reach somebody."""
