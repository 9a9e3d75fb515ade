"""How a way to reach somebody is spelled, whatever a list made of it.

Every cell has one spelling by which its owner is known first, and perhaps others: what it may also
mean. None of them may be one at which somebody said no. What is no way to reach anybody is
refused: a row in doubt is withheld.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from email_validator import SPECIAL_USE_DOMAIN_NAMES
from phonenumbers import PhoneMetadata

from portal.kernel.addresses import parse_email, spell_email
from portal.kernel.cells import (
    bare,
    count_at_signs,
    count_long_numbers,
    cut_emails,
    cut_mailboxes,
    cut_numbers,
    join_digits,
    join_groups,
    list_email_ends,
    list_strange,
    list_unquoted,
    plain_digits,
    undo_wrong_letters,
)
from portal.kernel.countries import UNITED_KINGDOM, find_country, read_anywhere, spell_postcode
from portal.kernel.sheets import REPLACEMENT
from portal.kernel.streets import is_house_name, list_lines, vary_line
from portal.kernel.telephones import DRAMA
from portal.marks.rules import Channel, read_telephone, spell_address, spell_telephone

SPECIAL_DOMAINS = tuple(f".{name}\n" for name in SPECIAL_USE_DOMAIN_NAMES)
BRITISH: Any = PhoneMetadata.metadata_for_region("GB")
PLAN = (BRITISH.fixed_line.national_number_pattern, BRITISH.mobile.national_number_pattern)
PLAIN_NUMBERS = re.compile(
    rf"(?:0(?:(?:{'|'.join(DRAMA)})[0-9]{{3}}|{'|'.join(PLAN)})\n)*", re.ASCII
)
"""British numbers, line after line, as the numbering plan has them."""
PLAIN_EMAILS = re.compile(
    r"(?:[a-z0-9][a-z0-9_]{0,28}+(?:[.+-][a-z0-9_]{1,29}+)?"
    r"@[a-z0-9]{1,15}+(?:[.-][a-z0-9]{1,15}+){0,3}?\.[a-z]{2,20}+\n)*"
)
"""What most lists have, line after line: the libraries need not be asked about it.

