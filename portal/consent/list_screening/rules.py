"""Which row of a campaign list may be contacted, and why another may not."""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from enum import StrEnum

import numpy as np

from portal.consent.list_import.columns import Layout, spell_rows
from portal.consent.list_import.compact import (
    KeyedHashes,
    Numbers,
    Places,
    Small,
    no_hashes,
    read_hashes,
)
from portal.consent.list_import.formulas import is_run, may_run
from portal.consent.list_import.sheets import (
    REPLACEMENT,
    Rows,
    read_block,
    split_rows,
    write_row,
)
from portal.identity.contact_index.rules import Channel
from portal.platform.core.errors import DomainError


class WithheldReason(StrEnum):
    """Why a row is withheld. Where several customers share what is there, the later counts."""

    NO = "no"
    SUPPRESSED = "suppressed"
    FORMER = "former"
    NOT_A_CUSTOMER = "not-a-customer"
    TPS = "tps"
    EMPTY = "empty"
    UNREADABLE = "unreadable"
    COLUMNS = "columns"
    QUOTES = "quotes"
    SIGNS = "signs"


REASONS_HEAD = "line,reason\n"
"""How a file of what was withheld begins."""
ADDED = "Unsubscribe"
"""The column that a list for e-mail gets."""
BAD = frozenset(
    {WithheldReason.UNREADABLE, WithheldReason.COLUMNS, WithheldReason.QUOTES, WithheldReason.SIGNS}
)
"""What is wrong with the list, and not with contacting somebody."""
THROUGH = 0
REASON_OF = dict(enumerate(WithheldReason, 1))
NUMBER_OF = {reason: number for number, reason in REASON_OF.items()}
"""What is decided on a row, by number; 0 lets it through."""
ENDED = -1
"""How what only reached a customer once stands: any customer whom it reaches today counts more."""
EMPTY, UNREADABLE = NUMBER_OF[WithheldReason.EMPTY], NUMBER_OF[WithheldReason.UNREADABLE]


class UnmarkedError(DomainError):
    """Customers from before there were contact hashes wait for theirs."""

    code = "unmarked"

    def __init__(self, number: int) -> None:
        super().__init__(f"{number} customers wait for their marks")
        self.number = number


@dataclass(frozen=True, slots=True, kw_only=True)
class Campaign:
    """What somebody wants to write or ring about, and whether strangers too."""

    purpose: str
    channel: Channel
    prospects: bool = False
    is_shared: bool = False
    """Others are to be given something: the channel only says what people are known by."""


@dataclass(slots=True)
class Screened:
    """What became of some rows: those let through, as text, and why which line was withheld."""

    through: list[str] = field(default_factory=list)
    withheld: list[tuple[int, WithheldReason]] = field(default_factory=list)
    hashes: bytes = b""
    """The keyed hashes of what first reaches those let through, one after the other."""

    def add(self, other: "Screened") -> None:
        """Add what became of the rows after these."""
        self.through += other.through
        self.withheld += other.withheld
        self.hashes += other.hashes

    @property
    def text(self) -> str:
        """The rows let through, as they are written."""
        return "\n".join([*self.through, ""])

    @property
    def reasons(self) -> str:
        """Why which line was withheld, as it is written after `REASONS_HEAD`."""
        return "".join([f"{line},{reason}\n" for line, reason in self.withheld])

    @property
    def tally(self) -> "Tally":
        """How many of them went where."""
        return Tally(len(self.through), Counter([reason for _, reason in self.withheld]))


@dataclass(slots=True)
class Tally:
    """How many rows were let through, and how many withheld for which reason."""

    let_through: int = 0
    withheld: Counter[WithheldReason] = field(default_factory=Counter)

    def add(self, other: "Tally") -> None:
        """Count what became of other rows."""
        self.let_through += other.let_through
        self.withheld.update(other.withheld)

    @property
    def bad(self) -> int:
        """How many rows could not be read."""
        return sum(number for reason, number in self.withheld.items() if reason in BAD)


@dataclass(frozen=True, slots=True)
class Contacts:
    """What the rows of a block have to reach somebody by, before anybody is known by it.

    `odd` are the places of rows with too few or too many cells, or broken ones. Each column has a
    verdict for each row, as if it were a stranger's, and the keyed hash. `also` are the places of
    rows, and what else might be meant there, or stands beside: nobody known by it may say no.
    """

    odd: list[int]
    columns: list[tuple[Small, KeyedHashes]]
    also: tuple[list[int], Small, KeyedHashes]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """Reads what a list has to reach somebody by."""

    campaign: Campaign
    layout: Layout
    tps: Numbers | None
    hash_value: Callable[[str], bytes]

    def split(self, block: bytes, first: int) -> Rows:
        """Return the rows of a block; its first line has the number `first`."""
        return split_rows(read_block(block), self.layout.separator, first)

    def read(self, rows: Rows) -> Contacts:
        """Return what those rows have to reach somebody by."""
        odd = rows.list_odd(self.layout.width)
        columns, also = spell_rows(rows, odd, self.layout, self.campaign.channel)
        judged, hashes = self._hash([value for _, value in also])
        judged[judged == NUMBER_OF[WithheldReason.NOT_A_CUSTOMER]] = THROUGH
        others = [place for place, _ in also], judged, hashes
        return Contacts(odd, [self._hash(column) for column in columns], others)

    def _hash(self, values: list[str | None]) -> tuple[Small, KeyedHashes]:
        """Return the verdict on each, as if it were a stranger's, and its keyed hash."""
        there = [value for value in values if value]
        hashes = read_hashes(b"".join(map(self.hash_value, there)))
        is_open = self.campaign.prospects
        stranger = THROUGH if is_open else NUMBER_OF[WithheldReason.NOT_A_CUSTOMER]
        judged = np.full(len(there), stranger, np.int8)
        if self.tps is not None and is_open:
            listed = [place for place, value in enumerate(there) if value in self.tps]
            judged[listed] = NUMBER_OF[WithheldReason.TPS]
        if len(there) == len(values):
            return judged, hashes
        verdicts, all_hashes = np.full(len(values), EMPTY, np.int8), no_hashes(len(values))
        places = [place for place, value in enumerate(values) if value]
        verdicts[places], all_hashes[places] = judged, hashes
        unreadable = [place for place, value in enumerate(values) if value is None]
        verdicts[unreadable] = UNREADABLE
        return verdicts, all_hashes


