"""What a room declares about the personal details it keeps.

Every loop of the portal that must know what is held about a person (what a customer sees,
erasing, the retention schedule, the purge) runs over these declarations and nothing else.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Any, TypeVar

from portal.platform.core.clock import london_day, spell_length
from portal.platform.core.masking import mask_account_numbers
from portal.platform.core.recipients import RecipientKind
from portal.platform.core.texts import _

if TYPE_CHECKING:  # rules read declarations too, and rules know no database
    from sqlalchemy import ColumnElement, Select

    from portal.platform.core.ids import CustomerId
    from portal.platform.core.work import Work

CONTRACT = _("To do what you asked us for: UK GDPR, article 6(1)(b)")
NO_LONGER_THAN_NEEDED = _("No longer than needed: UK GDPR, article 5(1)(e)")
SECURITY = _("To keep your account safe: UK GDPR, article 32")
OBJECTION = _("To respect your no to marketing: UK GDPR, article 21(3)")
LEGAL_CLAIMS = _("For legal claims: UK GDPR, article 17(3)(e)")

UNTIL_HOLD_ENDS = _("until the legal hold ends")
"""Until when something stays that a legal hold keeps; receipts say it, and are known by it."""
ALL = 1_000_000
"""How many things of one kind are listed at most: more than anybody has."""


class Fate(StrEnum):
    """What becomes of a category when its person cancels everything."""

    DELETED = "deleted"
    KEPT = "kept"
    PASSING = "passing"
    """Gone within seconds by itself: nothing to tell."""


class LawfulBasis(StrEnum):
    """Why the law lets us process a category (UK GDPR, article 6(1)), as its person reads it."""

    CONSENT = _("You agreed to it: UK GDPR, article 6(1)(a)")
    CONTRACT = _("We need it to do what you asked us for: UK GDPR, article 6(1)(b)")
    LEGAL_OBLIGATION = _("The law says we must: UK GDPR, article 6(1)(c)")
    LEGITIMATE_INTERESTS = _(
        "We have a good reason, and it doesn’t outweigh your rights: UK GDPR, article 6(1)(f)"
    )


class People(StrEnum):
    """Whom a category is about, as the register of processing names them."""

    CUSTOMERS = _("Customers")
    VISITORS = _("People who write to us without an account")
    LISTED = _("People whose number another phone company gave us")
    STAFF = _("Our staff")


class HeldFor(StrEnum):
    """What a category is for: the groups of what is held about somebody, and of the register."""

    ACCOUNT = _("To run your account")
    CHOICES = _("To follow your choices")
    ANSWERS = _("To answer you")
    OPENNESS = _("To be open with you")
    LAW = _("To follow the law")
    ELSEWHERE = _("In our other systems")
    STAFF = _("Our staff")
    ASKED = _("What we ask you")


@dataclass(frozen=True, slots=True)
class Item:
    """One thing held: what it is called, its value as the person may read it, and since when.

    Without a moment the value says when, or it is simply so today. `rule` names the line of the
    retention schedule by which it goes (without a name, the first of its category), and `since` is
    the moment from which the time of that rule runs, if it runs already.
    """

    label: str
    value: str
    at: datetime | None = None
    rule: str = ""
    since: datetime | None = None
    ends_on: date | None = None
    """The London day on which it goes, where that was said of this very thing."""
    is_private: bool = False
    """Whether nobody but its person may see it: no colleague, on any page."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One line of the retention schedule: `what` goes `length` after `trigger`.

    Without a length it goes at once when the trigger happens, as part of that, or on a day of its
    own (`Item.ends_on`). With one, and on such a day, the purge ends it: `count` tells how many
    records have reached their end, `purge` deletes at most so many of them and returns how many.
    A record under a legal hold has not reached it. `past` is the SQL condition for rows whose time
    is over at a moment, held or not: nobody is shown them or their number, so that a row that a
    hold keeps looks deleted. `only_in_files` says that there is none where a mail server is.
    """

    name: str
    what: str
    trigger: str
    basis: str
    length: timedelta | None = None
    count: Callable[[Work], int] | None = None
    purge: Callable[[Work, int], int] | None = None
    past: Callable[[datetime], ColumnElement[bool]] | None = None
    only_in_files: bool = False

    @property
    def text(self) -> str:
        """When it goes, as a person reads it."""
        if self.length is None:
            return _("when {trigger}", trigger=self.trigger)
        return _("{length} after {trigger}", length=spell_length(self.length), trigger=self.trigger)


@dataclass(frozen=True, slots=True)
class Stay:
    """What stays of a category when its person leaves, why, and for how long after.

    Without a length, `until` says in words when it ends. Nothing of it says who they were.
    """

    what: str
    why: str
    length: timedelta | None = None
    until: str = ""


@dataclass(frozen=True, slots=True)
class Trace:
    """What may name somebody who is being erased: the keyed hash of an e-mail address of theirs.

    It was theirs since a moment (that at which another customer gave it up, if any did) and until
    another (of giving it up, or of the decision to erase). What names it and is older or younger
    is somebody else's.
    """

    value_hash: bytes
    since: datetime
    until: datetime
    mailbox: bytes | None = None
    """The keyed hash that tells its mailbox from another that is looked up alike, if it is known;
    what came from that other is somebody else's."""


Traces = tuple[Trace, ...]


def no_traces(work: Work, traces: Traces) -> int:
    """Delete nothing: no row of the category names an address that anybody can type."""
    del work, traces
    return 0


