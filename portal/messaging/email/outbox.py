"""Put letters into the outbox; hold, release and drop them."""

from collections.abc import Collection, Iterable
from dataclasses import asdict
from uuid import UUID, uuid4

from sqlalchemy import delete, select

from portal.messaging.email.delivery import Reason
from portal.messaging.email.letter import Letter
from portal.messaging.email.models import LetterState, OutboxLetter
from portal.platform.core.database import deleted
from portal.platform.core.rows import erasure_of, take_where
from portal.platform.core.sealing import place
from portal.platform.core.work import Work
from portal.platform.encryption.doomed import doom_keys

forget_person = erasure_of(OutboxLetter.person_id)
"""Delete every letter to a person, sent or not; return how many."""


def queue(work: Work, person_id: UUID, letter: Letter, case_id: UUID | None = None) -> UUID:
    """Write a letter, sealed with the key of the person it is to; say to which case it belongs."""
    return _keep(work, uuid4(), person_id, letter, LetterState.WAITING, case_id)


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
    row = lock_letter(work, letter_id)
    if row is None or row.sealed is None or row.state != LetterState.HELD:
        return
    row.state, row.due_at = LetterState.WAITING, work.now
    words = work.vault.find(row.person_id, place("letter", row.id), row.sealed)
    work.note_locked(row.person_id)
    if words is not None:
        words["extract"] = extract
        row.sealed = work.seal(row.person_id, place("letter", row.id), words)


def forget_unsent(work: Work, person_ids: Iterable[UUID]) -> int:
    """Delete unsent letters about registrations whose keys are doomed; return how many.

    They were never confirmed, or another one has overtaken them.
    """
    ids = list(person_ids)
    if not ids:
        return 0
    unsent = OutboxLetter.person_id.in_(ids) & OutboxLetter.sealed.is_not(None)
    return deleted(work.session, delete(OutboxLetter).where(unsent))


def drop_unsent(work: Work, most: int, kept: Collection[UUID] = ()) -> int:
    """Give up letters that wait: a copy was put back, and they went long ago; return how many.

    `kept` are those that are known not to have gone.
    """
    states = OutboxLetter.state.in_([LetterState.WAITING, LetterState.HELD])
    taken = take_where(work, OutboxLetter.id, states & OutboxLetter.id.not_in(kept), most)
    for row in work.session.scalars(select(OutboxLetter).where(OutboxLetter.id.in_(taken))):
        row.reason = Reason.RESTORED
        end_letter(work, row, LetterState.FAILED)
    return len(taken)


def lock_letter(work: Work, letter_id: UUID) -> OutboxLetter | None:
    """Lock a letter, as it is now; None when it was deleted with its person meanwhile."""
    return work.session.get(OutboxLetter, letter_id, with_for_update=True, populate_existing=True)


def end_letter(work: Work, row: OutboxLetter, state: LetterState) -> None:
    """Close a letter: its words go, and its key where it had one of its own."""
    row.state, row.ended_at = state, row.ended_at or work.now
    wipe(work, row)


def wipe(work: Work, row: OutboxLetter) -> None:
    """Take the words of a letter away, and its key where it had one of its own."""
    if row.sealed is not None and row.person_id == row.id:
        doom_keys(work, [row.id])
    row.sealed = None


def _keep(  # noqa: PLR0913, PLR0917  # one a column
    work: Work,
    letter_id: UUID,
    person_id: UUID,
    letter: Letter,
    state: LetterState,
    case_id: UUID | None = None,
) -> UUID:
    work.session.add(
        OutboxLetter(
            id=letter_id,
            person_id=person_id,
            case_id=case_id,
            kind=letter.kind,
            state=state,
            sealed=work.seal(person_id, place("letter", letter_id), asdict(letter)),
            created_at=work.now,
            due_at=work.now,
        )
    )
    return letter_id
