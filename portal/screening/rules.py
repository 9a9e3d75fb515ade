"""Which row of a campaign list may be contacted, and why another may not."""

import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum

import numpy as np
from email_validator import SPECIAL_USE_DOMAIN_NAMES

from portal.account.rules import parse_email, parse_postcode
from portal.kernel.compact import Hashes, Numbers
from portal.kernel.errors import DomainError
from portal.kernel.sheets import REPLACEMENT, is_run, may_run, split_rows, write_row
from portal.marks.rules import Channel, read_telephone, spell_address, spell_telephone

SPECIAL_DOMAINS = tuple(f".{name}" for name in SPECIAL_USE_DOMAIN_NAMES)
PLAIN_NUMBERS = re.compile(r"^(?:(?:0|\+44)([1-357-9][0-9]{9})|.*)$", re.MULTILINE)
PLAIN_EMAILS = re.compile(
    r"^ *(?:([a-z0-9_]{1,30}(?:[.+-][a-z0-9_]{1,30})?"
    r"@(?:[a-z0-9]{1,40}(?:-[a-z0-9]{1,20})?\.){1,3}[a-z]{2,20}) *|.*)$",
    re.MULTILINE,
)
"""What most lists have, line by line: the libraries need not be asked about it."""
STRANGER, AGREED, REFUSED, SUPPRESSED = range(4)
"""How something that reaches somebody stands to a campaign."""
BLANKS = str.maketrans("", "", " -()")


class Reason(StrEnum):
    """Why a row is withheld."""

    SUPPRESSED = "suppressed"
    NO = "no"
    NOT_A_CUSTOMER = "not-a-customer"
    TPS = "tps"
    EMPTY = "empty"
    UNREADABLE = "unreadable"
    COLUMNS = "columns"
    QUOTES = "quotes"
    SIGNS = "signs"


FREE = frozenset({None, Reason.EMPTY})
"""What nothing that was looked at so far speaks against."""
BAD = frozenset({Reason.UNREADABLE, Reason.COLUMNS, Reason.QUOTES, Reason.SIGNS})
"""What is wrong with the list, and not with contacting somebody."""


class UnmarkedError(DomainError):
    """Customers from before there were marks wait for theirs."""

    code = "unmarked"

    def __init__(self, number: int) -> None:
        super().__init__(f"{number} customers wait for their marks")
        self.number = number


class UnfitListError(DomainError):
    """A list that cannot be screened at all; the text says why."""

    code = "unfit-list"


@dataclass(frozen=True, slots=True, kw_only=True)
class Campaign:
    """What somebody wants to write or ring about, and whether strangers too."""

    purpose: str
    channel: Channel
    prospects: bool = False


def spell_contact(channel: Channel, first: str, postcode: str = "") -> str:
    """Return the spelling that is hashed of what reaches somebody; raises `ValueError`.

    Nothing for empty cells. Only a post address has a postcode, beside its first line.
    """
    first = first.strip()
    if channel is Channel.POST:
        return _spell_post(first, postcode.strip())
    if not first:
        return ""
    return parse_email(first) if channel is Channel.EMAIL else _spell_number(first)


def spell_line(channel: Channel, text: str) -> str:
    """Return the spelling that is hashed of a contact on a line of its own; raises `ValueError`.

    For post it is the first line of the address, a comma, and the postcode.
    """
    if channel is not Channel.POST:
        return spell_contact(channel, text)
    address, _, postcode = text.rpartition(",")
    return spell_contact(channel, address, postcode)


def spell_column(
    channel: Channel, firsts: list[str], postcodes: list[str] | None = None
) -> list[str | None]:
    """Return for each cell of a column what `spell_contact` does; None for what cannot be read."""
    if channel is Channel.POST:
        return [_spelled(channel, *pair) for pair in zip(firsts, postcodes or [], strict=True)]
    text = "\n".join(firsts)
    if channel is Channel.EMAIL:
        found = PLAIN_EMAILS.findall(text.lower()) if text.isascii() else []
        plain = ["" if one.endswith(SPECIAL_DOMAINS) else one for one in found]
    else:
        plain = [one and f"+44{one}" for one in PLAIN_NUMBERS.findall(text.translate(BLANKS))]
    if len(plain) != len(firsts):  # some cells are several lines, or not of ASCII alone
        plain = [""] * len(firsts)
    return [one or _spelled(channel, first) for one, first in zip(plain, firsts, strict=True)]


def _spelled(channel: Channel, first: str, postcode: str = "") -> str | None:
    try:
        return spell_contact(channel, first, postcode)
    except ValueError:
        return None


def _spell_number(text: str) -> str:
    if any(map(str.isalpha, text)):  # not a number for a machine, although the library tries
        raise ValueError("Not a telephone number")
    read_telephone(text)
    return spell_telephone(text)


