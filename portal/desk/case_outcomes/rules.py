"""What a colleague writes who opens a case again."""

LONGEST_WHY = 1_000
"""Characters."""
