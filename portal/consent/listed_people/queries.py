"""Reading entries that other operators gave us."""

from collections.abc import Collection, Sequence
from uuid import UUID

from sqlalchemy import func, select, true

from portal.consent.listed_people.models import ListedRow, is_past
from portal.consent.listed_people.rules import HASHED_AS, LEFT_OUT, ListedEntry, ListedWords
from portal.platform.core.sealing import place
from portal.platform.core.work import Work

AT = "listed_person"
PAGE = 500
"""Entries that are read at once for a file."""


def get_number_hash(work: Work, number: str) -> bytes:
    """Return the keyed hash that a number, in E.164, is found by."""
    return work.vault.lookup_hash(HASHED_AS, number)


def list_left_out(work: Work, hashes: Collection[bytes]) -> set[bytes]:
    """Return which of these numbers, by their keyed hashes, are never to be listed."""
    found = work.vault.ledger.list_suppressed((LEFT_OUT, one) for one in hashes) if hashes else ()
    return {value_hash for _, value_hash in found}


def find_operator(work: Work, name: str) -> str:
    """Return an operator's name as its entries have it, whatever its capitals; else as given.

    So a list takes the place of the one before also where its name is typed otherwise.
    """
    known = select(ListedRow.operator).where(func.lower(ListedRow.operator) == name.lower())
    return work.session.scalar(known.limit(1)) or name


def find_is_left_out(work: Work, number: str) -> bool:
    """Tell whether a number is never to be listed."""
    return bool(list_left_out(work, [get_number_hash(work, number)]))


def find_entry(work: Work, number: str) -> ListedEntry | None:
    """Return the entry of a number, in E.164.

    None where there is none: also where its key is gone, where it is past its end, and where the
    number is left out.
    """
    number_hash = get_number_hash(work, number)
    shown = (ListedRow.number_hash == number_hash) & is_past(work.now).is_not(true())
    row = work.session.scalars(
        select(ListedRow).where(shown).execution_options(populate_existing=True)
    ).first()
    if row is None or list_left_out(work, [number_hash]):
        return None
    said = find_words(work, row)
    return None if said is None else _read(row, said)


def find_words(work: Work, row: ListedRow) -> ListedWords | None:
    """Return what an entry says; None where its key is gone, as after a restore."""
    words = work.vault.find(row.id, place(AT, row.id), row.sealed)
    return ListedWords.read(words) if words is not None else None


def list_page(work: Work, after: UUID | None) -> tuple[Sequence[ListedWords], UUID | None]:
    """Return what the next entries say, for whoever makes directories, and the last of them.

    Without those that are left out or past their end.
    """
    query = select(ListedRow).order_by(ListedRow.id).limit(PAGE)
    if after is not None:
        query = query.where(ListedRow.id > after)
    rows = work.session.scalars(query.where(is_past(work.now).is_not(true()))).all()
    left_out = list_left_out(work, [row.number_hash for row in rows])
    work.vault.fetch(row.id for row in rows)
    found = [find_words(work, row) for row in rows if row.number_hash not in left_out]
    return [one for one in found if one is not None], rows[-1].id if rows else None


def _read(row: ListedRow, said: ListedWords) -> ListedEntry:
    return ListedEntry(
        id=row.id,
        operator=row.operator,
        first_at=row.first_at,
        received_at=row.received_at,
        corrected_at=row.corrected_at,
        version=row.version,
        said=said,
    )
