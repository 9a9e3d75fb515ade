"""How long a visitor may read and answer once their link was used."""

from datetime import timedelta

READ_WITHIN = timedelta(minutes=30)
"""Counted from the link or their last answer: as long as a session without use."""
FOLLOWING = "following"
"""Where the cookie of forms carries the tokens that open messages, by reference."""
MOST = 5
"""Messages that one browser has open at the same time."""
