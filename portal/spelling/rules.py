"""How a way to reach somebody is spelled, whatever a list made of it.

Every cell has one spelling by which its owner is known first, and perhaps others: what it may also
mean. None of them may be one at which somebody said no. What is no way to reach anybody is
refused: a row in doubt is withheld.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import pairwise, permutations
from typing import Any

from email_validator import SPECIAL_USE_DOMAIN_NAMES
from phonenumbers import PhoneMetadata

from portal.account.rules import parse_postcode
from portal.kernel.addresses import parse_email, spell_email
from portal.kernel.cells import (
    bare,
    count_at_signs,
    count_long_numbers,
    cut_emails,
    plain_digits,
    undo_number,
    undo_wrong_letters,
    vary_words,
)
from portal.kernel.sheets import REPLACEMENT
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
    r"(?:[a-z0-9_]{1,29}+(?:[.+-][a-z0-9_]{1,29}+)?"
    r"@[a-z0-9]{1,15}+(?:[.-][a-z0-9]{1,15}+){0,3}?\.[a-z]{2,20}+\n)*"
)
"""What most lists have, line after line: the libraries need not be asked about it.

Four pieces of a domain, were they all one label, have at most its 63 signs (RFC 1035).
"""
BLANKS = str.maketrans("", "", " -()")
NUMBER = re.compile(
    r"([0-9 ().+-]+)(?:[ ,;]*(?:extension|extn?|x|#)[.:= ]*[0-9]{1,7})?", re.IGNORECASE
)
BETWEEN = str.maketrans("", "", " ().-")
NUMBERS_IN = re.compile(r"[+(]{0,2}[0-9][0-9 ().-]{7,}[0-9]")
SCIENTIFIC_IN = re.compile(r"[0-9][.,][0-9]+[eE]\+?[0-9]{2}")
PLAIN_END = re.compile(r"[\w.+-]+@\S+")
ANEW = re.compile(r"(?<=[0-9]) +(?=[+0])")
HOUSE = re.compile(
    r"(?:(?:flat|unit|apartment|apt|suite|room|studio|house|number|no)\b\.? *)?"
    r"[0-9]{1,5} ?[a-z]?(?:[-/][0-9]{1,5} ?[a-z]?)?",
    re.IGNORECASE,
)
"""A cell with the number of a house or flat alone."""
PARTS = re.compile("[,;\r\n\uff0c\uff1b]+")
MOST_PARTS = 8
"""Parts of an address: of more, nobody could say which belong together."""


@dataclass(frozen=True, slots=True)
class Post:
    """Which of the lines of an address is its first, and whether it is called a street."""

    first: int = 0
    is_street: bool = False


@dataclass(slots=True)
class Spelled:
    """What stands in a column: the likeliest spelling of each cell, and by place all others.

    "" is an empty cell, None one that cannot be read.
    """

    values: list[str | None]
    others: list[tuple[int, str]] = field(default_factory=list)


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
    return _read_email(text) if channel is Channel.EMAIL else [_read_number(bare(text))]


def _read_email(text: str) -> list[str]:
    """Return the spellings of an email address: a ' before it may be its own, or not."""
    plain = bare(text)
    parse_email(plain)
    typed = text.strip()
    others = {typed, typed.strip("'"), undo_wrong_letters(plain)} - {plain}
    return [spell_email(plain), *_spell_each(others)]


def _spell_each(texts: set[str]) -> list[str]:
    found = []
    for text in sorted(texts):
        try:
            parse_email(text)
        except ValueError:
            continue
        found.append(spell_email(text))
    return found


def _read_number(text: str) -> str:
    """Return the spelling of a number that is a cell and nothing else; raises `ValueError`."""
    plain = join_digits(text)
    read_telephone(plain)
    return spell_telephone(plain)


def join_digits(text: str) -> str:
    """Return a number without what parts its digits; raises `ValueError` for anything else."""
    found = NUMBER.fullmatch(undo_number(plain_digits(text)))
    if found is None:
        raise ValueError("Not a telephone number")
    plain = found[1].translate(BETWEEN)
    if "+" in plain[1:]:
        raise ValueError("Not a telephone number")
    return plain


