"""Entries that other operators give us: what a list of them looks like, and what is kept of one."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from io import BufferedReader
from itertools import islice
from uuid import UUID

import phonenumbers

from portal.consent.directories.rules import LISTINGS, ListedNumbers, Listing, settle
from portal.consent.list_import.sheets import REPLACEMENT, cut_rows, open_text, read_row
from portal.identity.contact_index.rules import read_telephone, spell_telephone
from portal.platform.core.clock import london_day
from portal.platform.core.errors import DomainError
from portal.platform.core.texts import join

KEPT = timedelta(days=365)
"""How long an entry stays that no list of its operator has had since."""
HASHED_AS = "listed-number"
"""The kind of keyed hash that a number is found by."""
RULE = "listed-people"
"""The rule by which an entry ends; what is processed is known by it."""
LEFT_OUT = "directories"
"""The kind under which the keyring notes numbers that are never to be listed again."""
HEADER = ("name", "address", "postcode", "number", "directories")
LONGEST_OPERATOR, LONGEST_CELL, LONGEST_POSTCODE = 100, 200, 12
TOGETHER = 200
"""Rows that are written in one transaction: nobody who saves something waits long for it."""
MOST_NAMED = 20
"""Faults of a list that are named; whoever made it sees from these what is wrong."""


class UnfitDirectoryListError(DomainError):
    """A list cannot be taken: it has another header, no rows, or faults; it says where, not whom.

    `faults` are pairs of a line and the name of its column.
    """

    code = "unfit-directory-list"

    def __init__(self, words: str, faults: Sequence[tuple[int, str]] = ()) -> None:
        super().__init__(words)
        self.faults = tuple(faults)


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedWords:
    """What an entry says. Never printed. `number` is spelled in E.164."""

    name: str
    address: str
    postcode: str
    number: str
    on: ListedNumbers

    def __repr__(self) -> str:
        return "ListedWords(…)"

    def words(self) -> dict[str, object]:
        """Return them as a document to seal."""
        return {
            "name": self.name,
            "address": self.address,
            "postcode": self.postcode,
            "number": self.number,
            "on": sorted(self.on),
        }

    @classmethod
    def read(cls, words: Mapping[str, object]) -> "ListedWords":
        """Read them from their document."""
        on = words["on"]
        return cls(
            name=str(words["name"]),
            address=str(words["address"]),
            postcode=str(words["postcode"]),
            number=str(words["number"]),
            on=frozenset(Listing(one) for one in on) if isinstance(on, list) else frozenset(),
        )

    def keep_corrected(self, before: "ListedWords") -> "ListedWords":
        """Return what a newer list says, with the name and address that its person corrected."""
        return replace(self, name=before.name, address=before.address, postcode=before.postcode)

    @property
    def row(self) -> tuple[str, ...]:
        """The entry as a row of a list, in the order of `HEADER`."""
        on = " ".join(one for one in Listing if one in self.on)
        return self.name, self.address, self.postcode, self.number, on


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedEntry:
    """An entry that another operator gave us, as its person may read it. Never printed."""

    id: UUID
    operator: str
    first_at: datetime
    received_at: datetime
    corrected_at: datetime | None
    version: int
    said: ListedWords

    def __repr__(self) -> str:
        return f"ListedEntry({self.id})"

    @property
    def ends_on(self) -> date:
        """The London day on which it goes, if no list of its operator has it again."""
        return london_day(self.received_at + KEPT)

    @property
    def shown_number(self) -> str:
        """The number as people read it."""
        return spell_number(self.said.number)

    @property
    def where(self) -> str:
        """The directories it is in, in words."""
        return join(LISTINGS[one] for one in Listing if one in self.said.on)

    @property
    def has_address(self) -> bool:
        """Whether a letter could reach it."""
        return bool(self.said.address and self.said.postcode)


@dataclass(frozen=True, slots=True)
class ListCounts:
    """What became of the rows of a list: nobody is named."""

    new: int = 0
    known: int = 0
    left_out: int = 0
    repeated: int = 0
    gone: int = 0

    def __add__(self, other: "ListCounts") -> "ListCounts":
        return ListCounts(
            self.new + other.new,
            self.known + other.known,
            self.left_out + other.left_out,
            self.repeated + other.repeated,
            self.gone + other.gone,
        )


def spell_number(number: str) -> str:
    """Return a number in E.164 as people here read it: a British one without its country code."""
    try:
        found = phonenumbers.parse(number, "GB")
    except phonenumbers.NumberParseException:
        return number
    british = found.country_code == phonenumbers.country_code_for_region("GB")
    shape = phonenumbers.PhoneNumberFormat
    return phonenumbers.format_number(found, shape.NATIONAL if british else shape.INTERNATIONAL)


def read_list(source: BufferedReader) -> Iterator[tuple[int, ListedWords | str]]:
    """Yield each row of a list with its line: what it says, or the name of the column at fault.

    Strict: UTF-8, commas, exactly the columns of `HEADER`. Raises `UnfitDirectoryListError` for
    another header, and `EndlessRowError`. Few rows are in memory at once.
    """
    rows = cut_rows(open_text(source))
    _, head = next(rows, (0, ""))
    if tuple(read_row(head, ",")) != HEADER:
        raise UnfitDirectoryListError(f"The first line must be: {','.join(HEADER)}")
    for line, text in rows:
        cells = (
            [] if REPLACEMENT in text else [" ".join(cell.split()) for cell in read_row(text, ",")]
        )
        yield line, _read_cells(cells)


def check_list(source: BufferedReader) -> int:
    """Read a whole list and keep nothing; return how many rows it has.

    Raises `UnfitDirectoryListError` where any row cannot be taken, or there is none: an empty list
    would take everybody out by mistake.
    """
    number, faults = 0, list[tuple[int, str]]()
    for line, found in read_list(source):
        number += 1
        if isinstance(found, str):
            faults.append((line, found))
            if len(faults) == MOST_NAMED:
                break
    if faults:
        raise UnfitDirectoryListError("Nothing was taken in", faults)
    if number == 0:
        raise UnfitDirectoryListError("The list has no rows")
    return number


def gather_words(rows: Iterable[tuple[int, ListedWords | str]]) -> Iterator[list[ListedWords]]:
    """Yield what rows say, some at a time; a row that cannot be taken is left out."""
    good = (found for _, found in rows if isinstance(found, ListedWords))
    while some := list(islice(good, TOGETHER)):
        yield some


def _read_cells(cells: Sequence[str]) -> ListedWords | str:
    if len(cells) != len(HEADER):
        return "columns"
    name, address, postcode, number, directories = cells
    fits = {
        "name": 0 < len(name) <= LONGEST_CELL,
        "address": len(address) <= LONGEST_CELL,
        "postcode": len(postcode) <= LONGEST_POSTCODE,
    }
    wrong = next((column for column, is_right in fits.items() if not is_right), None)
    on = frozenset(directories.split())
    if wrong is not None:
        return wrong
    try:
        if read_telephone(number).extension:
            return "number"
    except ValueError:
        return "number"
    if not on <= LISTINGS.keys() or not settle(listed := frozenset(map(Listing, on))):
        return "directories"
    spelled = spell_telephone(number)
    return ListedWords(name=name, address=address, postcode=postcode, number=spelled, on=listed)
