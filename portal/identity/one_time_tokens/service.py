"""Issue one-time tokens, and use them up."""

from collections.abc import Collection
from datetime import timedelta
from uuid import UUID

from sqlalchemy import Select, delete, func, update

from portal.identity.one_time_tokens.models import OneTimeToken, is_past
from portal.identity.one_time_tokens.rules import TokenPurpose
from portal.platform.core.rows import count_of, count_where, delete_where, erasure_of, spans_of
from portal.platform.core.tokens import hash_token, new_token
from portal.platform.core.work import Work

count_owned = count_of(OneTimeToken.subject_id)
"""Count the links given to a person."""
forget_owner = erasure_of(OneTimeToken.subject_id)
"""Delete the links given to a person; return how many."""
list_spans = spans_of((OneTimeToken.subject_id, OneTimeToken.created_at))
"""Return what finds from when the links given to a person are."""


def issue_token(
    work: Work,
    purpose: TokenPurpose,
    subject_id: UUID,
    life: timedelta,
    *,
    keep_others: bool = False,
) -> str:
    """Issue a token; earlier ones of the same purpose and subject are invalidated.

    With `keep_others` they stay valid: a reminder does not make the first email useless.
    """
    if not keep_others:
        end_tokens(work, purpose, subject_id)
    token = new_token()
    _give(work, purpose, subject_id, hash_token(token), life)
    return token


def use_token(work: Work, purpose: TokenPurpose, token: str) -> UUID | None:
    """Use a token up in one statement; return its subject, or None."""
    return _take(work, purpose, hash_token(token))


def issue_code(
    work: Work, purpose: TokenPurpose, subject_id: UUID, code: str, life: timedelta
) -> None:
    """Save a short code for one subject, as a keyed hash; earlier ones are invalidated."""
    end_tokens(work, purpose, subject_id)
    _give(work, purpose, subject_id, _hash_code(work, purpose, subject_id, code), life)


def use_code(work: Work, purpose: TokenPurpose, subject_id: UUID, code: str) -> bool:
    """Verify a subject's code and use it up, in one statement."""
    return _take(work, purpose, _hash_code(work, purpose, subject_id, code)) is not None


def miss_code(work: Work, purpose: TokenPurpose, subject_id: UUID, most: int) -> None:
    """Count a wrong try at a subject's code; it is invalidated when there were so many."""
    same = (OneTimeToken.subject_id == subject_id) & (OneTimeToken.purpose == purpose)
    misses = func.coalesce(OneTimeToken.misses, 0) + 1
    work.session.execute(update(OneTimeToken).where(same).values(misses=misses))
    work.session.execute(delete(OneTimeToken).where(same, OneTimeToken.misses >= most))


def end_tokens(work: Work, purpose: TokenPurpose, subject_id: UUID) -> None:
    """Invalidate the links and codes of a subject."""
    same = (OneTimeToken.subject_id == subject_id) & (OneTimeToken.purpose == purpose)
    work.session.execute(delete(OneTimeToken).where(same))


def end_tokens_of(
    work: Work, purposes: Collection[TokenPurpose], subject_ids: Select[UUID] | Collection[UUID]
) -> None:
    """Have the links given for some things open nothing any more. One statement."""
    same = OneTimeToken.subject_id.in_(subject_ids) & OneTimeToken.purpose.in_(purposes)
    work.session.execute(delete(OneTimeToken).where(same))


def _give(
    work: Work, purpose: TokenPurpose, subject_id: UUID, token_hash: bytes, life: timedelta
) -> None:
    work.session.add(
        OneTimeToken(
            purpose=purpose,
            token_hash=token_hash,
            subject_id=subject_id,
            created_at=work.now,
            expires_at=work.now + life,
        )
    )


def _take(work: Work, purpose: TokenPurpose, token_hash: bytes) -> UUID | None:
    return work.session.scalar(
        update(OneTimeToken)
        .where(
            OneTimeToken.token_hash == token_hash,
            OneTimeToken.purpose == purpose,
            OneTimeToken.used_at.is_(None),
            OneTimeToken.expires_at > work.now,
        )
        .values(used_at=work.now)
        .returning(OneTimeToken.subject_id)
    )


def _hash_code(work: Work, purpose: TokenPurpose, subject_id: UUID, code: str) -> bytes:
    """Return a keyed hash: a short code could be guessed from a plain one."""
    return work.vault.lookup_hash(purpose, f"{subject_id}:{code}")


def end_every_link(work: Work) -> None:
    """Invalidate every link after a restore: some were used since the backup."""
    work.session.execute(delete(OneTimeToken))


def count_ended(work: Work) -> int:
    """Count the tokens that are not needed any more."""
    return count_where(work, OneTimeToken.id, is_past(work.now))


def forget_ended(work: Work, most: int) -> int:
    """Delete tokens that are not needed any more; return how many."""
    return delete_where(work, OneTimeToken.id, is_past(work.now), most)