@dataclass(frozen=True, slots=True, kw_only=True)
class Screen:
    """Decides on many rows at once. What tells it the standings may ask a database, or not."""

    reader: Reader
    consents: Callable[[bytes], tuple[Places, Small]]
    """Tells of several keyed hashes where known ones are, and how each stands: a verdict."""
    unsubscribe_at: Callable[[KeyedHashes], list[str]] | None = None
    """What makes the addresses to unsubscribe at, which the rows of a list for email get."""

    def head(self, header: str) -> str:
        """Return the first row of what is let through."""
        return f"{header}{self.reader.layout.separator}{ADDED}" if self.unsubscribe_at else header

    def screen_all(self, blocks: Iterable[tuple[int, bytes]]) -> Screened:
        """Decide on each row of a list that fits into memory, block by block."""
        whole = Screened()
        for first, block in blocks:
            whole.add(self.screen(block, first))
        return whole

    def screen(self, block: bytes, first: int, contacts: Contacts | None = None) -> Screened:
        """Decide on each row of a block; its first line has the number `first`.

        `contacts` are those of these rows, where somebody has read them before.
        """
        rows = self.reader.split(block, first)
        verdicts, hashes = self._judge(rows, contacts or self.reader.read(rows))
        places = np.flatnonzero(verdicts == THROUGH)
        through, hashes = self._write(rows, places.tolist()), hashes[places]
        if self.unsubscribe_at is not None:
            pairs = zip(through, self.unsubscribe_at(hashes), strict=True)
            through = [f"{row}{rows.separator}{address}" for row, address in pairs]
        held = np.flatnonzero(verdicts != THROUGH)
        why = zip(held.tolist(), verdicts[held].tolist(), strict=True)
        withheld = [(rows.lines[place], REASON_OF[verdict]) for place, verdict in why]
        return Screened(through, withheld, hashes.tobytes())

    def _judge(self, rows: Rows, contacts: Contacts) -> tuple[Small, KeyedHashes]:
        """Return the verdict on each row, and the keyed hash of what first reaches somebody.

        All that reaches them must be free.
        """
        number = len(rows.texts)
        verdicts, hashes = np.full(number, EMPTY, np.int8), no_hashes(number)
        for judged, found in contacts.columns:
            known = self._recognise(judged, found)
            hashes = np.where((verdicts == EMPTY)[:, None], found, hashes)
            is_free = (verdicts == THROUGH) | (verdicts == EMPTY)
            verdicts = np.where(is_free & (known != EMPTY), known, verdicts)
        self._withhold_also(verdicts, *contacts.also)
        for place in contacts.odd:
            verdicts[place] = NUMBER_OF[
                WithheldReason.COLUMNS if rows.cells(place) else WithheldReason.QUOTES
            ]
        if "\0" in rows.whole or REPLACEMENT in rows.whole:
            for place, text in enumerate(rows.texts):
                if "\0" in text or REPLACEMENT in text:
                    verdicts[place] = NUMBER_OF[WithheldReason.SIGNS]
        return verdicts, hashes

    def _withhold_also(
        self, verdicts: Small, places: list[int], judged: Small, hashes: KeyedHashes
    ) -> None:
        """Withhold rows in which something else reaches somebody who says no."""
        known = self._recognise(judged, hashes) if places else judged
        for at in np.flatnonzero(known).tolist():
            if verdicts[places[at]] == THROUGH:
                verdicts[places[at]] = known[at]

    def _recognise(self, judged: Small, hashes: KeyedHashes) -> Small:
        """Return the verdict on each thing that reaches somebody, now that some are known.

        A no that outlives the account comes first (UK GDPR, article 21(3)). Of several customers
        who share a number, one no is enough. A yes to us is stronger than the Telephone
        Preference Service (PECR, regulation 21(4)).
        """
        places, consents = self.consents(hashes.tobytes())
        known = judged.copy()
        known[places] = np.where(consents == ENDED, NUMBER_OF[WithheldReason.FORMER], consents)
        return np.where((judged == EMPTY) | (judged == UNREADABLE), judged, known)

    def _write(self, rows: Rows, places: list[int]) -> list[str]:
        """Return some rows as text; what a spreadsheet would run is made harmless."""
        through = [rows.texts[place] for place in places]
        if may_run(rows.whole, rows.separator):
            for number, place in enumerate(places):
                cells = rows.cells(place)
                if any(map(is_run, cells)):
                    through[number] = write_row(cells, rows.separator)
        return through
