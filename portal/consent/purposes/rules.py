"""Purposes that somebody can agree to, their channels, and the versions of the catalogue."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from portal.identity.contact_index.rules import Channel
from portal.platform.core.countries import UNITED_KINGDOM
from portal.platform.core.errors import DomainError
from portal.platform.core.merging import Merged, merge
from portal.platform.core.recipients import NamedRecipient
from portal.platform.core.texts import _

LONGEST_KEY, LONGEST_TITLE, LONGEST_WHY, LONGEST_NOTE = 30, 60, 400, 300
LONGEST_SAFEGUARD = 200


class PurposeKind(StrEnum):
    """The kind of a purpose; each has its own channels."""

    MARKETING = "marketing"
    USAGE = "usage"
    SHARING = "sharing"
    GROUP = "group"


CHANNELS = {
    Channel.EMAIL: _("Email"),
    Channel.TEXT: _("Text"),
    Channel.TELEPHONE: _("Phone"),
    Channel.POST: _("Post"),
}
BY_CHANNEL = {
    Channel.EMAIL: _("{title} by email"),
    Channel.TEXT: _("{title} by text"),
    Channel.TELEPHONE: _("{title} by phone"),
    Channel.POST: _("{title} by post"),
}
ALL_BY_CHANNEL = {
    Channel.EMAIL: _("All marketing by email"),
    Channel.TEXT: _("All marketing by text"),
    Channel.TELEPHONE: _("All marketing by phone"),
    Channel.POST: _("All marketing by post"),
}
NO_MORE_COMPANIES = "no-more-companies"
"""The key of the standing no to companies: no purpose can have it."""
YES = "yes"
"""The one channel of a purpose that is only agreed to or not."""
CHANNELS_OF: dict[PurposeKind, tuple[str, ...]] = {
    PurposeKind.MARKETING: tuple(Channel),
    PurposeKind.USAGE: (YES,),
    PurposeKind.SHARING: (YES,),
    PurposeKind.GROUP: (YES,),
}
PLACE = ("country", "safeguard")
"""What of a company says where details go."""
WORDS = ("title", "why", "often", "stop", *PLACE)
"""What of a purpose can be put in other words."""
SHARED = frozenset({PurposeKind.SHARING, PurposeKind.GROUP})
"""The kinds that give details to another company."""
KINDS = {
    PurposeKind.MARKETING: _("Marketing"),
    PurposeKind.USAGE: _("How you use our services"),
    PurposeKind.SHARING: _("Other companies"),
    PurposeKind.GROUP: _("Our group"),
}
"""What the kinds are called, in the order in which they are asked."""


class TakenKeyError(DomainError):
    """There is a purpose with this key already."""


@dataclass(frozen=True, slots=True)
class Purpose:
    """One purpose: its words, how often, and, for a company, how to make it stop.

    One that is no longer offered is not shown and counts as a no, but is kept with its words.
    `country` (ISO 3166-1) and `safeguard` say where a company gets the details, and what protects
    them there if that is abroad.
    """

    key: str
    kind: PurposeKind
    title: str
    why: str
    often: str = ""
    stop: str = ""
    is_offered: bool = True
    country: str = ""
    safeguard: str = ""

    @property
    def recipient(self) -> NamedRecipient | None:
        """Who gets details, and where; None for what gives nobody any, or whose place is unsaid."""
        if self.kind not in SHARED or not self.country:
            return None
        return NamedRecipient(self.title, self.country, self.safeguard)

    @property
    def place(self) -> dict[str, str]:
        """Where it is, as a version keeps it beside its words."""
        return {name: getattr(self, name) for name in PLACE}

    @property
    def channels(self) -> tuple[str, ...]:
        """Return the channels by which it can be agreed to."""
        return CHANNELS_OF[self.kind]

    @property
    def text(self) -> str:
        """The text shown under its title."""
        return f"{self.why} {self.often}." if self.often else self.why

    def words(self) -> dict[str, Any]:
        """Return it as a part of a version's document."""
        return {
            "key": self.key,
            "kind": self.kind.value,
            "title": self.title,
            "why": self.why,
            "often": self.often,
            "stop": self.stop,
            "is_offered": self.is_offered,
        }

    def reworded(self, words: Mapping[str, Any]) -> "Purpose":
        """Return it with other words."""
        return replace(self, **dict(words))

    @classmethod
    def from_words(cls, words: dict[str, Any]) -> "Purpose":
        """Read it from its part of a version's document."""
        return cls(**{**words, "kind": PurposeKind(words["kind"])})