def read_post(
    lines: Sequence[str], postcode: str, beside: Sequence[str] = (), rule: Post | None = None
) -> list[str]:
    """Return how a post address is spelled, the likeliest spelling first; raises `ValueError`.

    `lines` are its cells, as they stand in the row. `beside` are the row's other cells: the number
    of the house may be there.
    """
    rule = rule or Post()
    line, postcode = lines[rule.first].strip(), postcode.strip()
    if not postcode and not any(one.strip() for one in lines):
        return []
    if REPLACEMENT in "".join(lines) or "\0" in "".join(lines):
        raise ValueError("Signs that cannot be read")
    code = parse_postcode(bare(postcode))
    parts = [part for one in lines for cell in PARTS.split(one) if (part := bare(cell))]
    if len(parts) > MOST_PARTS:
        raise ValueError("Not an address")
    houses = [one for one in map(bare, [*parts, *beside]) if HOUSE.fullmatch(one)]
    has_number = any(map(str.isdigit, line))
    likely = line if has_number or not houses else f"{houses[0]} {line}"
    found = [
        likely,
        line,
        bare(line),
        *(" ".join(parts[i:j]) for i in range(len(parts)) for j in range(i + 1, len(parts) + 1)),
        *(f"{one} {other}" for one, other in permutations([*houses, *parts], 2)),
    ]
    varied = (other for one in found for other in vary_words(one))
    spelled = dict.fromkeys(spell_address(one, code) for one in [likely, *varied])
    if not any(map(str.isalnum, likely)) or (rule.is_street and not has_number and not houses):
        raise ValueError("Not an address")
    return [one for one in spelled if one and not one.startswith("|")]


def count_likely(channel: Channel, text: str) -> int:
    """Return how much in a text may be an email address or a number: more is, rather than less."""
    return count_at_signs(text) if channel is Channel.EMAIL else count_long_numbers(text)


def find_contacts(channel: Channel, text: str) -> set[str]:
    """Return the spellings of all email addresses, or numbers, that stand somewhere in a cell."""
    text = bare(text)
    if channel is Channel.EMAIL:
        tokens = {*cut_emails(text), *cut_emails(text.replace('"', ""))}
        return {one for token in tokens for one in _spell_each(_ends(token))}
    tokens = {text, *SCIENTIFIC_IN.findall(text), *NUMBERS_IN.findall(text)}
    tokens |= {*NUMBERS_IN.findall(text.replace("/", ""))}
    tokens |= {one for token in tokens for one in _split_numbers(token)}
    return {one for token in tokens if (one := _find_number(token))}


def _ends(token: str) -> set[str]:
    """Return what of a token may be the address: all of it, or what follows the last odd sign."""
    plain = PLAIN_END.findall(token)
    return {token, bare(token), *plain}


def _split_numbers(token: str) -> list[str]:
    """Return the numbers that stand one after the other with a blank between."""
    cuts = [0, *(one.end() for one in ANEW.finditer(token)), len(token)]
    return [token[start:end].strip() for start, end in pairwise(cuts)] + [
        token[start:end].strip() for start, end in zip(cuts[:-2], cuts[2:], strict=False)
    ]


def _find_number(token: str) -> str | None:
    try:
        return _read_number(bare(token))
    except ValueError:
        return None


def spell_column(channel: Channel, cells: list[str]) -> Spelled:
    """Spell each cell of a column with email addresses or numbers, as `read_cell` does."""
    spell = _spell_plain_emails if channel is Channel.EMAIL else _spell_plain_numbers
    found, strange = spell("\n".join([*cells, ""]))
    if len(found) != len(cells):  # some cells are several lines
        found, strange = [""] * len(cells), [*range(len(cells))]
    spelled = Spelled([*found])
    for place in strange:
        _read_into(spelled, place, partial(read_cell, channel, cells[place]))
    return spelled


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
    strange = _list_strange(PLAIN_EMAILS, text)
    if any(domain in text for domain in SPECIAL_DOMAINS):
        strange += [at for at, line in enumerate(lines) if f"{line}\n".endswith(SPECIAL_DOMAINS)]
    return lines, strange


def _spell_plain_numbers(text: str) -> tuple[list[str], list[int]]:
    """Return each line of a text in its one spelling, and the places of those not plain."""
    national = f"\n{text.translate(BLANKS)}".replace("\n+44", "\n0")
    spelled = national.replace("\n0", "\n+44").split("\n")[1:-1]
    return spelled, _list_strange(PLAIN_NUMBERS, national[1:])


def _list_strange(plain: re.Pattern[str], text: str) -> list[int]:
    """Return the places of the lines of a text that a pattern of plain lines does not take."""
    strange: list[int] = []
    place = start = 0
    while (end := plain.match(text, start).end()) < len(text):  # type: ignore[union-attr]  # matches nothing as well
        place += text.count("\n", start, end)
        strange.append(place)
        place, start = place + 1, text.index("\n", end) + 1
    return strange
