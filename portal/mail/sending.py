"""Take letters out of the outbox one by one, open them, and note what became of each.

Only two things end a letter that waits: it was refused for good (or for now, for seven days), or
whoever it is to has been erased, and the ledger says so. A server that is away, a letter that does
not open: those wait.
"""

from datetime import timedelta
from enum import StrEnum
from uuid import UUID

from sqlalchemy import ColumnElement, select

from portal.kernel.errors import KeyGoneError, UnreadableError
from portal.kernel.sealing import place
from portal.kernel.work import Work
from portal.mail.delivery import (
    REFUSED_FOR,
    UNREADABLE_PAUSE,
    Outcome,
    Reason,
    Verdict,
    next_pause,
)
from portal.mail.letter import Letter
from portal.mail.models import LetterState, OutboxLetter
from portal.mail.outbox import end_letter, lock_letter
from portal.vault.doomed import DoomedKey

CLAIM = timedelta(minutes=2)
"""How long a worker may take over one letter before another may try it."""


class Unopened(StrEnum):
    """Why a claimed letter cannot be opened."""

    GONE = "gone"
    """It was deleted, or sent, meanwhile."""
    ERASED = "erased"
    """Its person's key is destroyed, and the ledger says so."""
    UNREADABLE = "unreadable"


def find_is_due(work: Work) -> bool:
    """Tell whether any letter is due."""
    return work.session.scalar(select(OutboxLetter.id).where(*_due(work)).limit(1)) is not None


def claim_next(work: Work) -> UUID | None:
    """Take the next letter that is due, so that no other worker sends it meanwhile."""
    query = (
        select(OutboxLetter)
        .where(*_due(work))
        .order_by(OutboxLetter.due_at)
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    row = work.session.scalars(query).first()
    if row is None:
        return None
    row.due_at = work.now + CLAIM
    row.tries += 1
    return row.id


def open_letter(work: Work, letter_id: UUID) -> Letter | Unopened:
    """Open a claimed letter, or say why it does not open."""
    row = work.session.get(OutboxLetter, letter_id)
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
    return Letter(**words)


def mark_sent(work: Work, letter_id: UUID) -> None:
    """Note that a letter has gone; its words go now."""
    row = lock_letter(work, letter_id)
    if row is not None:
        row.sent_at, row.reason, row.code = work.now, None, None
        end_letter(work, row, LetterState.SENT)


def mark_away(work: Work, letter_id: UUID, outcome: Outcome, pause: timedelta) -> None:
    """Let a letter wait for a server that is away: that counts neither as a try nor as time."""
    row = _get_waiting(work, letter_id)
    if row is not None:
        row.due_at, row.tries = work.now + pause, row.tries - 1
        row.reason, row.code = outcome.reason, outcome.code or None


def mark_refused(work: Work, letter_id: UUID, outcome: Outcome) -> bool:
    """Note that a letter was refused; tell whether that was the last try.

    It is where the refusal is for good, or has gone on for seven days; otherwise the next one is
    planned. Its words stay for a while, for whoever wants to send it again.
    """
    row = _get_waiting(work, letter_id)
    if row is None:
        return False
    row.reason, row.code = outcome.reason, outcome.code or None
    row.refused_since = row.refused_since or work.now
    is_over = outcome.verdict is Verdict.NEVER or work.now - row.refused_since > REFUSED_FOR
    if is_over:
        row.state, row.ended_at = LetterState.FAILED, work.now
    else:
        row.due_at = work.now + next_pause(row.tries)
    return is_over


def mark_unopened(work: Work, letter_id: UUID, why: Unopened) -> bool:
    """Note that a letter does not open; tell whether that is news.

    It waits, unless its person has been erased.
    """
    row = _get_waiting(work, letter_id)
    if row is None or why is Unopened.GONE:
        return False
    if why is Unopened.ERASED:
        row.reason = Reason.ERASED
        end_letter(work, row, LetterState.FAILED)
        return False
    is_news = row.reason != Reason.UNREADABLE
    row.reason, row.code = Reason.UNREADABLE, None
    row.due_at, row.tries = work.now + UNREADABLE_PAUSE, row.tries - 1
    return is_news


def _due(work: Work) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return OutboxLetter.state == LetterState.WAITING, OutboxLetter.due_at <= work.now


def _get_waiting(work: Work, letter_id: UUID) -> OutboxLetter | None:
    """Return a letter that was claimed, unless it is done, or deleted, by now."""
    row = lock_letter(work, letter_id)
    return row if row is not None and row.state == LetterState.WAITING else None


def _is_erased(work: Work, person_id: UUID) -> bool:
    """Tell whether a key was destroyed on purpose: the ledger, or a doomed key, says so."""
    if work.session.get(DoomedKey, person_id) is not None:
        return True
    return work.vault.ledger.find(person_id) is not None
