"""Contacts in the rows of a list: in the columns that count, and in all others."""

import re
from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from typing import NamedTuple

from email_validator import SPECIAL_USE_DOMAIN_NAMES

from portal.consent.list_import.cell_values import (
    PLAIN_NUMBER,
    count_likely,
    find_contacts,
    read_cell,
    read_post,
)
from portal.consent.list_import.cells import APART, cut_mailboxes, cut_numbers
from portal.consent.list_import.columns import Layout
from portal.identity.contact_index.rules import Channel

SPECIAL_DOMAINS = tuple(f".{name}" for name in SPECIAL_USE_DOMAIN_NAMES)
PLAIN_EMAIL = re.compile(
    r"[a-z0-9][a-z0-9_]{0,28}+(?:[.+-][a-z0-9_]{1,29}+)?"
    r"@[a-z0-9]{1,15}+(?:[.-][a-z0-9]{1,15}+){0,3}?\.[a-z]{2,20}+"
)
"""What most lists have: the libraries need not be asked about it.

Four pieces of a domain, were they all one label, have at most its 63 signs (RFC 1035).
"""
BLANKS = str.maketrans("", "", " -()")
FEWEST_ALIKE = 5
"""Rows with the same beside different people: it is a colleague's, say, and none of theirs."""


class Contacts(NamedTuple):
    """The contacts of a row by their spellings; each of `counting` must be free to be contacted.

    None stands for what cannot be read. `others` are alternative readings, and contacts in other
    cells: nobody known by one of them may have refused.
    """

    counting: tuple[str | None, ...] = ()
    others: tuple[str, ...] = ()


NOBODY, UNREADABLE = Contacts(), Contacts((None,))


def read_contacts(rows: Sequence[list[str]], layout: Layout, channel: Channel) -> list[Contacts]:
    """Return the contacts of each of some rows; each row has as many cells as the layout.

    Several rows are read together: a column whose name also says something else counts only if most
    of its cells are contacts.
    """
    if channel is Channel.POST:
        return [_read_address(cells, layout) for cells in rows]
    columns = list(zip(*rows, strict=True)) or [()] * layout.width
    named = {at: [read_contact(channel, one) for one in columns[at]] for (at,) in layout.columns}
    mine = [at for at in named if at not in layout.weak or _counts(named[at])] or [*named]
    first, *more = (named[at] for at in mine)
    found = first
    for column in more:
        found = [
            Contacts(one.counting + other.counting, one.others + other.others)
            for one, other in zip(found, column, strict=True)
        ]
    for at in (*(at for at in named if at not in mine), *layout.beside):
        if count_likely(channel, APART.join(columns[at])):
            same = _find_same(columns[at], first)
            rows_of = zip(columns[at], found, strict=True)
            found = [one if cell == same else _add(channel, one, cell) for cell, one in rows_of]
    return found


def read_contact(channel: Channel, cell: str) -> Contacts:
    """Return the contacts in a cell: the cell as a whole, or each of its parts."""
    plain = _spell_plain_email(cell) if channel is Channel.EMAIL else _spell_plain_number(cell)
    if plain:
        return Contacts((plain,))
    with suppress(ValueError):
        return _likeliest_first(read_cell(channel, cell))
    parts = cut_mailboxes(cell) if channel is Channel.EMAIL else cut_numbers(cell)
    with suppress(ValueError):
        found = [read_cell(channel, one) for one in parts if one.strip()]
        if found:
            others = {*find_contacts(channel, cell), *(one for some in found for one in some[1:])}
            return Contacts(tuple(some[0] for some in found), tuple(sorted(others)))
    return UNREADABLE


def _likeliest_first(found: list[str]) -> Contacts:
    return Contacts((found[0],), tuple(found[1:])) if found else NOBODY


def _read_address(cells: list[str], layout: Layout) -> Contacts:
    ((first, postcode, *more),) = layout.columns
    lines = [cells[place] for place in sorted([first, *more])]
    beside = [cells[place] for place in layout.beside]
    with suppress(ValueError):
        return _likeliest_first(read_post(lines, cells[postcode], beside, layout.post))
    return UNREADABLE


def _spell_plain_email(cell: str) -> str:
    """Return an email address as the library would spell it; empty where it must be asked."""
    plain = cell.strip(" ").lower()
    is_plain = cell.isascii() and PLAIN_EMAIL.fullmatch(plain)  # others become an ASCII sign
    return plain if is_plain and not plain.endswith(SPECIAL_DOMAINS) else ""


def _spell_plain_number(cell: str) -> str:
    """Return a British number as the library would spell it; empty where it must be asked."""
    plain = cell.translate(BLANKS)
    national = f"0{plain[3:]}" if plain.startswith("+44") else plain
    return f"+44{national[1:]}" if PLAIN_NUMBER.fullmatch(national) else ""


def _counts(column: list[Contacts]) -> bool:
    """Tell whether most cells of a column are contacts."""
    unreadable = column.count(UNREADABLE)
    return 2 * unreadable < len(column) - column.count(NOBODY) or not unreadable


def _add(channel: Channel, one: Contacts, cell: str) -> Contacts:
    """Add the contacts in a cell of another column to those of its row."""
    more = sorted(find_contacts(channel, cell)) if count_likely(channel, cell) else ()
    return Contacts(one.counting, (*one.others, *more)) if more else one


def _find_same(column: Sequence[str], known: list[Contacts]) -> str:
    """Return the value that most cells of a column share, beside different people; or nothing."""
    ((same, times),) = Counter(column).most_common(1)
    if times < FEWEST_ALIKE or 2 * times <= len(column):
        return ""
    rows = zip(column, known, strict=True)
    people = {one.counting[0] for cell, one in rows if cell == same and one.counting} - {None}
    return same if 2 * len(people) > times else ""
