"""Reading unsubscribe tokens: whom an email went to."""

import hmac

from portal.consent.purposes.queries import list_versions
from portal.consent.unsubscribe.rules import SEAL, read_token
from portal.platform.core.work import Work


def find_email_hash(work: Work, purpose: str, text: str) -> bytes | None:
    """Return the keyed hash of the address an email went to; None if we made no such token."""
    token = read_token(text)
    if token is None:
        return None
    expected = work.vault.tagger(SEAL, purpose)(token.email_hash)
    is_ours = hmac.compare_digest(token.seal, expected)
    return token.email_hash if is_ours else None


def find_title(work: Work, purpose: str) -> str:
    """Return the title of a purpose, also of one that is no longer offered."""
    found = (version.find(purpose) for version in list_versions(work))
    return next((one.title for one in found if one), purpose)
