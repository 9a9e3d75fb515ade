"""The columns of a list that reach people: each cell spelled as `cell_values` reads it, quickly."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial

from email_validator import SPECIAL_USE_DOMAIN_NAMES

from portal.consent.list_import.cell_values import (
    PLAIN_NUMBERS,
    PostalRule,
    find_contacts,
    read_cell,
    read_post,
)
from portal.consent.list_import.cells import cut_mailboxes, cut_numbers, list_strange
from portal.identity.contact_index.rules import Channel

SPECIAL_DOMAINS = tuple(f".{name}\n" for name in SPECIAL_USE_DOMAIN_NAMES)
PLAIN_EMAILS = re.compile(
    r"(?:[a-z0-9][a-z0-9_]{0,28}+(?:[.+-][a-z0-9_]{1,29}+)?"
    r"@[a-z0-9]{1,15}+(?:[.-][a-z0-9]{1,15}+){0,3}?\.[a-z]{2,20}+\n)*"
)
"""What most lists have, line after line: the libraries need not be asked about it.

Four pieces of a domain, were they all one label, have at most its 63 signs (RFC 1035).
"""
BLANKS = str.maketrans("", "", " -()")


@dataclass(slots=True)
class Spelled:
    """What stands in a column: the likeliest spelling of each cell, and by place all others.

    "" is an empty cell, None one that cannot be read.
    """

    values: list[str | None]
    others: list[tuple[int, str]] = field(default_factory=list)
    more: list[tuple[int, str]] = field(default_factory=list)
    """Where several contacts stand in a cell, by place all but the first: they count as it does."""

    def list_columns(self) -> list[list[str | None]]:
        """Return the values, and as many columns more as a cell has contacts more."""
        columns = [self.values]
        for place, one in self.more:
            if all(some[place] for some in columns):
                columns.append([*("" for _ in self.values)])
            next(some for some in columns if not some[place])[place] = one
        return columns


def spell_column(channel: Channel, cells: list[str]) -> Spelled:
    """Spell each cell of a column with email addresses or numbers, as `read_cell` does."""
    spell = _spell_plain_emails if channel is Channel.EMAIL else _spell_plain_numbers
    found, strange = spell("\n".join([*cells, ""]))
    if len(found) != len(cells):  # some cells are several lines
        found, strange = [""] * len(cells), [*range(len(cells))]
    spelled = Spelled([*found])
    for place in strange:
        _read_into(spelled, place, partial(read_cell, channel, cells[place]))
        if spelled.values[place] is None:
            _read_several(spelled, place, channel, cells[place])
    return spelled


def _read_several(spelled: Spelled, place: int, channel: Channel, cell: str) -> None:
    """Read a cell of which every part reaches somebody by itself, or leave it as it is."""
    parts = cut_mailboxes(cell) if channel is Channel.EMAIL else cut_numbers(cell)
    try:
        found = [read_cell(channel, one) for one in parts if one.strip()]
    except ValueError:
        return
    if found:
        spelled.values[place] = found[0][0]
        spelled.more += [(place, one[0]) for one in found[1:]]
        others = {*find_contacts(channel, cell), *(other for one in found for other in one[1:])}
        spelled.others += [(place, one) for one in sorted(others)]


def spell_addresses(
    lines: list[list[str]], postcodes: list[str], beside: list[list[str]], rule: PostalRule
) -> Spelled:
    """Spell the post address of each row, as `read_post` does; each argument is some columns."""
    spelled = Spelled([""] * len(postcodes))
    near = zip(*beside, strict=True) if beside else [()] * len(postcodes)
    rows = zip(zip(*lines, strict=True), postcodes, near, strict=True)
    for place, (those, postcode, others) in enumerate(rows):
        _read_into(spelled, place, partial(read_post, those, postcode, others, rule))
    return spelled


def _read_into(spelled: Spelled, place: int, read: Callable[[], list[str]]) -> None:
    try:
        found = read()
    except ValueError:
        spelled.values[place] = None
        return
    spelled.values[place] = found[0] if found else ""
    spelled.others += [(place, one) for one in found[1:]]


def _spell_plain_emails(text: str) -> tuple[list[str], list[int]]:
    """Return each line of a text in its one spelling, and the places of those not plain."""
    text = text.lower() if text.isascii() else text  # others have signs that become an ASCII one
    lines = text.split("\n")[:-1]
    if " " in text:
        lines = [line.strip(" ") for line in lines]
        text = "\n".join([*lines, ""])
    strange = list_strange(PLAIN_EMAILS, text)
    if any(domain in text for domain in SPECIAL_DOMAINS):
        strange += [at for at, line in enumerate(lines) if f"{line}\n".endswith(SPECIAL_DOMAINS)]
    return lines, strange


def _spell_plain_numbers(text: str) -> tuple[list[str], list[int]]:
    """Return each line of a text in its one spelling, and the places of those not plain."""
    national = f"\n{text.translate(BLANKS)}".replace("\n+44", "\n0")
    spelled = national.replace("\n0", "\n+44").split("\n")[1:-1]
    return spelled, list_strange(PLAIN_NUMBERS, national[1:])
