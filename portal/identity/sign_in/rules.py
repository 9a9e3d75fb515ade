"""Results of the steps of signing in, and their messages."""

from dataclasses import dataclass, field
from uuid import UUID

from portal.identity.credentials.rules import Verification
from portal.identity.mfa.rules import Way
from portal.platform.core.texts import _

COPIED = _(
    "Someone may have copied what this browser keeps. We’ve stopped remembering you on all your"
    " devices. Sign in as usual."
)
BACK = _("Your account is back, and nothing will be deleted. All marketing is off.")
UNFINISHED = _(
    "Your account has no authenticator app or passkey yet, so you can’t sign in. Ask an"
    " administrator to send the invitation again"
)
"""Said only after the right password."""


@dataclass(frozen=True, slots=True)
class SignedChallenge:
    """A browser's answer with a passkey, and the subject that the challenge was issued for."""

    subject_id: UUID
    answer: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class SignIn:
    """The result of one step of signing in; it has a token only where the step was right.

    `is_back`: a customer's account was to be deleted, and no longer is. `is_unfinished`: the
    password was right, and the colleague has no second step yet.
    """

    proof: Verification
    token: str = field(default="", repr=False)
    is_back: bool = False
    is_unfinished: bool = False
    ways: tuple[Way, ...] = ()
    """What may be asked next of whoever gave the right password."""
