"""How a look of a colleague is told to the person it was about."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby
from typing import Any, Protocol
from uuid import UUID

from portal.desk.case_records.rules import CasePart
from portal.desk.cases.rules import Step
from portal.desk.customer_records.rules import record_words, spell_look
from portal.platform.core.clock import london_day
from portal.platform.core.texts import _, _n

IN_FULL = _("To work on it. They saw it in full, with the billing account number in it.")
OPENED = {
    CasePart.MESSAGE: (
        _("{who} opened {message}"),
        _("To work on it. They saw your name, your email address and the message."),
    ),
    CasePart.CHOICES: (
        _("{who} opened your marketing choices"),
        _("To answer {message}. They saw every choice, and when you made it."),
    ),
    CasePart.MANAGER: (
        _("{who} looked at who your account manager is"),
        _("To answer {message}. They saw your name and your email address."),
    ),
}
"""What is read of a look at a message: who did what, and why, by the part that was shown."""
MOVED = {
    Step.REPLIED: _("{who} replied to {message}"),
    Step.ASKED: _("{who} asked you about {message}"),
    Step.IDENTITY_ASKED: _("{who} asked you to show who you are, for {message}"),
    Step.EXTENDED: _("{who} told you that {message} takes longer"),
    Step.CLOSED: _("{who} closed {message}"),
}
"""What a colleague did in a message, as far as it is told to whoever sent it."""


class Recorded(Protocol):
    """A line of the audit trail."""

    @property
    def id(self) -> UUID: ...
    @property
    def at(self) -> datetime: ...
    @property
    def name(self) -> str: ...
    @property
    def facts(self) -> dict[str, Any]: ...
    @property
    def subject_id(self) -> UUID: ...
    @property
    def actor_id(self) -> UUID | None: ...


@dataclass(frozen=True, slots=True)
class AccessLine:
    """One or more looks of a day, in words: who, at what, why, and the moment of the latest.

    `id` is the entry of the latest in the trail.
    """

    id: UUID
    title: str
    text: str
    at: datetime


@dataclass(frozen=True, slots=True)
class LookedMonth:
    """The looks of a calendar month, London time, newest first."""

    first: date
    looks: tuple[AccessLine, ...]

    @property
    def name(self) -> str:
        """The month as people read it: November 2026."""
        return f"{self.first:%B %Y}"


@dataclass(frozen=True, slots=True)
class AccessLog:
    """A page of looks; `last` is the entry that the next page begins after, if there is one."""

    months: tuple[LookedMonth, ...]
    last: UUID | None


MOVING = "cases:case:moved"
LEGAL = frozenset(
    {
        "legal:customer:searched",
        "legal:customer:viewed",
        "disclosures:subject:found",
        "disclosures:register:viewed",
    }
)
"""Looks for a legal hold, or for what others ask for: they would tell of it."""
UNTOLD = timedelta(days=1)
"""For so long nobody is told of such a look: a hold, or a disclosure, may follow it."""
FOUND = (
    _("{who} found your account in a search"),
    _("They searched by your email address or a reference. They saw that you have an account."),
)
_Words = Callable[[dict[str, Any]], tuple[str, ...]]
LOOKS: dict[str, _Words] = {
    "records:record:opened": lambda facts: record_words(facts["reason"]),
    "records:customer:found": lambda _facts: FOUND,
    "legal:customer:searched": lambda _facts: FOUND,
    "disclosures:subject:found": lambda _facts: FOUND,
    "disclosures:register:viewed": lambda _facts: (
        _("{who} looked at who else got your details"),
        _("They saw your name, what others asked us for, and what we gave them."),
    ),
    "cases:case:viewed": lambda facts: (
        (OPENED[CasePart.MESSAGE][0], IN_FULL)
        if facts.get("in_full")
        else OPENED[CasePart(facts.get("part") or CasePart.MESSAGE)]
    ),
    "cases:case:found": lambda _facts: (
        _("{who} found {message} in a search"),
        _(
            "They searched by its reference or an email address. They saw your name, your email"
            " address and what it’s about."
        ),
    ),
    MOVING: lambda facts: (MOVED[Step(facts["step"])], ""),
    "recovery:numbers:viewed": lambda _facts: (
        _("{who} saw your phone numbers"),
        _("To ring you and check that it’s you."),
    ),
    "recovery:customer:readmitted": lambda _facts: (
        _("{who} sent you a link to get back in"),
        _("You’d asked us to. They checked that it was you."),
    ),
    "callers:choices:set": lambda _facts: (
        _("{who} changed your marketing choices"),
        _("You asked us to, or someone did for you."),
    ),
    "callers:manager:named": lambda _facts: (_("{who} changed your account manager"), ""),
    "legal:customer:viewed": lambda _facts: (
        _("{who} looked up your account"),
        _("Because of a legal matter. They saw your name and your email address."),
    ),
}
"""What is told, by the name of the event: who did what, and why. `{message}` is the message."""


def case_of(one: Recorded) -> UUID:
    """Return the case that an entry is about; an earlier release named it as the subject."""
    said = one.facts.get("case_id")
    return UUID(said) if said else one.subject_id


def find_told_until(now: datetime, quiet: Iterable[tuple[datetime, datetime]]) -> datetime:
    """Return before which moment a look in `LEGAL` has to be for somebody to read of it now.

    `quiet` are the times, from and until, in which nothing may be told. What could be read before
    the present one began stays to be read, for a line that goes would tell of it too. Times that
    follow each other without a pause are one.
    """
    began, times = now, list(quiet)
    while earlier := [one for one, ended in times if one < began <= ended]:
        began = min(earlier)
    return began - UNTOLD


def tell_looks(
    entries: Iterable[Recorded], references: Mapping[UUID, str], parts: Mapping[str, str]
) -> tuple[LookedMonth, ...]:
    """Tell entries, newest first, by month; a colleague's same look several times a day once.

    `references` are those of the cases, and `parts` is what the parts of a record are called.
    """
    alike: dict[tuple[object, ...], list[Recorded]] = {}
    for one in entries:
        facts = tuple(sorted(one.facts.items()))
        key = london_day(one.at), one.actor_id, one.name, one.subject_id, facts
        alike.setdefault(key, []).append(one)
    lines = [_tell(same, references, parts) for same in alike.values()]
    months = groupby(lines, key=lambda line: london_day(line.at).replace(day=1))
    return tuple(LookedMonth(first, tuple(looks)) for first, looks in months)


def _tell(
    same: list[Recorded], references: Mapping[UUID, str], parts: Mapping[str, str]
) -> AccessLine:
    newest = same[0]
    facts, words = newest.facts, LOOKS[newest.name](newest.facts)
    reference = references.get(case_of(newest))
    told = spell_look(words, facts.get("role"), reference, parts.get(facts.get("part", ""), ""))
    text = told.text
    if len(same) > 1:
        times = _("Twice that day.")
        if len(same) > 2:  # noqa: PLR2004  # more than twice
            times = _n("{number}\u00a0time that day.", "{number}\u00a0times that day.", len(same))
        text = f"{text} {times}".strip()
    return AccessLine(newest.id, told.title, text, newest.at)
