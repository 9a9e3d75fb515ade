"""Rules of account recovery: the proof asked beside a link."""

from datetime import timedelta
from enum import StrEnum

from portal.identity.credentials.rules import Guarded
from portal.identity.mfa.rules import Factors
from portal.platform.core.errors import DomainError

RESET_WITHIN = timedelta(minutes=10)
"""How long a link to a new password works (ASVS 6.5.5)."""


class DisownedPasswordError(DomainError):
    """The new password is the one that its owner reported as known to others."""

    code = "disowned-password"


class RequiredFactor(StrEnum):
    """The proof asked beside the emailed link."""

    QUESTION = "question"
    CODE = "code"
    PASSKEY = "passkey"
    """Only a passkey is left: it needs no password, so there is nothing to reset."""


GUARDED = {
    RequiredFactor.QUESTION: Guarded.CUSTOMER_ANSWER,
    RequiredFactor.CODE: Guarded.CUSTOMER_CODE,
}


def proof_for(factors: Factors) -> RequiredFactor:
    """Return the proof asked of somebody: never weaker than at sign-in (ASVS 6.4.3)."""
    if not factors.are_strong:
        return RequiredFactor.QUESTION
    has_code = factors.authenticator_added_at is not None or factors.recovery_codes_left > 0
    return RequiredFactor.CODE if has_code else RequiredFactor.PASSKEY
