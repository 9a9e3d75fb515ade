"""What is said of a category of somebody's data, and of each thing in it; what a download has."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, date, datetime
from itertools import groupby
from operator import itemgetter
from typing import Any

from portal.governance.audit.rules import TrailGap
from portal.platform.core.clock import LONDON
from portal.platform.core.holdings import (
    HeldFor,
    Holding,
    Item,
    Processing,
    Register,
    by_label,
    in_reading_order,
)
from portal.platform.core.other_systems import OutsideCategory
from portal.platform.core.recipients import NamedRecipient
from portal.platform.core.texts import _
from portal.self_service.outside_data.rules import AskedCategory

PAGE, DATA, MANIFEST = "index.html", "data.json", "manifest.json"
SCHEMA_FILE, STYLE_FILE = "schema.json", "style.css"
"""The files of a download, beside one table a category."""
DOWNLOAD_PARTS = (
    (PAGE, _("A page to read. You don’t need the internet to open it")),
    ("tables", _("One table for each kind of data, for a spreadsheet")),
    (DATA, _("The same for other programs, with its format in schema.json")),
    (MANIFEST, _("A signed list of the kinds of data, including the empty ones")),
)
"""What is in a download, as the page says it."""
COLUMNS = (_("What"), _("Value"), _("When"), _("Due to be deleted"))
PAGE_OF = 100
"""Things of one category on a page; more only where more are of one moment."""


@dataclass(frozen=True, slots=True)
class RecordSpan:
    """How many records there are of a category, and when the oldest and the newest were made."""

    number: int = 0
    first: datetime | None = None
    last: datetime | None = None


@dataclass(frozen=True, slots=True)
class HeldCategory:
    """One category of the register, or of another system, as it is for one customer."""

    holding: Holding | OutsideCategory
    span: RecordSpan

    @property
    def kept(self) -> str:
        """When it is deleted; of what has several parts, that they differ."""
        return spell_kept(self.holding)


@dataclass(frozen=True, slots=True)
class DataOverview:
    """All categories that we hold, by what they are for, the empty ones too; and other systems'."""

    parts: dict[HeldFor, list[HeldCategory]]
    outside: list[OutsideCategory] = field(default_factory=list)
    lost: list[TrailGap] = field(default_factory=list)
    """Times of which something may be missing, since they registered."""

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

    `copies_gone_on` is the London day on which the last backup from today is gone. `recipients` are
    those that get it of this customer, by name.
    """

    category: HeldCategory
    items: list[Item]
    recipients: list[NamedRecipient]
    copies_gone_on: date
    lost: list[TrailGap]
    """Times of which something may be missing, since they registered."""
    older: datetime | None = None
    """The moment before which there is more, on the next page."""

    @property
    def labelled(self) -> dict[str, list[list[Item]]]:
        """What is in it, by what it is called."""
        return by_label(self.items)

    def page(self, before: datetime | None) -> "OpenedCategory":
        """Return a page of it: the first, or what is older than a moment (see `cut_page`)."""
        items, older = cut_page(self.items, before)
        return replace(self, items=items, older=older)


@dataclass(frozen=True, slots=True)
class CategoryItems:
    """A category with things in it: all of them, or those that a search found."""

    category: HeldCategory
    items: list[Item]
    recipients: list[NamedRecipient] = field(default_factory=list)
    """Those that get it of this customer, by name."""
    asked: AskedCategory | None = None
    """What came of asking, where it is another system's."""

    @property
    def slug(self) -> str:
        """What the category is called in an address, and in a download."""
        slug = self.category.holding.slug
        return f"elsewhere-{slug}" if self.asked else slug

    @property
    def is_missing(self) -> bool:
        """Whether another system could not be asked for it."""
        return self.asked is not None and self.asked.silence is not None

    @property
    def file(self) -> str:
        """The name of its table in a download."""
        return f"tables/{self.slug}.csv"

    def rows(self) -> Iterator[tuple[str, str, str, str]]:
        """Give each thing as a row of a table, in the order of `COLUMNS`; times are London's."""
        for one in self.items:
            at = f"{one.at.astimezone(LONDON):%Y-%m-%d %H:%M}" if one.at else ""
            end = self.category.holding.find_end(one)
            yield str(one.label), str(one.value), at, end.isoformat() if end else ""

    def words(self) -> dict[str, Any]:
        """Return all of it as the document of a download spells it (`SCHEMA`); times in UTC."""
        holding = self.category.holding
        kept = [
            {"what": str(one.what), "until": str(one.text), "basis": str(one.basis)}
            for one in holding.rules
        ]
        items = [
            {
                "label": str(one.label),
                "value": str(one.value),
                "at": one.at.astimezone(UTC).isoformat() if one.at else None,
                "deleted_on": end.isoformat() if (end := holding.find_end(one)) else None,
            }
            for one in self.items
        ]
        return {
            "category": self.slug,
            "name": str(holding.category),
            "for": str(holding.part.value),
            "purpose": str(holding.purpose),
            "source": str(holding.source),
            "lawful_basis": str(holding.basis.value),
            "recipients": str(holding.recipients),
            "named_recipients": [asdict(one) for one in self.recipients],
            "kept": kept,
            "records": self.category.span.number,
            "items": items,
            "not_asked": self._say_missing(),
        }

    def place(self) -> dict[str, Any]:
        """Return the place as the manifest lists it; without a number where it was not asked."""
        missing = self._say_missing()
        if missing:
            return {"place": self.slug, "number": None, "not_asked": missing}
        return {"place": self.slug, "number": len(self.items), "file": self.file}

    def _say_missing(self) -> dict[str, str] | None:
        """Return why another system's is not here, and when a colleague sends it; None if it is."""
        if self.asked is None or self.asked.silence is None:
            return None
        day = self.asked.answer_by
        return {
            "why": self.asked.why,
            "answer_by": day.isoformat() if day else "",
            "message": self.asked.reference,
        }


