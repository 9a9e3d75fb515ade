"""What a marketing choice is, and what differs between two sets of them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

WORDING = "2026-11"
"""Names the wording below; kept with every choice, so that one can prove what was agreed to."""

LEAVING = "leaving"
"""Stands in for the wording where a choice was turned off because its owner leaves."""


class Purpose(StrEnum):
    """What we might write about."""

    OFFERS = "offers"
    NEW_PRODUCTS = "new-products"
    SURVEYS = "surveys"
    PARTNER_OFFERS = "partner-offers"


class Channel(StrEnum):
    """How we might reach somebody."""

    EMAIL = "email"
    TEXT = "text"
    TELEPHONE = "telephone"
    POST = "post"


@dataclass(frozen=True, slots=True)
class Explained:
    """How a purpose is put to people."""

    title: str
    why: str


PURPOSES = {
    Purpose.OFFERS: Explained(
        "Offers on your services", "Discounts and upgrades for what you already have."
    ),
    Purpose.NEW_PRODUCTS: Explained(
        "New products", "Phones, broadband and television. About two messages a month."
    ),
    Purpose.SURVEYS: Explained(
        "Surveys", "Short questions that help us do better. You can stop half-way."
    ),
    Purpose.PARTNER_OFFERS: Explained(
        "Partner offers", "Offers from other companies. We send them; your details stay here."
    ),
}
CHANNELS = {
    Channel.EMAIL: "Email",
    Channel.TEXT: "Text",
    Channel.TELEPHONE: "Phone",
    Channel.POST: "Post",
}


@dataclass(frozen=True, slots=True, order=True)
class Choice:
    """One purpose by one channel."""

    purpose: Purpose
    channel: Channel

    @property
    def value(self) -> str:
        """Return the value of its box."""
        return f"{self.purpose}:{self.channel}"

    @property
    def label(self) -> str:
        """Return how it is called where purposes are not headings."""
        return f"{PURPOSES[self.purpose].title} by {CHANNELS[self.channel].lower()}"


EVERY_CHOICE = tuple(Choice(purpose, channel) for purpose in Purpose for channel in Channel)
Agreed = frozenset[Choice]


@dataclass(frozen=True, slots=True)
class Choices:
    """What a customer agrees to today."""

    agreed: Agreed
    version: int
    saved_at: datetime | None

    @property
    def summary(self) -> str:
        """Say how much is on."""
        return f"{len(self.agreed)} of {len(EVERY_CHOICE)} on" if self.agreed else "All off"


@dataclass(frozen=True, slots=True)
class Change:
    """One choice that was made, when and by whom."""

    choice: Choice
    agreed: bool
    at: datetime
    actor_kind: str

    @property
    def title(self) -> str:
        """Say what was done."""
        return f"{self.choice.label} turned {'on' if self.agreed else 'off'}"

    @property
    def by(self) -> str:
        """Say who did it."""
        return "you" if self.actor_kind == "customer" else "us"

    @property
    def text(self) -> str:
        """Nothing to add."""
        return ""


def read_choices(values: Iterable[str]) -> Agreed:
    """Return the choices that box values stand for; raises `ValueError` for others."""
    pairs = (value.partition(":") for value in values)
    return frozenset(Choice(Purpose(purpose), Channel(channel)) for purpose, _, channel in pairs)


def changed(before: Agreed, after: Agreed) -> list[tuple[Choice, bool]]:
    """Return what differs, each with whether it is agreed to now."""
    return [(choice, choice in after) for choice in sorted(before ^ after)]


def spell_change(choice: Choice, agreed: bool, wording: str) -> dict[str, str | bool]:  # noqa: FBT001  # a choice is a yes or a no
    """Return a choice as other systems read it; their programs rely on these words."""
    words = {"purpose": choice.purpose.value, "channel": choice.channel.value}
    return {**words, "agreed": agreed, "wording": wording}