def no_items(work: Work, customer_id: CustomerId) -> Iterable[Item]:
    """Return nothing: its person is shown nothing of the category."""
    del work, customer_id
    return ()


def no_spans(customer_id: CustomerId, now: datetime) -> list[Select[Any, Any, Any]]:
    """Return nothing: no row of the category has a date of its own."""
    del customer_id, now
    return []


def no_loose_ends(work: Work, customer_id: CustomerId) -> list[str]:
    """Return nothing: leaving cuts nothing short."""
    del work, customer_id
    return []


def nothing_held_back(work: Work, customer_id: CustomerId) -> list[tuple[Stay, int]]:
    """Return nothing: no legal hold keeps anything of a category whose person leaves."""
    del work, customer_id
    return []


@dataclass(frozen=True, slots=True, kw_only=True)
class Processing:
    """One entry of the register of processing (UK GDPR, article 30(1)), in its people's words.

    `gets` names the kinds of recipients that `recipients` tells of; `interest` is the good reason
    where that is the lawful basis. `tables` names every table that it lives in.
    """

    category: str
    purpose: str
    source: str
    recipients: str
    rules: tuple[Rule, ...]
    tables: frozenset[str]
    basis: LawfulBasis
    interest: str = ""
    part: HeldFor = HeldFor.ACCOUNT
    gets: tuple[RecipientKind, ...] = ()
    people: tuple[People, ...] = (People.CUSTOMERS,)
    slug: str = ""
    """What the category is called in an address; nothing where no page of its person shows it."""
    change_at: str = ""
    change_label: str = _("Change it")
    """The path where its person changes it themselves, and what the link there says."""
    place: int = 9
    """Where it is listed: what people look for first has the lowest."""

    def find_end(self, item: Item) -> date | None:
        """Return the London day on which the schedule deletes a thing; None if no time runs yet."""
        if item.ends_on is not None:
            return item.ends_on
        ends_at = self._find_end_moment(item)
        return london_day(ends_at) if ends_at else None

    def is_over(self, item: Item, now: datetime) -> bool:
        """Tell whether a thing is past its end: a legal hold may keep it."""
        if item.ends_on is not None:
            return item.ends_on <= london_day(now)
        return (self._find_end_moment(item) or now) < now

    def _find_end_moment(self, item: Item) -> datetime | None:
        rule = next((one for one in self.rules if one.name == item.rule), self.rules[0])
        if item.since is None or rule.length is None:
            return None
        return item.since + rule.length


@dataclass(frozen=True, slots=True, kw_only=True)
class Holding(Processing):
    """One category of personal details of customers, which the portal lists, counts and erases.

    `list_items` shows what is held about one person; `count` tells how many records that is, and
    `erase` deletes them and returns how many.
    `stays` is what stays where there were any, `held_back` what a legal hold keeps besides and how
    many records of it, asked as the rows are erased; `loose_ends` says what leaving cuts short.
    `erase_named` deletes what only names an address of theirs, and returns how many. Of what is
    `told_first` False nothing is told before somebody has decided to leave.
    """

    fate: Fate
    list_items: Callable[[Work, CustomerId], Iterable[Item]]
    count: Callable[[Work, CustomerId], int]
    erase: Callable[[Work, CustomerId], int]
    stays: tuple[Stay, ...] = ()
    loose_ends: Callable[[Work, CustomerId], Iterable[str]] = no_loose_ends
    held_back: Callable[[Work, CustomerId], Iterable[tuple[Stay, int]]] = nothing_held_back
    erase_named: Callable[[Work, Traces], int] = no_traces
    told_first: bool = True
    spans: Callable[[CustomerId, datetime], Sequence[Select[Any, Any, Any]]] = no_spans
    """What finds how many records there are of a person, and the moments of the oldest and of the
    newest: one statement a table, of three columns, put together by whoever asks at a moment."""

    @property
    def is_correctable(self) -> bool:
        """Whether something in it may be wrong and be put right: not what only logs."""
        return bool(self.slug) and self.part is not HeldFor.OPENNESS

    def list_shown(self, work: Work, customer_id: CustomerId) -> list[Item]:
        """List what is held, but for what is past its end: a legal hold may keep that."""
        found = self.list_items(work, customer_id)
        return [item for item in found if not self.is_over(item, work.now)]

    def list_masked(self, work: Work, customer_id: CustomerId, own: Collection[str]) -> list[Item]:
        """List what is shown with billing account numbers masked; `own` are the customer's."""
        shown = self.list_shown(work, customer_id)
        return [replace(one, value=mask_account_numbers(one.value, own)) for one in shown]


Register = tuple[Holding, ...]
Entry = TypeVar("Entry", bound=Processing)


def in_reading_order(entries: Iterable[Entry]) -> tuple[Entry, ...]:
    """Return entries as people look for them: by their places, the others as they came."""
    return tuple(sorted(entries, key=lambda one: one.place))


def by_label(items: Iterable[Item]) -> dict[str, list[list[Item]]]:
    """Return things by what they are called, and in there those of one moment together."""
    found: dict[str, list[list[Item]]] = {}
    for one in items:
        groups = found.setdefault(one.label, [])
        if groups and one.at and (one.at, one.since) == (groups[-1][0].at, groups[-1][0].since):
            groups[-1].append(one)
        else:
            groups.append([one])
    return found


def without_files(register: Register) -> Register:
    """Return a register for a portal whose emails become no files."""
    return tuple(
        replace(one, rules=tuple(rule for rule in one.rules if not rule.only_in_files))
        for one in register
    )
