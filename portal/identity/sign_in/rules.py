"""What comes of a step of signing in, and what is said of it."""

from dataclasses import dataclass, field

from portal.identity.credentials.rules import LINKS, Guarded, Verification
from portal.identity.mfa.rules import Way

COPIED = (
    "Somebody may have copied what this browser keeps. We no longer greet anybody by name"
    " on any device. Please sign in as usual."
)
GUARDED = {
    Way.AUTHENTICATOR: Guarded.CUSTOMER_CODE,
    Way.MAILED_CODE: Guarded.CUSTOMER_CODE,
    Way.RECOVERY_CODE: Guarded.CUSTOMER_CODE,
}
"""What tries at a code are counted for: all kinds together, so that none adds tries to another."""
ALL_GUARDED = (
    Guarded.CUSTOMER_PASSWORD,
    Guarded.CUSTOMER_ANSWER,
    Guarded.CUSTOMER_CODE,
    Guarded.CUSTOMER_PROOF,
)
MAILINGS = (Guarded.CUSTOMER_MAILING, *LINKS)


@dataclass(frozen=True, slots=True)
class SignIn:
    """What came of one step of signing in; a token only where it was right."""

    proof: Verification
    token: str = field(default="", repr=False)
    is_back: bool = False
    ways: tuple[Way, ...] = ()
    """What may be asked next of whoever gave the right password."""
