"""Spellings of a contact (email address, number or post address), however a list has written it.

Every cell has one main spelling, by which its owner is found, and perhaps alternative readings.
Nobody known by any of them may have refused. What is not a contact is refused: a row in doubt is
withheld.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from phonenumbers import PhoneMetadata

from portal.consent.list_import.cells import (
    bare,
    count_at_signs,
    count_long_numbers,
    cut_emails,
    join_digits,
    join_groups,
    list_email_ends,
    list_unquoted,
    plain_digits,
    undo_wrong_letters,
)
from portal.consent.list_import.sheets import REPLACEMENT
from portal.consent.list_import.streets import is_house_name, list_lines, vary_line
from portal.identity.contact_index.rules import (
    Channel,
    read_telephone,
    spell_address,
    spell_telephone,
)
from portal.platform.core.addresses import parse_email, spell_email
from portal.platform.core.countries import (
    UNITED_KINGDOM,
    find_country,
    read_anywhere,
    spell_postcode,
)
from portal.platform.core.telephones import DRAMA

BRITISH: Any = PhoneMetadata.metadata_for_region("GB")
PLAN = (BRITISH.fixed_line.national_number_pattern, BRITISH.mobile.national_number_pattern)
PLAIN_NUMBER = re.compile(rf"0(?:(?:{'|'.join(DRAMA)})[0-9]{{3}}|{'|'.join(PLAN)})", re.ASCII)
"""A British number, as the numbering plan has it."""
NUMBERS_IN = re.compile(r"[+(]{0,2}[0-9][0-9 ().-]{7,}[0-9]")
AMERICAN = re.compile(r"[2-9][0-9]{2}[2-9][0-9]{6}")
"""A number of the North American Numbering Plan without its code: area and exchange begin alike."""
SCIENTIFIC_IN = re.compile(r"[0-9][.,][0-9]+[eE]\+?[0-9]{2}")


@dataclass(frozen=True, slots=True)
class PostalRule:
    """How to read a list's address columns: which is the first line, and whether it is a street.

    `is_street` is true where the heading names it a street.
    """

    first: int = 0
    is_street: bool = False
    houses: tuple[int, ...] = ()
    """Lines in which the name of a house stands."""


def spell_contact(channel: Channel, first: str, postcode: str = "") -> str:
    """Return the spelling that a contact is hashed by; raises `ValueError`.

    Empty for empty cells. Only a post address has a postcode, beside its first line.
    """
    found = read_post([first], postcode) if channel is Channel.POST else read_cell(channel, first)
    return found[0] if found else ""


def spell_line(channel: Channel, text: str) -> str:
    """Return the spelling that a contact on a line of its own is hashed by; raises `ValueError`.

    A post address is its first line, a comma, and the postcode.
    """
    if channel is not Channel.POST:
        return spell_contact(channel, text)
    address, _, postcode = text.rpartition(",")
    return spell_contact(channel, address, postcode)


def read_cell(channel: Channel, text: str) -> list[str]:
    """Return the possible spellings of an email address or a number, the likeliest first.

    Empty for an empty cell. Raises `ValueError` for what is neither, or is in doubt.
    """
    if not text.strip():
        return []
    if REPLACEMENT in text or "\0" in text:
        raise ValueError("Signs that cannot be read")
    return _read_email(text) if channel is Channel.EMAIL else _read_number(bare(text))


def _read_email(text: str) -> list[str]:
    """Return the possible spellings of an email address, with and without a sign before it."""
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
    """Return the possible spellings of a cell that holds only a telephone number.

    Ten digits without a zero or a plus may be a North American number as well. Raises `ValueError`.
    """
    plain = join_digits(text)
    read_telephone(plain)
    return [spell_telephone(plain), *([f"+1{plain}"] if AMERICAN.fullmatch(plain) else [])]


def read_post(
    lines: Sequence[str], postcode: str, beside: Sequence[str] = (), rule: PostalRule | None = None
) -> list[str]:
    """Return the possible spellings of a post address, the likeliest first; raises `ValueError`.

    `lines` are its cells, in the order of the row. `beside` are the other cells of the row: one may
    hold the house number.
    """
    rule = rule or PostalRule()
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
    """Return the possible readings of a postcode, of the row's country too; raises `ValueError`."""
    try:
        return read_anywhere(text)
    except ValueError:
        for country in map(find_country, map(bare, beside)):
            if country not in {"", UNITED_KINGDOM}:
                return (spell_postcode(text, country),)
        raise


def count_likely(channel: Channel, text: str, between: str = "") -> int:
    """Return an upper bound of the number of email addresses, or telephone numbers, in a text.

    `between` are signs that separate cells; `APART` always does.
    """
    return count_at_signs(text) if channel is Channel.EMAIL else count_long_numbers(text, between)


def find_contacts(channel: Channel, text: str) -> set[str]:
    """Return the spellings of all email addresses, or numbers, anywhere in a cell."""
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
    """Tell whether digits need the (slow) library to be judged; dates, which are many, do not."""
    if digits.startswith(("+", "00")) or AMERICAN.fullmatch(digits.removeprefix("1")):
        return True
    national = digits.removeprefix("44")
    some = (digits, f"0{digits}", national, f"0{national}")
    return any(map(PLAIN_NUMBER.fullmatch, some))


def _find_number(token: str) -> list[str]:
    try:
        return _read_number(bare(token))
    except ValueError:
        american = AMERICAN.fullmatch(token.removeprefix("1"))
        return [f"+1{american[0]}"] if american else []