def cut_page(
    items: list[Item], before: datetime | None, most: int = PAGE_OF
) -> tuple[list[Item], datetime | None]:
    """Return a page of a category, and the moment before which there is more, if there is.

    All of it where that is at most so many. Of more the newest come first: what is simply so today
    on the first page, then what is older than a moment, whole moments at a time, so that whoever
    goes on neither misses a thing nor reads it twice, whatever is added meanwhile.
    """
    if len(items) <= most and before is None:
        return items, None
    page = [one for one in items if one.at is None and before is None]
    dated = [(one.at, one) for one in items if one.at and (before is None or one.at < before)]
    older = None
    for at, group in groupby(sorted(dated, key=itemgetter(0), reverse=True), itemgetter(0)):
        if older and len(page) >= most:
            return page, older
        page += [one for _moment, one in group]
        older = at
    return page, None


def matches(item: Item, words: list[str]) -> bool:
    """Tell whether all words stand in a thing, in its name or its value."""
    text = f"{item.label} {item.value}".casefold()
    return all(word in text for word in words)


def spell_kept(about: Processing) -> str:
    """Return when a category is deleted, in one line."""
    if len(about.rules) > 1:
        return _("Parts are deleted at different times. Open it to see")
    return _("Deleted {text}", text=about.rules[0].text)


def shown_categories(register: Register) -> list[Holding]:
    """Return the categories that their person is shown, in the order in which people look for them.

    What a court wants unsaid is not among them.
    """
    return [one for one in in_reading_order(register) if one.slug]


def by_part(register: Register) -> dict[HeldFor, list[Holding]]:
    """Return those categories by what they are for."""
    shown = shown_categories(register)
    parts = {part: [one for one in shown if one.part is part] for part in HeldFor}
    return {part: ones for part, ones in parts.items() if ones}


def of_other_system(asked: AskedCategory) -> CategoryItems:
    """Return what another system answered as a category of a download."""
    span = RecordSpan(asked.total)
    return CategoryItems(HeldCategory(asked.about, span), asked.items, asked=asked)
