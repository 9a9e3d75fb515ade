"""The time in which a visitor may read and answer after using their link."""

from datetime import timedelta

READ_WITHIN = timedelta(minutes=30)
"""Counted from the link or their last answer: as long as a session without use."""
FOLLOWING = "following"
"""Where the cookie of forms carries the tokens that open messages, by reference."""
MOST = 5
"""Messages that one browser has open at the same time."""
