"""Reading one-time tokens."""

from uuid import UUID

from sqlalchemy import select

from portal.identity.one_time_tokens.models import OneTimeToken
from portal.identity.one_time_tokens.rules import TokenPurpose
from portal.platform.core.tokens import hash_token
from portal.platform.core.work import Work


def find_token_subject(work: Work, purpose: TokenPurpose, token: str) -> UUID | None:
    """Return the subject of a token, without using it; None for a dead one."""
    return work.session.scalar(
        select(OneTimeToken.subject_id).where(
            OneTimeToken.token_hash == hash_token(token),
            OneTimeToken.purpose == purpose,
            OneTimeToken.used_at.is_(None),
            OneTimeToken.expires_at > work.now,
        )
    )


def find_past_subject(work: Work, purpose: TokenPurpose, token: str) -> UUID | None:
    """Return the subject of a token, also of a dead one, as long as its row is kept."""
    return work.session.scalar(
        select(OneTimeToken.subject_id).where(
            OneTimeToken.token_hash == hash_token(token), OneTimeToken.purpose == purpose
        )
    )
