"""Take in the lists of other operators; correct an entry, take a number out, let it in again.

Everything that changes entries comes one after the other (`LOCK`): so a list that is being taken in
never brings back a number that is taken out at the same moment. That a number is left out is noted
in the keyring before its entry is deleted: it outlives a restored backup, and an interruption
leaves an entry that no file, page or list uses any more. That it is let back in is noted once that
is durable, so that an interruption lets nobody in.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from functools import partial
from uuid import UUID, uuid4

from sqlalchemy import delete, select

from portal.consent.listed_people import queries
from portal.consent.listed_people.events import ListHandedOut, ListTaken
from portal.consent.listed_people.models import LOCK, ListedRow, delete_entries
from portal.consent.listed_people.rules import (
    LEFT_OUT,
    TOGETHER,
    ListCounts,
    ListedEntry,
    ListedWords,
)
from portal.consent.webhooks.service import announce_left_out
from portal.governance.audit.events import NOBODY
from portal.governance.audit.trail import record
from portal.platform.core.database import wait_in_line
from portal.platform.core.errors import StaleError
from portal.platform.core.rows import take_where
from portal.platform.core.sealing import place
from portal.platform.core.work import Work, Works


def take_list(
    works: Works, operator: str, read: Callable[[], Iterable[Sequence[ListedWords]]]
) -> ListCounts:
    """Take in the whole list of an operator, in place of the list before; return what became of it.

    `read` gives its rows, some at a time. Each batch is whole by itself: stopped half-way, nothing
    is lost, and the same list taken in once more brings it to its end. Only a list that was taken
    in to its end deletes what it does not have.
    """
    with works() as work:
        began_at, operator = work.now, queries.find_operator(work, operator)
    counts = ListCounts()
    for rows in read():
        with works() as work:
            counts += take_rows(work, operator, began_at, rows)
    while True:
        with works() as work:
            gone = forget_unlisted(work, operator, began_at)
        counts += ListCounts(gone=gone)
        if gone < TOGETHER:
            break
    with works() as work:
        record(work, ListTaken(NOBODY, counts.new, counts.known, counts.left_out, counts.gone))
    return counts


def take_rows(
    work: Work, operator: str, began_at: datetime, rows: Sequence[ListedWords]
) -> ListCounts:
    """Take in some rows of a list that was begun at a moment.

    A number that is left out is skipped; of one that came from another operator, this one has it
    now; the first row of a number counts. What its person corrected stays corrected.
    """
    wait_in_line(work.session, LOCK)
    said = {queries.get_number_hash(work, row.number): row for row in reversed(rows)}
    left_out = queries.list_left_out(work, said.keys())
    known = _list_rows(work, said)
    _drop(work, [row for value_hash, row in known.items() if value_hash in left_out])
    new = repeated = 0
    for value_hash, words in said.items():
        row = known.get(value_hash)
        if value_hash in left_out:
            continue
        if row is not None and row.received_at == began_at and row.operator == operator:
            repeated += 1
        elif row is None or not _renew(work, row, operator, began_at, words):
            work.session.add(_new_row(work, value_hash, operator, began_at, words))
            new += 1
    taken = len(said) - len(left_out) - new - repeated
    repeated += len(rows) - len(said)
    return ListCounts(new=new, known=taken, left_out=len(left_out), repeated=repeated)


def forget_unlisted(work: Work, operator: str, began_at: datetime) -> int:
    """Delete some entries that an operator's list, begun at a moment, no longer has."""
    wait_in_line(work.session, LOCK)
    is_old = (ListedRow.operator == operator) & (ListedRow.received_at < began_at)
    return delete_entries(work, take_where(work, ListedRow.id, is_old, TOGETHER))


def correct_entry(work: Work, number: str, after: ListedWords, version: int) -> ListedEntry | None:
    """Save the name and address that the person of a number gave; return the entry of before.

    None where it says that already: nothing was changed, and the next list may still change it.
    What it said goes with its key: no restored backup has it printed again. Raises `StaleError`
    where it was changed since the page was made, or is gone.
    """
    wait_in_line(work.session, LOCK)
    before = queries.find_entry(work, number)
    if before is None:
        raise StaleError
    words = before.said.keep_corrected(after)
    if words == before.said:
        return None
    if before.version != version:
        raise StaleError
    number_hash = queries.get_number_hash(work, number)
    _drop(work, _list_rows(work, [number_hash]).values())
    row = _new_row(work, number_hash, before.operator, before.received_at, words)
    row.first_at, row.corrected_at, row.version = before.first_at, work.now, version + 1
    work.session.add(row)
    return before