def _spell_post(line: str, postcode: str) -> str:
    if not line and not postcode:
        return ""
    found = spell_address(line, parse_postcode(postcode))
    if not found or found.startswith("|"):
        raise ValueError("Not an address")
    return found


@dataclass(frozen=True, slots=True)
class Standings:
    """How every number or address stands to one campaign.

    One that several customers share may be in `agreed` and in `refused`.
    """

    agreed: Hashes
    refused: Hashes
    suppressed: Hashes


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """How a list is laid out: its separator, how many cells a row has, where its contacts are.

    Each contact has one cell; a post address has two, its first line and the postcode.
    """

    separator: str
    width: int
    columns: list[list[int]]


@dataclass(slots=True)
class Screened:
    """What became of some rows: those let through, as text, and why which line was withheld."""

    through: list[str] = field(default_factory=list)
    withheld: list[tuple[int, Reason]] = field(default_factory=list)


@dataclass(slots=True)
class Tally:
    """How many rows were let through, and how many withheld for which reason."""

    let_through: int = 0
    withheld: Counter[Reason] = field(default_factory=Counter)

    def add(self, let_through: int, withheld: list[tuple[int, Reason]]) -> None:
        """Count what became of some rows."""
        self.let_through += let_through
        self.withheld.update(reason for _, reason in withheld)

    @property
    def bad(self) -> int:
        """How many rows could not be read."""
        return sum(number for reason, number in self.withheld.items() if reason in BAD)


@dataclass(frozen=True, slots=True, kw_only=True)
class Screen:
    """Decides on many rows at once; asks no database, so that several processes may have it."""

    campaign: Campaign
    standings: Standings
    tps: Numbers | None
    hash_value: Callable[[str], bytes]
    layout: Layout

    def screen(self, block: str, first: int) -> Screened:
        """Decide on each row of a text; its first line has the number `first`."""
        separator = self.layout.separator
        rows = split_rows(block, separator, first)
        reasons = self._find_reasons(rows.cells)
        if "\0" in block or REPLACEMENT in block:
            for place, text in enumerate(rows.texts):
                if "\0" in text or REPLACEMENT in text:
                    reasons[place] = Reason.SIGNS
        is_risky = may_run(block, separator)
        done = Screened()
        for line, text, cells, reason in zip(
            rows.lines, rows.texts, rows.cells, reasons, strict=True
        ):
            if reason is not None:
                done.withheld.append((line, reason))
            elif is_risky and any(map(is_run, cells)):
                done.through.append(write_row(cells, separator))
            else:
                done.through.append(text)
        return done

    def _find_reasons(self, rows: list[list[str]]) -> list[Reason | None]:
        """Return why each row is withheld, or None. All that reaches somebody must be free."""
        width = self.layout.width
        odd = {place: cells for place, cells in enumerate(rows) if len(cells) != width}
        if odd:
            blank = [""] * width
            rows = [blank if place in odd else cells for place, cells in enumerate(rows)]
        found: list[Reason | None] = [Reason.EMPTY] * len(rows)
        for places in self.layout.columns:
            columns = [[cells[place] for cells in rows] for place in places]
            judged = self._judge(spell_column(self.campaign.channel, *columns))
            pairs = zip(found, judged, strict=True)
            found = [new if old in FREE and new is not Reason.EMPTY else old for old, new in pairs]
        for place, cells in odd.items():
            found[place] = Reason.COLUMNS if cells else Reason.QUOTES
        return found

    def _judge(self, values: list[str | None]) -> list[Reason | None]:
        """Return why each thing that reaches somebody may not be used, or None.

        A no that outlives the account comes first (UK GDPR, article 21(3)). Of several customers
        who share a number, one no is enough. A yes to us is stronger than the Telephone
        Preference Service (PECR, regulation 21(4)).
        """
        there = [value for value in values if value]
        hashes = b"".join(map(self.hash_value, there))
        verdicts = np.full(len(there), STRANGER)
        verdicts[self.standings.agreed.find(hashes)] = AGREED
        verdicts[self.standings.refused.find(hashes)] = REFUSED
        verdicts[self.standings.suppressed.find(hashes)] = SUPPRESSED
        stranger = None if self.campaign.prospects else Reason.NOT_A_CUSTOMER
        reasons = (stranger, None, Reason.NO, Reason.SUPPRESSED)
        judged: list[Reason | None] = [reasons[one] for one in verdicts.tolist()]
        if self.tps is not None and self.campaign.prospects:
            for place in np.flatnonzero(verdicts == STRANGER).tolist():
                if there[place] in self.tps:
                    judged[place] = Reason.TPS
        if len(there) == len(values):
            return judged
        rest = iter(judged)
        return [
            next(rest) if value else Reason.UNREADABLE if value is None else Reason.EMPTY
            for value in values
        ]
