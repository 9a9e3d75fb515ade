"""How somebody gets back in who has forgotten how."""

from datetime import timedelta
from enum import StrEnum

from portal.identity.credentials.rules import Guarded
from portal.identity.mfa.rules import Factors
from portal.platform.core.errors import DomainError

RESET_WITHIN = timedelta(minutes=10)
"""How long a link to a new password works (ASVS 6.5.5)."""


class DisownedPasswordError(DomainError):
    """Somebody chose the very password again of which they had said that others may know it."""

    code = "disowned-password"


class RequiredFactor(StrEnum):
    """What is asked beside the link in the email."""

    QUESTION = "question"
    CODE = "code"
    PASSKEY = "passkey"
    """Only a passkey is left: it needs no password, so there is nothing to reset."""


GUARDED = {
    RequiredFactor.QUESTION: Guarded.CUSTOMER_ANSWER,
    RequiredFactor.CODE: Guarded.CUSTOMER_CODE,
}


def proof_for(factors: Factors) -> RequiredFactor:
    """Return what is asked of somebody: never less than at sign-in (ASVS 6.4.3)."""
    if not factors.are_strong:
        return RequiredFactor.QUESTION
    has_code = factors.authenticator_added_at is not None or factors.recovery_codes_left > 0
    return RequiredFactor.CODE if has_code else RequiredFactor.PASSKEY
