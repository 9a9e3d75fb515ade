"""Screening: which rows of a campaign list may be contacted, and who never may be again."""
