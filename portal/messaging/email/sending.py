"""Take emails out of the outbox one by one, open them, and note what became of each.

Only two things end an email that waits: it was refused for good (or for now, for seven days), or
whoever it is to has been erased, and the ledger says so. A server that is away, an email that does
not open or that we cannot make: those wait.
"""

from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from sqlalchemy import ColumnElement, select

from portal.messaging.email.delivery import (
    REFUSED_FOR,
    UNREADABLE_PAUSE,
    DeliveryResult,
    FailureReason,
    Outcome,
    next_pause,
    pause_unanswered,
)
from portal.messaging.email.message import Email
from portal.messaging.email.models import EmailState, OutboxEmail
from portal.messaging.email.outbox import end_email, lock_email
from portal.platform.core.errors import KeyGoneError, UnreadableError
from portal.platform.core.sealing import place
from portal.platform.core.work import Work
from portal.platform.encryption.doomed import DoomedKey

CLAIM = timedelta(minutes=13)
"""How long a worker may take over one email before another may try it: more than the server may
take to be handed it (`BUDGET_SECONDS`) and to answer (`END_SECONDS`)."""


class Unopened(StrEnum):
    """Why a claimed email cannot be opened."""

    GONE = "gone"
    """It was deleted, or sent, meanwhile."""
    ERASED = "erased"
    """Its person's key is destroyed, and the ledger says so."""
    UNREADABLE = "unreadable"


def find_is_due(work: Work) -> bool:
    """Tell whether any email is due."""
    return work.session.scalar(select(OutboxEmail.id).where(*_due(work)).limit(1)) is not None


def claim_next(work: Work) -> UUID | None:
    """Take the next email that is due, so that no other worker sends it meanwhile."""
    query = (
        select(OutboxEmail)
        .where(*_due(work))
        .order_by(OutboxEmail.due_at)
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    row = work.session.scalars(query).first()
    if row is None:
        return None
    row.due_at = row.claimed_until = work.now + CLAIM
    row.tries += 1
    return row.id


def open_email(work: Work, email_id: UUID) -> Email | Unopened:
    """Open a claimed email, or say why it does not open."""
    row = work.session.get(OutboxEmail, email_id)
    if row is None or row.sealed is None:
        return Unopened.GONE
    try:
        words = work.vault.open(row.person_id, place("letter", row.id), row.sealed)
    except KeyGoneError:
        return Unopened.ERASED if _is_erased(work, row.person_id) else Unopened.UNREADABLE
    except UnreadableError:
        return Unopened.UNREADABLE
    if words.pop("greeting", ""):  # of before: nothing said whether the address was confirmed
        words["is_confirmed"] = False
    words["paragraphs"] = tuple(words["paragraphs"])
    words["closing"] = tuple(words["closing"])
    return Email(**words)


def mark_sent(work: Work, email_id: UUID) -> None:
    """Note that an email has gone; its words go now."""
    row = lock_email(work, email_id)
    if row is not None:
        row.claimed_until = None
        row.sent_at, row.reason, row.code = work.now, None, None
        end_email(work, row, EmailState.SENT)


def mark_away(work: Work, email_id: UUID, outcome: Outcome, pause: timedelta) -> None:
    """Let an email wait for a server that is away: that counts neither as a try nor as time."""
    row = _get_waiting(work, email_id)
    if row is not None:
        row.due_at, row.tries = work.now + pause, row.tries - 1
        row.reason, row.code = outcome.reason, outcome.code or None


def mark_refused(work: Work, email_id: UUID, outcome: Outcome) -> bool:
    """Note that an email was refused; tell whether that was the last try.

    It is where the refusal is for good, or has gone on for seven days; otherwise the next one is
    planned. Its words stay for a while, for whoever wants to send it again.
    """
    row = _get_waiting(work, email_id)
    if row is None:
        return False
    row.reason, row.code = outcome.reason, outcome.code or None
    since = row.refused_since = row.refused_since or work.now
    pause = next_pause(row.tries)
    if outcome.reason is FailureReason.UNANSWERED:
        pause = pause_unanswered(work.now - since)
    is_over = outcome.verdict is DeliveryResult.NEVER or _is_long_enough(
        work, outcome, since, pause
    )
    if is_over:
        row.state, row.ended_at = EmailState.FAILED, work.now
    else:
        row.due_at = work.now + pause
    return is_over


def mark_not_made(work: Work, email_id: UUID, outcome: Outcome) -> None:
    """Let an email wait that we failed to make: it is tried again without an end."""
    row = _get_waiting(work, email_id)
    if row is not None:
        row.reason, row.code = outcome.reason, None
        row.due_at = work.now + next_pause(row.tries)


def mark_unopened(work: Work, email_id: UUID, why: Unopened) -> bool:
    """Note that an email does not open; tell whether that is news.

    It waits, unless its person has been erased.
    """
    row = _get_waiting(work, email_id)
    if row is None or why is Unopened.GONE:
        return False
    if why is Unopened.ERASED:
        row.reason = FailureReason.ERASED
        end_email(work, row, EmailState.FAILED)
        return False
    is_news = row.reason != FailureReason.UNREADABLE
    row.reason, row.code = FailureReason.UNREADABLE, None
    row.due_at, row.tries = work.now + UNREADABLE_PAUSE, row.tries - 1
    return is_news


def _due(work: Work) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return OutboxEmail.state == EmailState.WAITING, OutboxEmail.due_at <= work.now


def _get_waiting(work: Work, email_id: UUID) -> OutboxEmail | None:
    """Take a claimed email back, to be marked, unless it is done, or deleted, by now."""
    row = lock_email(work, email_id)
    if row is None or row.state != EmailState.WAITING:
        return None
    row.claimed_until = None
    return row


def _is_long_enough(work: Work, outcome: Outcome, since: datetime, pause: timedelta) -> bool:
    """Tell whether an email that is refused for now, since a moment, is given up.

    At which emails a server breaks off is not said: that it was this one shows in others that it
    took meanwhile. One that may have arrived is not tried again after the seven days.
    """
    if outcome.reason is FailureReason.UNANSWERED:
        return work.now + pause - since > REFUSED_FOR
    if work.now - since <= REFUSED_FOR:
        return False
    return outcome.reason is not FailureReason.BROKE_OFF or _is_any_sent(work, since)


def _is_any_sent(work: Work, since: datetime) -> bool:
    query = select(OutboxEmail.id).where(OutboxEmail.sent_at > since).limit(1)
    return work.session.scalar(query) is not None


def _is_erased(work: Work, person_id: UUID) -> bool:
    """Tell whether a key was destroyed on purpose: the ledger, or a doomed key, says so."""
    if work.session.get(DoomedKey, person_id) is not None:
        return True
    return work.vault.ledger.find(person_id) is not None