Four pieces of a domain, were they all one label, have at most its 63 signs (RFC 1035).
"""
BLANKS = str.maketrans("", "", " -()")
NUMBERS_IN = re.compile(r"[+(]{0,2}[0-9][0-9 ().-]{7,}[0-9]")
AMERICAN = re.compile(r"[2-9][0-9]{2}[2-9][0-9]{6}")
"""A number of the North American Numbering Plan without its code: area and exchange begin alike."""
SCIENTIFIC_IN = re.compile(r"[0-9][.,][0-9]+[eE]\+?[0-9]{2}")


@dataclass(frozen=True, slots=True)
class Post:
    """Which of the lines of an address is its first, and whether it is called a street."""

    first: int = 0
    is_street: bool = False
    houses: tuple[int, ...] = ()
    """Lines in which the name of a house stands."""


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


def spell_contact(channel: Channel, first: str, postcode: str = "") -> str:
    """Return the spelling that is hashed of what reaches somebody; raises `ValueError`.

    Nothing for empty cells. Only a post address has a postcode, beside its first line.
    """
    found = read_post([first], postcode) if channel is Channel.POST else read_cell(channel, first)
    return found[0] if found else ""


def spell_line(channel: Channel, text: str) -> str:
    """Return the spelling that is hashed of a contact on a line of its own; raises `ValueError`.

    For post it is the first line of the address, a comma, and the postcode.
    """
    if channel is not Channel.POST:
        return spell_contact(channel, text)
    address, _, postcode = text.rpartition(",")
    return spell_contact(channel, address, postcode)


def read_cell(channel: Channel, text: str) -> list[str]:
    """Return how an email address or a number is spelled, the likeliest spelling first.

    Nothing for an empty cell. Raises `ValueError` for what is neither, or in doubt.
    """
    if not text.strip():
        return []
    if REPLACEMENT in text or "\0" in text:
        raise ValueError("Signs that cannot be read")
    return _read_email(text) if channel is Channel.EMAIL else _read_number(bare(text))


def _read_email(text: str) -> list[str]:
    """Return the spellings of an email address: a sign before it may be its own, or not."""
    plain = bare(text)
    parse_email(plain)
    typed = text.strip()
    undone = map(bare, undo_wrong_letters(text))
    others = {one for some in (plain, *undone) for one in list_email_ends(some)}
    return [spell_email(plain), *_spell_each({typed, typed.strip("'"), *others} - {plain})]


def _spell_each(texts: set[str]) -> list[str]:
    found = []
    for text in sorted(texts):
        try:
            parse_email(text)
        except ValueError:
            continue
        found.append(spell_email(text))
    return found


def _read_number(text: str) -> list[str]:
    """Return the spellings of a number that is a cell and nothing else; raises `ValueError`.

    One of ten digits without a zero or a plus may be a North American one as well.
    """
    plain = join_digits(text)
    read_telephone(plain)
    return [spell_telephone(plain), *([f"+1{plain}"] if AMERICAN.fullmatch(plain) else [])]


def read_post(
    lines: Sequence[str], postcode: str, beside: Sequence[str] = (), rule: Post | None = None
) -> list[str]:
    """Return how a post address is spelled, the likeliest spelling first; raises `ValueError`.

    `lines` are its cells, as they stand in the row. `beside` are the row's other cells: the number
    of the house may be there.
    """
    rule = rule or Post()
    if not postcode.strip() and not any(one.strip() for one in lines):
        return []
    if REPLACEMENT in "".join(lines) or "\0" in "".join(lines):
        raise ValueError("Signs that cannot be read")
    codes = _read_postcode(bare(postcode), beside)
    found = list_lines(lines, rule.first, beside, codes[0])
    likely, line = found[0], lines[rule.first]
    names = [lines[at] for at in rule.houses if any(map(str.isalpha, lines[at]))]
    is_whole = not rule.is_street or any(map(str.isdigit, likely)) or is_house_name(line)
    if not is_whole and names:
        likely, is_whole = f"{names[0]} {line}", True
    if not any(map(str.isalnum, likely)) or not is_whole:
        raise ValueError("Not an address")
    varied = dict.fromkeys(other for one in found for other in vary_line(one))
    spelled = (spell_address(one, code) for code in codes for one in [likely, *varied])
    return [one for one in dict.fromkeys(spelled) if one and not one.startswith("|")]


def _read_postcode(text: str, beside: Sequence[str]) -> Sequence[str]:
    """Return what a postcode may be, perhaps of a country in the row; raises `ValueError`."""
    try:
        return read_anywhere(text)
    except ValueError:
        for country in map(find_country, map(bare, beside)):
            if country not in {"", UNITED_KINGDOM}:
                return (spell_postcode(text, country),)
        raise


def count_likely(channel: Channel, text: str, between: str = "") -> int:
    """Return how much in a text may be an email address or a number: more is, rather than less.

    `between` are signs that part cells; `APART` always does.
    """
    return count_at_signs(text) if channel is Channel.EMAIL else count_long_numbers(text, between)


def find_contacts(channel: Channel, text: str) -> set[str]:
    """Return the spellings of all email addresses, or numbers, that stand somewhere in a cell."""
    if channel is Channel.EMAIL:
        some = map(bare, [text, *undo_wrong_letters(text)])
        texts = [other for one in some for other in list_unquoted(one)]
        tokens = {token for one in texts for token in cut_emails(one)}
        tokens |= {token for one in texts for token in cut_emails(one.replace('"', ""))}
        return {one for token in tokens for one in _spell_each(list_email_ends(token))}
    text = bare(text)
    tokens = {text, *SCIENTIFIC_IN.findall(text), *NUMBERS_IN.findall(text)}
    tokens |= {*filter(_may_be_number, join_groups(plain_digits(text)))}
    return {one for token in tokens for one in _find_number(token)}


def _may_be_number(digits: str) -> bool:
    """Tell whether the library need be asked about digits: it takes long, and dates are many."""
    if digits.startswith(("+", "00")) or AMERICAN.fullmatch(digits.removeprefix("1")):
        return True
    national = digits.removeprefix("44")
    some = (digits, f"0{digits}", national, f"0{national}")
    return any(PLAIN_NUMBERS.fullmatch(f"{one}\n") for one in some)


def _find_number(token: str) -> list[str]:
    try:
        return _read_number(bare(token))
    except ValueError:
        american = AMERICAN.fullmatch(token.removeprefix("1"))
        return [f"+1{american[0]}"] if american else []


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
    lines: list[list[str]], postcodes: list[str], beside: list[list[str]], rule: Post
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
