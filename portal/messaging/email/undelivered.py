"""Emails that were not delivered: listed, sent again, and for how long their words are kept."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, Select, func, select, update

from portal.governance.legal_holds.models import person_is_free
from portal.messaging.email.delivery import SERVERS_STATE, TOLD, FailureReason
from portal.messaging.email.kinds import KINDS
from portal.messaging.email.models import EmailState, OutboxEmail
from portal.messaging.email.outbox import wipe
from portal.platform.core.errors import NotFoundError
from portal.platform.core.rows import count_where, take_where
from portal.platform.core.texts import _
from portal.platform.core.work import Work

KEPT_AFTER_SENDING = timedelta(days=30)
WORDS_KEPT = timedelta(days=7)
"""How long an email that failed can be sent again."""


@dataclass(frozen=True, slots=True)
class Undelivered:
    """An email that was not delivered, without address or words. `code` is the server's answer."""

    id: UUID
    kind: str
    case_id: UUID | None
    created_at: datetime
    ended_at: datetime
    reason: FailureReason | None
    code: int
    has_words: bool

    @property
    def title(self) -> str:
        """What it was."""
        return KINDS.get(self.kind, self.kind)

    @property
    def why(self) -> str:
        """Say why, as the end of a sentence."""
        return TOLD[self.reason] if self.reason else _("the reason wasn’t recorded")

    @property
    def why_alone(self) -> str:
        """Say why, on a line of its own."""
        return self.why[:1].upper() + self.why[1:]


@dataclass(frozen=True, slots=True)
class OutboxCounts:
    """How many emails there are of each kind, and since when the oldest waits."""

    waiting: int
    delayed: int
    """Of those that wait: because the mail server is away, or turns us away."""
    sent: int
    failed: int
    oldest_waiting_at: datetime | None


def ended_at() -> ColumnElement[datetime]:
    """Return when an email was sent or failed; of one from before that was noted, was written."""
    return func.coalesce(OutboxEmail.ended_at, OutboxEmail.sent_at, OutboxEmail.created_at)


def list_undelivered(work: Work, most: int) -> list[Undelivered]:
    """Return emails that were not delivered, the newest first, but for those to erased people."""
    query = _undelivered().order_by(ended_at().desc(), OutboxEmail.id).limit(most)
    return [_read(row) for row in work.session.scalars(query)]


def list_undelivered_of(work: Work, case_id: UUID) -> list[Undelivered]:
    """Return the emails of a case that were not delivered, the newest first."""
    query = _undelivered().where(OutboxEmail.case_id == case_id)
    return [_read(row) for row in work.session.scalars(query.order_by(ended_at().desc()))]


def count_emails(work: Work) -> OutboxCounts:
    """Count the emails by what became of them."""
    query = select(OutboxEmail.state, func.count()).group_by(OutboxEmail.state)
    by_state = {row.state: row[1] for row in work.session.execute(query)}
    waits = OutboxEmail.state == EmailState.WAITING
    oldest = work.session.scalar(select(func.min(OutboxEmail.created_at)).where(waits))
    return OutboxCounts(
        waiting=by_state.get(EmailState.WAITING, 0),
        delayed=count_where(work, OutboxEmail.id, _is_delayed()),
        sent=by_state.get(EmailState.SENT, 0),
        failed=by_state.get(EmailState.FAILED, 0),
        oldest_waiting_at=oldest,
    )


def find_is_delayed(work: Work) -> bool:
    """Tell whether emails wait because the mail server is away: the same for everybody's."""
    return work.session.scalar(select(OutboxEmail.id).where(_is_delayed()).limit(1)) is not None


def resend(work: Work, email_id: UUID) -> bool:
    """Let an email that failed wait again; False when its words are gone.

    Raises `NotFoundError` when there is no such email, or it did not fail.
    """
    row = work.session.get(OutboxEmail, email_id, with_for_update=True)
    if row is None or row.state != EmailState.FAILED:
        raise NotFoundError
    if row.sealed is None:
        return False
    row.state, row.due_at, row.tries = EmailState.WAITING, work.now, 0
    row.ended_at = row.refused_since = row.reason = row.code = None
    return True


def send_now(work: Work) -> int:
    """Have every email that waits be due at once; return how many that changed.

    One that a worker is sending at this moment is left to it.
    """
    later = (OutboxEmail.state == EmailState.WAITING) & (OutboxEmail.due_at > work.now)
    until = OutboxEmail.claimed_until
    is_free = until.is_(None) | (until <= work.now)
    in_order = select(OutboxEmail.id).where(later, is_free).order_by(OutboxEmail.id)
    ids = work.session.scalars(in_order.with_for_update()).all()
    due = update(OutboxEmail).where(OutboxEmail.id.in_(ids)).values(due_at=work.now)
    return len(work.session.scalars(due.returning(OutboxEmail.id)).all()) if ids else 0


def count_ended(work: Work) -> int:
    """Count the records of emails that went, or failed, long ago."""
    return count_where(work, OutboxEmail.id, _may_go(work))


def forget_ended(work: Work, most: int) -> int:
    """Delete the records of emails that went, or failed, long ago; return how many."""
    taken = take_where(work, OutboxEmail.id, _may_go(work), most)
    for row in _get_many(work, taken):
        wipe(work, row)
        work.session.delete(row)
    return len(taken)


def count_old_words(work: Work) -> int:
    """Count the emails that failed so long ago that their words go."""
    return count_where(work, OutboxEmail.id, _has_old_words(work))


def forget_old_words(work: Work, most: int) -> int:
    """Wipe the words of emails that failed a while ago; return how many."""
    taken = take_where(work, OutboxEmail.id, _has_old_words(work), most)
    for row in _get_many(work, taken):
        wipe(work, row)
    return len(taken)


def _get_many(work: Work, email_ids: list[UUID]) -> list[OutboxEmail]:
    query = select(OutboxEmail).where(OutboxEmail.id.in_(email_ids))
    return list(work.session.scalars(query)) if email_ids else []


def _is_delayed() -> ColumnElement[bool]:
    waits = OutboxEmail.state == EmailState.WAITING
    return waits & OutboxEmail.reason.in_(SERVERS_STATE)


def _undelivered() -> Select[OutboxEmail]:
    is_anybodys = func.coalesce(OutboxEmail.reason, "") != FailureReason.ERASED
    return select(OutboxEmail).where(OutboxEmail.state == EmailState.FAILED, is_anybodys)


def _read(row: OutboxEmail) -> Undelivered:
    return Undelivered(
        id=row.id,
        kind=row.kind,
        case_id=row.case_id,
        created_at=row.created_at,
        ended_at=row.ended_at or row.created_at,
        reason=FailureReason(row.reason) if row.reason else None,
        code=row.code or 0,
        has_words=row.sealed is not None,
    )


def is_past(now: datetime) -> ColumnElement[bool]:
    """Return the SQL condition for emails that went, or failed, long ago; held or not."""
    has_ended = OutboxEmail.state.in_((EmailState.SENT, EmailState.FAILED))
    return has_ended & (ended_at() < now - KEPT_AFTER_SENDING)


def _may_go(work: Work) -> ColumnElement[bool]:
    return is_past(work.now) & person_is_free(work, OutboxEmail.person_id)


def _has_old_words(work: Work) -> ColumnElement[bool]:
    has_failed = (OutboxEmail.state == EmailState.FAILED) & OutboxEmail.sealed.is_not(None)
    is_free = person_is_free(work, OutboxEmail.person_id)
    return has_failed & (ended_at() < work.now - WORDS_KEPT) & is_free