def leave_out(work: Work, number: str, *, again: bool = False) -> bool:
    """Take a number out of our directories for good; tell whether that is news.

    Its entry goes with its key, also one that an interruption left, and our other systems are told.
    Only the keyed hash of the number stays, in the keyring, so that the next list does not bring it
    back: with the moment of now, so that nobody who let it in before lifts it. `again`: what is
    known already is told once more, since an interruption may have come before it was told.
    """
    wait_in_line(work.session, LOCK)
    number_hash = queries.get_number_hash(work, number)
    is_new = bool(work.vault.suppress([(LEFT_OUT, number_hash)]))
    rows = _list_rows(work, [number_hash]).values()
    if not (is_new or rows or again):
        return False
    _drop(work, rows)
    announce_left_out(work, number)
    return True


def let_back_in(work: Work, number: str) -> bool:
    """Let the next list bring a number in again; tell whether it was left out until now.

    The keyring forgets it after the commit, but for what was said since. Where that fails the
    number stays out, and its page says so: whoever has it can let it in once more.
    """
    wait_in_line(work.session, LOCK)
    number_hash = queries.get_number_hash(work, number)
    if not queries.list_left_out(work, [number_hash]):
        return False
    _drop(work, _list_rows(work, [number_hash]).values())
    work.after_commit(partial(work.vault.lift, [(LEFT_OUT, number_hash)], work.now))
    return True


def hand_out(works: Works, write: Callable[[ListedWords], object]) -> int:
    """Give every entry to whoever makes the directories, and record it; return how many."""
    number, after = 0, None
    while True:
        with works() as work:
            page, after = queries.list_page(work, after)
        for one in page:
            write(one)
        number += len(page)
        if after is None:
            break
    with works() as work:
        record(work, ListHandedOut(NOBODY, number))
    return number


def drop_gone(work: Work, ids: Sequence[UUID], without_key: Iterable[UUID]) -> None:
    """Delete, after a restore, which of some entries went since: left out, or without a key.

    A key outlives its entry by a little: so a backup may bring back both.
    """
    work.session.execute(delete(ListedRow).where(ListedRow.id.in_(list(without_key))))
    rows = work.session.scalars(select(ListedRow).where(ListedRow.id.in_(ids))).all()
    left_out = queries.list_left_out(work, [row.number_hash for row in rows])
    _drop(work, [row for row in rows if row.number_hash in left_out])


def _list_rows(work: Work, hashes: Iterable[bytes]) -> dict[bytes, ListedRow]:
    rows = work.session.scalars(
        select(ListedRow)
        .where(ListedRow.number_hash.in_(list(hashes)))
        .with_for_update()
        .execution_options(populate_existing=True)
    ).all()
    work.vault.fetch(row.id for row in rows)
    return {row.number_hash: row for row in rows}


def _drop(work: Work, rows: Iterable[ListedRow]) -> None:
    delete_entries(work, [row.id for row in rows])


def _renew(
    work: Work, row: ListedRow, operator: str, began_at: datetime, words: ListedWords
) -> bool:
    """Note that a list has an entry again, and what it says now; False where its key is gone."""
    before = queries.find_words(work, row)
    if before is None:
        work.session.execute(delete(ListedRow).where(ListedRow.id == row.id))
        return False
    after = words.keep_corrected(before) if row.corrected_at else words
    row.operator, row.received_at = operator, max(row.received_at, began_at)
    if after != before:
        work.note_locked(row.id)
        row.version += 1
        row.sealed = work.seal(row.id, place(queries.AT, row.id), after.words())
    return True


def _new_row(
    work: Work, value_hash: bytes, operator: str, began_at: datetime, words: ListedWords
) -> ListedRow:
    row_id = uuid4()
    work.create_key(row_id)
    return ListedRow(
        id=row_id,
        number_hash=value_hash,
        operator=operator,
        first_at=began_at,
        received_at=began_at,
        version=1,
        sealed=work.seal(row_id, place(queries.AT, row_id), words.words()),
    )
