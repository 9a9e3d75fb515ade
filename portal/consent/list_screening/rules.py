"""Screening of campaign lists: which row may be contacted, and why another may not."""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import IntEnum, StrEnum

from portal.consent.list_import.columns import Layout
from portal.consent.list_import.contacts import Contacts, read_contacts
from portal.consent.list_import.preference_service import Numbers
from portal.consent.list_import.sheets import REPLACEMENT, Row, defuse_row, gather_rows, may_run
from portal.identity.contact_index.rules import Channel
from portal.platform.core.errors import DomainError
from portal.platform.core.texts import _


class WithheldReason(StrEnum):
    """Why a row is withheld; the first of its contacts that may not be used decides."""

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


class Consent(IntEnum):
    """The consent of a number or address to a campaign; of several values, the greatest counts.

    A no that outlives the account comes first (UK GDPR, article 21(3)). Of several customers who
    share a number, one no is enough. A customer who has the address or number today counts more
    than one who had it formerly.
    """

    FORMER = 0
    YES = 1
    NO = 2
    SUPPRESSED = 3


Consents = Mapping[bytes, int]
"""How each keyed hash that is known stands, as a `Consent`: a million are plain numbers."""
WITHHELD_AS: Mapping[int, WithheldReason | None] = {
    Consent.FORMER: WithheldReason.FORMER,
    Consent.YES: None,
    Consent.NO: WithheldReason.NO,
    Consent.SUPPRESSED: WithheldReason.SUPPRESSED,
}


class UnindexedError(DomainError):
    """Some customers have no contact hashes yet, so that their refusals would not be found."""

    code = "unmarked"

    def __init__(self, number: int) -> None:
        super().__init__(_("{number} customers’ scrambled codes aren’t ready yet", number=number))
        self.number = number


@dataclass(frozen=True, slots=True, kw_only=True)
class Campaign:
    """A campaign: purpose and channel, and whether it may reach people who are not customers."""

    purpose: str
    channel: Channel
    prospects: bool = False
    is_shared: bool = False
    """Others are to be given something: the channel only says what people are known by."""


@dataclass(slots=True)
class Screened:
    """The result of screening some rows: those let through, and why each other is withheld."""

    through: list[str] = field(default_factory=list)
    withheld: list[tuple[int, WithheldReason]] = field(default_factory=list)
    hashes: list[bytes] = field(default_factory=list)
    """The keyed hashes of what first reaches those let through."""

    def add(self, other: "Screened") -> None:
        """Append the result of the rows that follow."""
        self.through += other.through
        self.withheld += other.withheld
        self.hashes += other.hashes

    @property
    def text(self) -> str:
        """The rows let through, as one text."""
        return "\n".join([*self.through, ""])

    @property
    def reasons(self) -> str:
        """The withheld lines and their reasons, as the text that follows `REASONS_HEAD`."""
        return "".join([f"{line},{reason}\n" for line, reason in self.withheld])

    @property
    def tally(self) -> "Tally":
        """The number of rows let through, and withheld for each reason."""
        return Tally(len(self.through), Counter([reason for _, reason in self.withheld]))


@dataclass(slots=True)
class Tally:
    """Numbers of rows let through, and withheld by reason."""

    let_through: int = 0
    withheld: Counter[WithheldReason] = field(default_factory=Counter)

    def add(self, other: "Tally") -> None:
        """Add the counts of other rows."""
        self.let_through += other.let_through
        self.withheld.update(other.withheld)

    @property
    def bad(self) -> int:
        """The number of rows that could not be read."""
        return sum(number for reason, number in self.withheld.items() if reason in BAD)


@dataclass(frozen=True, slots=True, kw_only=True)
class Screen:
    """Decides on rows of a list."""

    campaign: Campaign
    layout: Layout
    tps: Numbers | None
    """Whom the Telephone Preference Service protects."""
    hash_value: Callable[[str], bytes]
    consents: Callable[[Collection[bytes]], Consents]
    """Tells how those of some keyed hashes stand that are known; perhaps it asks a database."""
    unsubscribe_at: Callable[[list[bytes]], list[str]] | None = None
    """What makes the addresses to unsubscribe at, which the rows of a list for email get."""

    def head(self, header: str) -> str:
        """Return the header row of the output."""
        return f"{header}{self.layout.separator}{ADDED}" if self.unsubscribe_at else header

    def screen_all(self, rows: Iterable[Row]) -> Screened:
        """Decide on each row of a list that fits into memory."""
        whole = Screened()
        for some in gather_rows(rows):
            whole.add(self.screen(some))
        return whole

    def screen(self, rows: Sequence[Row]) -> Screened:
        """Decide on each of some rows that are read together."""
        width, separator = self.layout.width, self.layout.separator
        fitting = [row.cells for row in rows]
        if {*map(len, fitting)} != {width}:
            fitting = [cells if len(cells) == width else [""] * width for cells in fitting]
        contacts = read_contacts(fitting, self.layout, self.campaign.channel)
        values = {one for some in contacts for each in some for one in each if one}
        hashes = {one: self.hash_value(one) for one in values}
        consents = self.consents(hashes.values())
        reasons = {one: self._judge(one, consents.get(hashes[one])) for one in values}
        done, is_harmless = Screened(), not may_run([row.text for row in rows], separator)
        for row, found in zip(rows, contacts, strict=True):
            reason = _judge_row(row, width, found, reasons)
            if reason:
                done.withheld.append((row.line, reason))
            else:
                done.through.append(row.text if is_harmless else defuse_row(row, separator))
                done.hashes.append(hashes[found.counting[0] or ""])
        if self.unsubscribe_at is not None:
            pairs = zip(done.through, self.unsubscribe_at(done.hashes), strict=True)
            done.through = [f"{row}{separator}{address}" for row, address in pairs]
        return done

    def _judge(self, value: str, consent: int | None) -> WithheldReason | None:
        """Return why a contact of this spelling may not be used; None where it may.

        A yes to us overrides the Telephone Preference Service (PECR, regulation 21(4)).
        """
        if consent is not None:
            return WITHHELD_AS[consent]
        if not self.campaign.prospects:
            return WithheldReason.NOT_A_CUSTOMER
        return WithheldReason.TPS if self.tps is not None and value in self.tps else None


def _judge_row(
    row: Row, width: int, found: Contacts, reasons: Mapping[str, WithheldReason | None]
) -> WithheldReason | None:
    """Return why a row is withheld; None where every contact of it may be used.

    For alternative readings and neighbouring cells, which may well be a stranger's, only a no
    counts.
    """
    if "\0" in row.text or REPLACEMENT in row.text:
        return WithheldReason.SIGNS
    if len(row.cells) != width:
        return WithheldReason.COLUMNS if row.cells else WithheldReason.QUOTES
    if not found.counting:
        return WithheldReason.EMPTY
    for value in found.counting:
        reason = WithheldReason.UNREADABLE if value is None else reasons[value]
        if reason:
            return reason
    for value in found.others:
        reason = reasons[value]
        if reason and reason is not WithheldReason.NOT_A_CUSTOMER:
            return reason
    return None
