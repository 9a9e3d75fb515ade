"""What is true of changes to how somebody signs in."""

from datetime import timedelta

UNDO_WITHIN = timedelta(days=7)
"""How long the old address can take a change of address back."""
CONFIRM_EMAIL_WITHIN = timedelta(hours=24)
