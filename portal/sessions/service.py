"""Start and end sessions; give links that work once, and take them."""

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, delete, select, update

from portal.kernel.ids import SessionId
from portal.kernel.rows import count_of, count_where, delete_where, erasure_of
from portal.kernel.visit import Visit
from portal.kernel.work import Work
from portal.sessions.models import OneUseToken, SignInSession
from portal.sessions.rules import LONGEST_SESSION, Purpose, Stage, hash_token, new_token

KEPT_AFTER = timedelta(days=1)
"""How long the row of a session or link stays after its end."""
OWNERS = (SignInSession.owner_id, OneUseToken.subject_id)

count_owned = count_of(*OWNERS)
"""Count the sessions of a person and the links given to them."""
forget_owner = erasure_of(*OWNERS)
"""Delete the sessions of a person and the links given to them; return how many rows."""


def start_session(
    work: Work, kind: str, owner_id: UUID, stage: Stage, before: datetime | None = None
) -> str:
    """Start a session and return its token, which is nowhere else."""
    token = new_token()
    work.session.add(
        SignInSession(
            token_hash=hash_token(token),
            kind=kind,
            owner_id=owner_id,
            stage=stage,
            created_at=work.now,
            last_seen_at=work.now,
            signed_in_before_at=before,
        )
    )
    return token


def mark_seen(work: Work, visit: Visit) -> None:
    """Write down that a session was used now."""
    work.session.execute(
        update(SignInSession)
        .where(SignInSession.id == visit.session_id)
        .values(last_seen_at=work.now)
    )


def end_session(work: Work, session_id: SessionId) -> None:
    """End one session."""
    work.session.execute(delete(SignInSession).where(SignInSession.id == session_id))


def issue_token(
    work: Work, purpose: Purpose, subject_id: UUID, life: timedelta, *, keep_others: bool = False
) -> str:
    """Give a one-use token; the ones given before for the same thing open nothing any more.

    With `keep_others` they do: a reminder does not make the first letter useless.
    """
    if not keep_others:
        same = (OneUseToken.subject_id == subject_id) & (OneUseToken.purpose == purpose)
        work.session.execute(delete(OneUseToken).where(same))
    token = new_token()
    work.session.add(
        OneUseToken(
            purpose=purpose,
            token_hash=hash_token(token),
            subject_id=subject_id,
            created_at=work.now,
            expires_at=work.now + life,
        )
    )
    return token


def use_token(work: Work, purpose: Purpose, token: str) -> UUID | None:
    """Use a token up in one statement; return what it opens, or None."""
    return work.session.scalar(
        update(OneUseToken)
        .where(
            OneUseToken.token_hash == hash_token(token),
            OneUseToken.purpose == purpose,
            OneUseToken.used_at.is_(None),
            OneUseToken.expires_at > work.now,
        )
        .values(used_at=work.now)
        .returning(OneUseToken.subject_id)
    )


def end_sessions(work: Work, owner_id: UUID) -> None:
    """End every session of a person."""
    work.session.execute(delete(SignInSession).where(SignInSession.owner_id == owner_id))


def end_everything(work: Work) -> None:
    """End every session and every link: a copy was put back, and some had ended since."""
    work.session.execute(delete(SignInSession))
    work.session.execute(delete(OneUseToken))


def count_ended(work: Work) -> int:
    """Count the sessions and links that nothing will ask for again."""
    return count_where(work, SignInSession.id, _session_ended(work)) + count_where(
        work, OneUseToken.id, _token_ended(work)
    )


def forget_ended(work: Work, most: int) -> int:
    """Delete sessions and links that nothing will ask for again; return how many."""
    return delete_where(work, SignInSession.id, _session_ended(work), most) + delete_where(
        work, OneUseToken.id, _token_ended(work), most
    )


def has_session(work: Work, session_id: SessionId) -> bool:
    """Tell whether a session is still there, inside the transaction that relies on it."""
    query = select(SignInSession.id).where(SignInSession.id == session_id)
    return work.session.scalar(query) is not None


def _session_ended(work: Work) -> ColumnElement[bool]:
    longest = max(LONGEST_SESSION.values())
    return SignInSession.last_seen_at < work.now - longest - KEPT_AFTER


def _token_ended(work: Work) -> ColumnElement[bool]:
    return OneUseToken.expires_at < work.now - KEPT_AFTER
