"""Put letters into the outbox, take them out, and say what became of them."""

from dataclasses import asdict
from datetime import timedelta
from uuid import UUID, uuid4

from sqlalchemy import ColumnElement, select

from portal.holds.models import person_is_free
from portal.kernel.errors import UnreadableError
from portal.kernel.rows import count_where, delete_where, erasure_of, take_where
from portal.kernel.sealing import place
from portal.kernel.work import Work
from portal.mail.letter import Letter
from portal.mail.models import LetterState, OutboxLetter
from portal.vault.doomed import doom_keys

CLAIM = timedelta(minutes=2)
"""How long a worker may take over one letter before another may try it."""
LONGEST_PAUSE = timedelta(hours=1)
LAST_TRY_AFTER = timedelta(days=7)
KEPT_AFTER_SENDING = timedelta(days=30)

forget_person = erasure_of(OutboxLetter.person_id)
"""Delete every letter to a person, sent or not; return how many."""


def queue(work: Work, person_id: UUID, letter: Letter) -> UUID:
    """Write a letter, sealed with the key of the person it is to."""
    return _keep(work, uuid4(), person_id, letter, LetterState.WAITING)


def queue_alone(work: Work, letter: Letter) -> UUID:
    """Write a letter to nobody we know: sealed with a key of its own, which goes when it went."""
    letter_id = uuid4()
    work.create_key(letter_id)
    return _keep(work, letter_id, letter_id, letter, LetterState.WAITING)


def hold_last(work: Work, letter: Letter) -> UUID:
    """Write the letter that outlives its person: sealed with a key of its own, and held back."""
    letter_id = uuid4()
    work.create_key(letter_id)
    return _keep(work, letter_id, letter_id, letter, LetterState.HELD)


def release(work: Work, letter_id: UUID, extract: str) -> None:
    """Let a held letter go, with lines that were not known when it was written."""
    row = _lock(work, letter_id)
    if row is None or row.sealed is None or row.state != LetterState.HELD:
        return
    row.state, row.due_at = LetterState.WAITING, work.now
    words = work.vault.find(row.person_id, place("letter", row.id), row.sealed)
    work.note_locked(row.person_id)
    if words is not None:
        words["extract"] = extract
        row.sealed = work.seal(row.person_id, place("letter", row.id), words)


def drop_unsent(work: Work, most: int) -> int:
    """Give up letters that wait: a copy was put back, and they went long ago; return how many."""
    states = OutboxLetter.state.in_([LetterState.WAITING, LetterState.HELD])
    taken = take_where(work, OutboxLetter.id, states, most)
    for row in work.session.scalars(select(OutboxLetter).where(OutboxLetter.id.in_(taken))):
        _end(work, row, LetterState.FAILED)
    return len(taken)


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
    if words.pop("greeting", ""):  # of before: nothing said whether the address was confirmed
        words["is_confirmed"] = False
    words["paragraphs"] = tuple(words["paragraphs"])
    words["closing"] = tuple(words["closing"])
    return Letter(**words)


def mark_sent(work: Work, letter_id: UUID) -> None:
    """Note that a letter has gone; its words go now."""
    row = _lock(work, letter_id)
    if row is not None:
        row.sent_at = work.now
        _end(work, row, LetterState.SENT)


def mark_failed(work: Work, letter_id: UUID, *, for_good: bool) -> None:
    """Plan the next try (1, 2, 4 … 60 minutes), or give up: refused, or older than seven days."""
    row = _lock(work, letter_id)
    if row is None:
        return
    if for_good or work.now - row.created_at > LAST_TRY_AFTER:
        _end(work, row, LetterState.FAILED)
    else:
        row.due_at = work.now + min(timedelta(minutes=2 ** (row.tries - 1)), LONGEST_PAUSE)


def count_ended(work: Work) -> int:
    """Count the records of letters that went, or failed, long ago."""
    return count_where(work, OutboxLetter.id, _ended(work))


def forget_ended(work: Work, most: int) -> int:
    """Delete the records of letters that went, or failed, long ago; return how many."""
    return delete_where(work, OutboxLetter.id, _ended(work), most)


def _keep(work: Work, letter_id: UUID, person_id: UUID, letter: Letter, state: LetterState) -> UUID:
    work.session.add(
        OutboxLetter(
            id=letter_id,
            person_id=person_id,
            kind=letter.kind,
            state=state,
            sealed=work.seal(person_id, place("letter", letter_id), asdict(letter)),
            created_at=work.now,
            due_at=work.now,
        )
    )
    return letter_id


def _lock(work: Work, letter_id: UUID) -> OutboxLetter | None:
    """Lock a letter, as it is now; None when it was deleted with its person meanwhile."""
    return work.session.get(OutboxLetter, letter_id, with_for_update=True, populate_existing=True)


def _end(work: Work, row: OutboxLetter, state: LetterState) -> None:
    """Close a letter: its words go, and its key where it had one of its own."""
    row.state, row.sealed = state, None
    if row.person_id == row.id:
        doom_keys(work, [row.id])


def _ended(work: Work) -> ColumnElement[bool]:
    return (
        OutboxLetter.state.in_([LetterState.SENT, LetterState.FAILED])
        & (OutboxLetter.created_at < work.now - KEPT_AFTER_SENDING)
        & person_is_free(work, OutboxLetter.person_id)
    )
