"""Retention of drafts, and the pages on which visitors have drafts."""

from datetime import timedelta

DRAFTS_KEPT = timedelta(hours=24)
VISITORS_DRAFTS_KEPT = timedelta(minutes=30)
"""As long as a session without use: the next person at a shared computer finds nothing."""
REGISTER = "/register"
SIGN_IN = "/sign-in"
VISITORS_PAGES = frozenset({REGISTER, SIGN_IN})
"""The pages whose drafts belong to a browser, since nobody is signed in there."""
TYPED = "typed"
"""Where the cookie of forms carries the token that opens a visitor's draft."""
