"""Put letters into the outbox, take them out, and say what became of them."""

from dataclasses import asdict
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from sqlalchemy import delete, select, update

from portal.kernel.database import deleted
from portal.kernel.errors import UnreadableError
from portal.kernel.sealing import place
from portal.kernel.work import Work
from portal.mail.letter import Letter
from portal.mail.models import LetterState, OutboxLetter
from portal.vault.doomed import doom_keys

CLAIM = timedelta(minutes=2)
"""How long a worker may take over one letter before another may try it."""
LONGEST_PAUSE = timedelta(hours=1)
LAST_TRY_AFTER = timedelta(days=7)


def queue(work: Work, person_id: UUID, letter: Letter) -> UUID:
    """Write a letter, sealed with the key of the person it is to."""
    return _keep(work, uuid4(), person_id, letter, LetterState.WAITING)


def hold_last(work: Work, letter: Letter) -> UUID:
    """Write the letter that outlives its person: sealed with a key of its own, and held back."""
    letter_id = uuid4()
    work.vault.create_key(letter_id)
    return _keep(work, letter_id, letter_id, letter, LetterState.HELD)


def release(work: Work, letter_id: UUID) -> None:
    """Let a held letter go."""
    work.session.execute(
        update(OutboxLetter)
        .where(OutboxLetter.id == letter_id, OutboxLetter.state == LetterState.HELD)
        .values(state=LetterState.WAITING, due_at=work.now)
    )


def forget_person(work: Work, person_id: UUID) -> int:
    """Delete every letter to a person, sent or not; return how many."""
    return deleted(work.session, delete(OutboxLetter).where(OutboxLetter.person_id == person_id))


def claim_next(work: Work) -> UUID | None:
    """Take the next letter that is due, so that no other worker sends it meanwhile."""
    query = (
        select(OutboxLetter)
        .where(OutboxLetter.state == LetterState.WAITING, OutboxLetter.due_at <= work.now)
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


def open_letter(work: Work, letter_id: UUID) -> Letter | None:
    """Open a claimed letter; None when its person has been erased meanwhile."""
    row = work.session.get(OutboxLetter, letter_id)
    if row is None or row.sealed is None:
        return None
    try:
        words = work.vault.open(row.person_id, place("letter", row.id), row.sealed)
    except UnreadableError:
        return None
    words["paragraphs"] = tuple(words["paragraphs"])
    words["closing"] = tuple(words["closing"])
    return Letter(**words)


def mark_sent(work: Work, letter_id: UUID) -> None:
    """Note that a letter has gone; its words go now."""
    row = work.session.get(OutboxLetter, letter_id)
    if row is not None:
        row.sent_at = work.now
        _end(work, row, LetterState.SENT)


def mark_failed(work: Work, letter_id: UUID, *, for_good: bool) -> None:
    """Plan the next try (1, 2, 4 … 60 minutes), or give up: refused, or older than seven days."""
    row = work.session.get(OutboxLetter, letter_id)
    if row is None:
        return
    if for_good or work.now - row.created_at > LAST_TRY_AFTER:
        _end(work, row, LetterState.FAILED)
    else:
        row.due_at = work.now + min(timedelta(minutes=2 ** (row.tries - 1)), LONGEST_PAUSE)


def forget_sent(work: Work, before: datetime) -> int:
    """Delete the records of letters that ended before a moment; return how many."""
    ended = OutboxLetter.state.in_([LetterState.SENT, LetterState.FAILED])
    old = ended & (OutboxLetter.created_at < before)
    return deleted(work.session, delete(OutboxLetter).where(old))


def _keep(work: Work, letter_id: UUID, person_id: UUID, letter: Letter, state: LetterState) -> UUID:
    work.session.add(
        OutboxLetter(
            id=letter_id,
            person_id=person_id,
            kind=letter.kind,
            state=state,
            sealed=work.vault.seal(person_id, place("letter", letter_id), asdict(letter)),
            created_at=work.now,
            due_at=work.now,
        )
    )
    return letter_id


def _end(work: Work, row: OutboxLetter, state: LetterState) -> None:
    """Close a letter: its words go, and its key where it had one of its own."""
    row.state, row.sealed = state, None
    if row.person_id == row.id:
        doom_keys(work, [row.id])
