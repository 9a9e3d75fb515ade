"""What a page of somebody's data says of a category, and of each thing in it."""

from dataclasses import dataclass
from datetime import date, datetime

from portal.platform.core.holdings import HeldFor, Holding, Item, Register


@dataclass(frozen=True, slots=True)
class RecordSpan:
    """How many records there are of a category, and when the oldest and the newest were made."""

    number: int = 0
    first: datetime | None = None
    last: datetime | None = None


@dataclass(frozen=True, slots=True)
class HeldCategory:
    """One category of the register, as it is for one customer."""

    holding: Holding
    span: RecordSpan

    @property
    def kept(self) -> str:
        """How long its main part is kept."""
        return self.holding.rules[0].text


@dataclass(frozen=True, slots=True)
class DataOverview:
    """All categories, by what they are for; the empty ones too."""

    parts: dict[HeldFor, list[HeldCategory]]

    @property
    def kinds(self) -> int:
        """How many categories were looked in."""
        return sum(len(one) for one in self.parts.values())

    @property
    def records(self) -> int:
        """How many records there are in all of them."""
        return sum(one.span.number for part in self.parts.values() for one in part)

    @property
    def empty(self) -> int:
        """In how many categories there is nothing."""
        return sum(not one.span.number for part in self.parts.values() for one in part)


@dataclass(frozen=True, slots=True)
class OpenedCategory:
    """One category with what is in it, and the day on which all of it is gone if they leave today.

    `copies_gone_on` is the London day on which the last backup from today is gone.
    """

    category: HeldCategory
    items: list[Item]
    copies_gone_on: date


@dataclass(frozen=True, slots=True)
class SearchResult:
    """A category in which something was found, with what was found."""

    category: HeldCategory
    items: list[Item]


def matches(item: Item, words: list[str]) -> bool:
    """Tell whether all words stand in a thing, in its name or its value."""
    text = f"{item.label} {item.value}".casefold()
    return all(word in text for word in words)


def shown_categories(register: Register) -> list[Holding]:
    """Return the categories that their person is shown: what a court wants unsaid is not among."""
    return [one for one in register if one.slug]
