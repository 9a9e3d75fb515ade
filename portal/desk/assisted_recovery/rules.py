"""Rules of assisted recovery."""

from datetime import timedelta

LET_BACK_IN_WITHIN = timedelta(hours=1)
"""How long the link works that the desk sends: somebody has to find the email first."""
LONGEST_NOTE = 1000
SHORTEST_NOTE = 20
