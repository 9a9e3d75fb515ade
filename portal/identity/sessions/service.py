"""Start and end sessions, record sign-ins, remember browsers."""

import hmac
from datetime import datetime
from typing import TypeVar
from uuid import UUID, uuid4

from sqlalchemy import ColumnElement, delete, select, update

from portal.governance.legal_holds.models import person_is_free
from portal.identity.sessions.models import (
    RememberedBrowser,
    SignInRecord,
    SignInSession,
    is_past_browser,
    is_past_session,
    is_past_sign_in,
)
from portal.identity.sessions.queries import find_is_new_device
from portal.identity.sessions.rules import (
    REMEMBERED_FOR,
    TWO_TABS_WITHIN,
    Greeted,
    Greeting,
    Opened,
    SessionStage,
)
from portal.platform.core.database import Base, deleted
from portal.platform.core.errors import SessionEndedError
from portal.platform.core.ids import SessionId
from portal.platform.core.rows import count_of, count_where, delete_where, erasure_of, spans_of
from portal.platform.core.sealing import place
from portal.platform.core.tokens import hash_token, new_token
from portal.platform.core.visit import Device, Visit
from portal.platform.core.work import Work

OWNERS = (
    SignInSession.owner_id,
    SignInRecord.owner_id,
    RememberedBrowser.owner_id,
)

count_owned = count_of(*OWNERS)
"""Count the sessions, sign-ins and remembered browsers of a person."""
forget_owner = erasure_of(*OWNERS)
"""Delete the sessions, sign-ins and remembered browsers of a person; return how many rows."""
list_spans = spans_of(
    (SignInSession.owner_id, SignInSession.created_at),
    (SignInRecord.owner_id, SignInRecord.happened_at),
    (RememberedBrowser.owner_id, RememberedBrowser.created_at),
)
"""Return what finds from when the sessions, sign-ins and browsers of a person are."""

Row = TypeVar("Row", bound=Base)


def lock_row(work: Work, table: type[Row], wanted: ColumnElement[bool]) -> Row | None:
    """Lock one row until the commit and return it as it is now; None where there is none.

    The actor's session is locked in the same statement: what was allowed when the request came is
    checked again here. Raises `SessionEndedError` when it has ended. Rows that refer to this one
    may be added meanwhile (`FOR NO KEY UPDATE`).
    """
    query, mine = select(table).where(wanted), work.actor.session_id
    taken: list[type[Base]] = [table]
    if mine is not None:
        query = query.join(SignInSession, SignInSession.id == mine)
        taken.append(SignInSession)
    locking = query.with_for_update(key_share=True, of=taken)
    row = work.session.scalars(locking.execution_options(populate_existing=True)).first()
    work.take_moment()
    if row is None and mine is not None and not has_session(work, mine):
        raise SessionEndedError
    return row


def lock_session(work: Work) -> None:
    """Lock the actor's session, for changes that have no row of their own to lock.

    Raises `SessionEndedError` when the session has ended.
    """
    mine = work.actor.session_id
    query = select(SignInSession.id).where(SignInSession.id == mine)
    if mine is not None and work.session.scalar(query.with_for_update()) is None:
        raise SessionEndedError
    work.take_moment()


def start_session(
    work: Work, kind: str, owner_id: UUID, stage: SessionStage, before: datetime | None = None
) -> Opened:
    """Start a session."""
    opened = Opened(SessionId(uuid4()), new_token())
    work.session.add(
        SignInSession(
            id=opened.id,
            token_hash=hash_token(opened.token),
            kind=kind,
            owner_id=owner_id,
            stage=stage,
            created_at=work.now,
            last_seen_at=work.now,
            signed_in_before_at=before,
            proved_at=work.now if stage is SessionStage.FULL else None,
        )
    )
    return opened


def record_sign_in(
    work: Work, owner_id: UUID, session_id: SessionId, method: str, device: Device
) -> bool:
    """Record that a session was opened; tell whether the device is a new one.

    False for the first sign-in of all.
    """
    spelled = f"{owner_id}|{device.name}|{device.place or device.network}"
    device_hash = work.vault.lookup_hash("device", spelled)
    is_new = find_is_new_device(work, owner_id, device_hash)
    row_id = uuid4()
    words = {**device.words(), "means": method}
    work.session.add(
        SignInRecord(
            id=row_id,
            owner_id=owner_id,
            session_id=session_id,
            device_hash=device_hash,
            sealed=work.seal(owner_id, place("sign_in_record", row_id), words),
            happened_at=work.now,
        )
    )
    return is_new


def note_proved(work: Work, session_id: SessionId) -> str:
    """Record fresh proof in a session; return its new token.

    The earlier token is invalidated (ASVS 7.2.4).
    """
    token = new_token()
    work.session.execute(
        update(SignInSession)
        .where(SignInSession.id == session_id)
        .values(proved_at=work.now, token_hash=hash_token(token))
    )
    return token


def mark_seen(work: Work, visit: Visit) -> None:
    """Note that a session was used now."""
    work.session.execute(
        update(SignInSession)
        .where(SignInSession.id == visit.session_id)
        .values(last_seen_at=work.now)
    )