@dataclass(frozen=True, slots=True)
class Catalogue:
    """All purposes as one version has them; consents keep the number of their version."""

    number: int
    purposes: tuple[Purpose, ...]
    published_at: datetime | None = None
    note: str = ""

    def of(self, kind: PurposeKind) -> tuple[Purpose, ...]:
        """Return the offered purposes of one kind."""
        return tuple(one for one in self.purposes if one.kind == kind and one.is_offered)

    @property
    def offered(self) -> tuple[Purpose, ...]:
        """Return the offered purposes, kind by kind."""
        return tuple(one for kind in PurposeKind for one in self.of(kind))

    def find(self, key: str) -> Purpose | None:
        """Return a purpose, also one that is no longer offered."""
        return next((one for one in self.purposes if one.key == key), None)

    def was_there(self, moment: datetime) -> bool:
        """Tell whether it had been published by a moment; the first came with the program."""
        return self.published_at is None or self.published_at <= moment

    def says_same(self, other: "Catalogue", key: str) -> bool:
        """Tell whether another version offers a purpose in the same words."""
        mine, theirs = self.find(key), other.find(key)
        return (
            mine is not None
            and theirs is not None
            and all(getattr(mine, name) == getattr(theirs, name) for name in WORDS)
        )

    def replaced(self, purpose: Purpose) -> tuple[Purpose, ...]:
        """Return the purposes with one of them replaced by its key, or a new one at the end."""
        if self.find(purpose.key) is None:
            return (*self.purposes, purpose)
        return tuple(purpose if one.key == purpose.key else one for one in self.purposes)


FIRST = Catalogue(
    1,
    (
        Purpose(
            "offers",
            PurposeKind.MARKETING,
            "Offers on your services",
            "Discounts and upgrades for what you already have.",
            "About once a month",
        ),
        Purpose(
            "new-products",
            PurposeKind.MARKETING,
            "New products",
            "Phones, broadband and television.",
            "About two messages a month",
        ),
        Purpose(
            "surveys",
            PurposeKind.MARKETING,
            "Surveys",
            "Short questions that help us do better. You can stop half-way.",
            "Twice a year at most",
        ),
        Purpose(
            "partner-offers",
            PurposeKind.MARKETING,
            "Partner offers",
            "Offers from other companies. We send them; your details stay here.",
            "About once a month",
        ),
        Purpose(
            "usage",
            PurposeKind.USAGE,
            "Offers that fit how you use our services",
            "We look at how much you call, text and surf, never at what you say or read, and choose"
            " what we offer you by it.",
        ),
        Purpose(
            "brightwave",
            PurposeKind.SHARING,
            "Brightwave Energy",
            "Your name, email address and postcode area, so that they can offer you electricity.",
            stop="Write to privacy@brightwave.example",
            country=UNITED_KINGDOM,
        ),
        Purpose(
            "harbour-home",
            PurposeKind.SHARING,
            "Harbour Home Insurance",
            "Your name, postal address and how long you have been with us, for offers by post.",
            stop="Ring 020 7946 0111 or write to stop@harbour.example",
            country=UNITED_KINGDOM,
        ),
        Purpose(
            "merrow-tv",
            PurposeKind.GROUP,
            "Merrow Television",
            "Your name and which of our services you have, so that they offer you what fits.",
            stop="On their website, or tell us here",
            country=UNITED_KINGDOM,
        ),
    ),
)
"""The first version, which comes with the program; it never changes, since people agreed to it."""


def merge_purpose(saved: Purpose, sent: Purpose, then: Purpose | None) -> Merged[str]:
    """Merge new words of a purpose: what they leave as it was follows the newest version.

    `then` is the version they were made from; where it is not known, every other word is a clash.
    """
    states = [
        {} if one is None else {name: getattr(one, name) for name in WORDS}
        for one in (then, saved, sent)
    ]
    return merge(*states)


def list_reworded(
    versions: Sequence[Catalogue], number: str, since: datetime | None
) -> frozenset[str]:
    """Return the purposes offered today that a page may have shown in other words, or not at all.

    The page carries the number of its version. For one that carries none, any version counts that
    may have been current since a moment no later than the page was made. `versions` are all, newest
    first.
    """
    shown = [one for one in versions if str(one.number) == number]
    if not shown:
        before = (n for n, one in enumerate(versions) if since and one.was_there(since))
        shown = list(versions[: next(before, len(versions)) + 1])
    today = versions[0]
    return frozenset(
        one.key for one in today.purposes if not all(today.says_same(x, one.key) for x in shown)
    )


def make_key(title: str) -> str:
    """Return a permanent short key for a new purpose; empty where its title gives none."""
    return re.sub(r"[^a-z0-9]+", "-", title.lower()).strip("-")[:LONGEST_KEY].strip("-")
