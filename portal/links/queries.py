"""Reading links."""

from uuid import UUID

from sqlalchemy import select

from portal.kernel.tokens import hash_token
from portal.kernel.work import Work
from portal.links.models import OneUseToken
from portal.links.rules import Purpose


def find_token_subject(work: Work, purpose: Purpose, token: str) -> UUID | None:
    """Return what a token would open, without using it; None when it opens nothing (any more)."""
    return work.session.scalar(
        select(OneUseToken.subject_id).where(
            OneUseToken.token_hash == hash_token(token),
            OneUseToken.purpose == purpose,
            OneUseToken.used_at.is_(None),
            OneUseToken.expires_at > work.now,
        )
    )
