"""Corrections that customers ask for: before and after, what was decided, and who else was told."""