def end_session(work: Work, session_id: SessionId, owner_id: UUID | None = None) -> bool:
    """End one session, of anybody or only of one person; False where there was none."""
    wanted = SignInSession.id == session_id
    if owner_id is not None:
        wanted &= SignInSession.owner_id == owner_id
    ended = delete(SignInSession).where(wanted).execution_options(synchronize_session=False)
    return deleted(work.session, ended) > 0


def end_sessions(work: Work, owner_id: UUID, but: SessionId | None = None) -> None:
    """End every session of a person, or all but one."""
    theirs = SignInSession.owner_id == owner_id
    if but is not None:
        theirs &= SignInSession.id != but
    work.session.execute(delete(SignInSession).where(theirs))


def remember_browser(work: Work, owner_id: UUID, shown: str | None, device: Device) -> str:
    """Remember a browser for a person; return its cookie value."""
    if shown:
        forget_browser(work, shown)
    series, token, row_id = new_token(), new_token(), uuid4()
    work.session.add(
        RememberedBrowser(
            id=row_id,
            owner_id=owner_id,
            series_hash=hash_token(series),
            token_hash=hash_token(token),
            sealed=work.seal(owner_id, place("remembered_browser", row_id), device.words()),
            created_at=work.now,
            used_at=work.now,
            expires_at=work.now + REMEMBERED_FOR,
        )
    )
    return f"{series}.{token}"


def find_remembered_owner(work: Work, shown: str) -> UUID | None:
    """Return the owner of a browser's cookie; lock them before calling `greet`."""
    series = hash_token(shown.partition(".")[0])
    query = select(RememberedBrowser.owner_id).where(RememberedBrowser.series_hash == series)
    return work.session.scalar(query)


def greet(work: Work, shown: str, *, may_be_second_tab: bool) -> Greeting:
    """Check a remembered browser's cookie and replace its token, which works once.

    Its owner is locked. An old token of a known series is a copied cookie: every remembered browser
    of that person is removed (`Greeted.STOLEN`).
    """
    series, _, token = shown.partition(".")
    query = select(RememberedBrowser).where(
        RememberedBrowser.series_hash == hash_token(series),
        RememberedBrowser.expires_at > work.now,
    )
    row = work.session.scalars(query).first()
    if row is None:
        return Greeting(Greeted.UNKNOWN)
    if not hmac.compare_digest(row.token_hash, hash_token(token)):
        if may_be_second_tab and row.used_at and work.now - row.used_at <= TWO_TABS_WITHIN:
            return Greeting(Greeted.KNOWN, row.owner_id)
        forget_browsers(work, row.owner_id)
        return Greeting(Greeted.STOLEN, row.owner_id)
    fresh = new_token()
    renewed = update(RememberedBrowser).where(RememberedBrowser.id == row.id)
    values = renewed.values(token_hash=hash_token(fresh), used_at=work.now)
    if work.session.scalar(values.returning(RememberedBrowser.id)) is None:
        return Greeting(Greeted.UNKNOWN)  # forgotten in another tab just now
    return Greeting(Greeted.KNOWN, row.owner_id, f"{series}.{fresh}")


def forget_browser(work: Work, shown: str) -> None:
    """Remove one remembered browser."""
    series = hash_token(shown.partition(".")[0])
    work.session.execute(delete(RememberedBrowser).where(RememberedBrowser.series_hash == series))


def forget_browsers(work: Work, owner_id: UUID, browser_id: UUID | None = None) -> None:
    """Remove all remembered browsers of a person, or one of them."""
    theirs = RememberedBrowser.owner_id == owner_id
    if browser_id is not None:
        theirs &= RememberedBrowser.id == browser_id
    work.session.execute(delete(RememberedBrowser).where(theirs))


def end_everything(work: Work) -> None:
    """End every session and remove every remembered browser, after a restore."""
    work.session.execute(delete(SignInSession))
    work.session.execute(delete(RememberedBrowser))


def count_ended(work: Work) -> int:
    """Count the ended sessions that are not needed any more."""
    return count_where(work, SignInSession.id, is_past_session(work.now))


def forget_ended(work: Work, most: int) -> int:
    """Delete ended sessions that are not needed any more; return how many."""
    return delete_where(work, SignInSession.id, is_past_session(work.now), most)


def has_session(work: Work, session_id: SessionId) -> bool:
    """Tell whether a session is still open, inside the transaction that relies on it."""
    query = select(SignInSession.id).where(SignInSession.id == session_id)
    return work.session.scalar(query) is not None


def count_old_sign_ins(work: Work) -> int:
    """Count the sign-ins that are no longer shown, except those of people under a legal hold."""
    return count_where(work, SignInRecord.id, _is_old(work))


def forget_old_sign_ins(work: Work, most: int) -> int:
    """Delete the sign-ins that are no longer shown; return how many."""
    return delete_where(work, SignInRecord.id, _is_old(work), most)


def count_old_browsers(work: Work) -> int:
    """Count the expired remembered browsers."""
    return count_where(work, RememberedBrowser.id, is_past_browser(work.now))


def forget_old_browsers(work: Work, most: int) -> int:
    """Delete the expired remembered browsers; return how many."""
    return delete_where(work, RememberedBrowser.id, is_past_browser(work.now), most)


def _is_old(work: Work) -> ColumnElement[bool]:
    return is_past_sign_in(work.now) & person_is_free(work, SignInRecord.owner_id)
