"""Reading sessions, past sign-ins and remembered browsers."""

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, Uuid, and_, bindparam, or_, select

from portal.identity.sessions.models import RememberedBrowser, SignInRecord, SignInSession
from portal.identity.sessions.rules import SIGN_INS_KEPT, RecentSignIn, Remembered, SessionStage
from portal.platform.core.database import Moment
from portal.platform.core.errors import NotFoundError
from portal.platform.core.ids import SessionId
from portal.platform.core.sealing import place
from portal.platform.core.visit import Device
from portal.platform.core.work import Work


def find_is_new_device(work: Work, owner_id: UUID, device_hash: bytes) -> bool:
    """Tell whether a device is new to somebody who has signed in recently."""
    given = {"owner": owner_id, "since": work.now - SIGN_INS_KEPT, "device": device_hash}
    return bool(work.session.scalar(_IS_NEW, given))


def find_begun_at(work: Work, session_id: SessionId) -> datetime | None:
    """Return when a session began; None where it has ended."""
    query = select(SignInSession.created_at).where(SignInSession.id == session_id)
    return work.session.scalar(query)


def list_sign_ins(
    work: Work, owner_id: UUID, most: int, after: UUID | None = None
) -> list[RecentSignIn]:
    """Return the sign-ins of the last ninety days, newest first, perhaps only those before one.

    Raises `NotFoundError` when that one is not this person's.
    """
    own = _recent(work, owner_id)
    last = work.session.get(SignInRecord, after) if after else None
    if after and (last is None or last.owner_id != owner_id):
        raise NotFoundError
    if last is not None:
        same = and_(SignInRecord.happened_at == last.happened_at, SignInRecord.id > last.id)
        own &= or_(SignInRecord.happened_at < last.happened_at, same)
    rows = work.session.scalars(
        select(SignInRecord)
        .where(own)
        .order_by(SignInRecord.happened_at.desc(), SignInRecord.id)
        .limit(most)
    )
    read = (_read(work, row) for row in rows)
    return [one for one in read if one is not None]


def list_open(
    work: Work, owner_id: UUID, longest: timedelta, idle: timedelta
) -> list[RecentSignIn]:
    """Return a person's open sessions, the last used first.

    `longest` is the maximum length of a session of theirs, `idle` the time after which it ends
    unused.
    """
    rows = work.session.execute(
        select(SignInRecord, SignInSession)
        .join(SignInSession, SignInSession.id == SignInRecord.session_id)
        .where(SignInRecord.owner_id == owner_id, SignInSession.stage == SessionStage.FULL)
        .order_by(SignInSession.last_seen_at.desc(), SignInRecord.id)
    ).all()
    return [
        found
        for record, row in rows
        if not row.read().is_idle(work.now, idle)
        and not row.read().is_over(longest, work.now)
        and (found := _read(work, record, row.last_seen_at)) is not None
    ]


def get_sign_in(work: Work, owner_id: UUID, record_id: UUID) -> RecentSignIn:
    """Return one sign-in of the last ninety days; raises `NotFoundError`, also for another's."""
    query = select(SignInRecord).where(_recent(work, owner_id), SignInRecord.id == record_id)
    row = work.session.scalars(query).first()
    found = _read(work, row) if row is not None else None
    if found is None:
        raise NotFoundError
    return found


def list_remembered(work: Work, owner_id: UUID) -> list[Remembered]:
    """Return the remembered browsers of a person, the newest first."""
    rows = work.session.scalars(
        select(RememberedBrowser)
        .where(RememberedBrowser.owner_id == owner_id, RememberedBrowser.expires_at > work.now)
        .order_by(RememberedBrowser.created_at.desc())
    )
    found = []
    for row in rows:
        words = row.sealed and work.vault.find(
            owner_id, place("remembered_browser", row.id), row.sealed
        )
        device = Device.from_words(words) if words else Device()
        found.append(Remembered(row.id, device, row.created_at, row.used_at))
    return found


def _recent(work: Work, owner_id: UUID) -> ColumnElement[bool]:
    return and_(
        SignInRecord.owner_id == owner_id, SignInRecord.happened_at > work.now - SIGN_INS_KEPT
    )


def _read(
    work: Work, row: SignInRecord, last_seen_at: datetime | None = None
) -> RecentSignIn | None:
    words = work.vault.find(row.owner_id, place("sign_in_record", row.id), row.sealed)
    if words is None:
        return None
    device = Device.from_words(words)
    session_id = SessionId(row.session_id)
    return RecentSignIn(row.id, session_id, row.happened_at, device, words["means"], last_seen_at)


_RECENT = select(SignInRecord.id).where(
    SignInRecord.owner_id == bindparam("owner", type_=Uuid()),
    SignInRecord.happened_at > bindparam("since", type_=Moment()),
)
_KNOWN = _RECENT.where(SignInRecord.device_hash == bindparam("device"))
_IS_NEW = select(_RECENT.exists() & ~_KNOWN.exists())
