"""What a colleague asks of the queue: which cases, in which order, from where on."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from itertools import groupby
from typing import TypeVar
from urllib.parse import parse_qsl
from uuid import UUID

from portal.desk.case_records.rules import Topic, read_reference
from portal.desk.cases.rules import Case, Status
from portal.platform.core.errors import DomainError
from portal.platform.core.texts import _
from portal.platform.core.working_days import Nation, is_working_day

PAGE = 20
"""Cases on one page of the queue."""
MOST_COUNTED = 1_000
"""Cases of a lane that are counted; of more it is said that there are more."""
SOON = 5
"""Working days after today in which a case is due soon."""
LONGEST_VIEW_NAME, MOST_VIEWS = 40, 20
"""How long the name of a saved view may be, and how many a colleague may have."""
NOBODY = "nobody"
"""Stands for a colleague where a case is not assigned."""
Word = TypeVar("Word", bound=StrEnum)


class View(StrEnum):
    """A lane of the queue."""

    OPEN = "open"
    MINE = "mine"
    UNASSIGNED = "unassigned"
    OVERDUE = "overdue"
    SOON = "soon"
    WAITING = "waiting"
    NEW = "new"
    CLOSED = "closed"


VIEWS = {
    View.OPEN: _("All open"),
    View.MINE: _("Mine"),
    View.UNASSIGNED: _("Unassigned"),
    View.OVERDUE: _("Overdue"),
    View.SOON: _("Due soon"),
    View.WAITING: _("Waiting"),
    View.NEW: _("New"),
    View.CLOSED: _("Closed"),
}


class QueueSort(StrEnum):
    """By what the queue is sorted."""

    DUE = "due"
    RECEIVED = "received"
    KIND = "kind"
    ASSIGNED = "assigned"


SORTS = {
    QueueSort.DUE: _("Due"),
    QueueSort.RECEIVED: _("Received"),
    QueueSort.KIND: _("About"),
    QueueSort.ASSIGNED: _("Assigned to"),
}


@dataclass(frozen=True, slots=True)
class QueuePlace:
    """A place between two cases: the stream, the day or moment, and the id of the case there.

    A page begins after its place, so that a case that comes in meanwhile moves nothing.
    """

    stream: str
    day: date
    id: UUID

    def spell(self) -> str:
        """Return it for an address."""
        return f"{self.stream}_{self.day.isoformat()}_{self.id}"


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueFilters:
    """Which cases, in which order, and from where on; `page` is only said."""

    view: View = View.OPEN
    topic: Topic | None = None
    status: Status | None = None
    assigned: UUID | str | None = None
    """A colleague, or `NOBODY`."""
    sort: QueueSort = QueueSort.DUE
    is_down: bool = False
    after: QueuePlace | None = None
    before: QueuePlace | None = None
    page: int = 1

    @property
    def narrows(self) -> dict[str, str]:
        """What narrows the lane, by its name in the address."""
        said = {"topic": self.topic, "status": self.status, "assigned": self.assigned}
        return {name: str(value) for name, value in said.items() if value is not None}

    def args(self) -> dict[str, str]:
        """Return what an address says of this, without a page and what goes without saying."""
        said = {"view": self.view.value, **self.narrows}
        if self.sort is not QueueSort.DUE:
            said["sort"] = self.sort.value
        if self.is_down:
            said["order"] = "down"
        return said

    def args_of_page(self) -> dict[str, str]:
        """Return what an address says of this page."""
        places = {"after": self.after, "before": self.before}
        said = {name: place.spell() for name, place in places.items() if place is not None}
        return {**self.args(), **said, **({"page": str(self.page)} if said else {})}

    def args_without(self, name: str) -> dict[str, str]:
        """Return the address with one filter less."""
        return {key: value for key, value in self.args().items() if key != name}

    def args_sorted(self, column: str) -> dict[str, str]:
        """Return the address sorted by a column; the other way round where it is so already."""
        sort = QueueSort(column)
        is_down = sort is self.sort and not self.is_down
        return replace(self, sort=sort, is_down=is_down).args()

    def args_next(self, place: QueuePlace) -> dict[str, str]:
        """Return the address of the page after a case."""
        return replace(self, after=place, before=None, page=self.page + 1).args_of_page()

    def args_previous(self, place: QueuePlace) -> dict[str, str]:
        """Return the address of the page before a case."""
        page = max(self.page - 1, 1)
        return replace(self, after=None, before=place, page=page).args_of_page()


@dataclass(frozen=True, slots=True, kw_only=True)
class Queue:
    """One page of the queue, with the number of cases in each lane and of those that match."""

    cases: tuple[Case, ...]
    late: frozenset[UUID]
    """Those past their last day; one that was asked about in time is not late meanwhile."""
    counts: dict[View, int]
    matching: int
    names: dict[UUID, str]
    soon_until: date
    first: QueuePlace | None = None
    """Where the page before it ends; None on the first."""
    last: QueuePlace | None = None
    """Where the next page begins; None on the last."""

    def spell_matching(self) -> str:
        """Return the number of cases that match, as far as they are counted."""
        return spell_count(self.matching)

    def spell_count(self, view: View) -> str:
        """Return the number of cases in a lane, as far as they are counted."""
        return spell_count(self.counts[view])

    @property
    def pages(self) -> int:
        """How many pages there are, as far as cases are counted."""
        return -(-min(self.matching, MOST_COUNTED) // PAGE)

    def list_groups(self, today: date) -> list[tuple[str, list[Case]]]:
        """Return the cases in groups by due date, those that wait for the customer apart."""

        def name(case: Case) -> str:
            if case.status is Status.WAITING:
                return "waiting"
            if case.due_on < today:
                return "overdue"
            return "soon" if case.due_on <= self.soon_until else "later"

        return [(one, list(cases)) for one, cases in groupby(self.cases, name)]


def spell_count(number: int) -> str:
    """Return a number of cases, as far as they are counted."""
    return f"{number:,}" if number <= MOST_COUNTED else f"{MOST_COUNTED:,}+"


def find_soon_until(today: date, nation: Nation) -> date:
    """Return the last of the five working days after today."""
    left, day = SOON, today
    while left:
        day += timedelta(days=1)
        left -= is_working_day(day, nation)
    return day


def read_filters(said: Mapping[str, str]) -> QueueFilters:
    """Return the filters that an address says; what makes no sense is left out."""
    view = _read(View, said.get("view")) or View.OPEN
    sort = _read(QueueSort, said.get("sort")) or QueueSort.DUE
    status = _read(Status, said.get("status"))
    page = said.get("page", "")
    filters = QueueFilters(
        view=view,
        topic=_read(Topic, said.get("topic")),
        status=None if view is View.CLOSED or status is Status.CLOSED else status,
        assigned=_read_assigned(said.get("assigned", "")),
        sort=sort,
        is_down=said.get("order") == "down",
        page=int(page) if page.isascii() and page.isdigit() and len(page) < 6 else 1,  # noqa: PLR2004
    )
    after, before = (_read_place(said.get(one, ""), sort) for one in ("after", "before"))
    if after is None and before is None:
        return replace(filters, page=1)
    return replace(filters, after=after, before=None if after else before)


def _read(words: type[Word], word: str | None) -> Word | None:
    return words(word) if word in set(words) else None


def _read_assigned(text: str) -> UUID | str | None:
    try:
        return text if text == NOBODY else UUID(text)
    except ValueError:
        return None


def _read_place(text: str, sort: QueueSort) -> QueuePlace | None:
    stream, _, rest = text.partition("_")
    day, _, case_id = rest.partition("_")
    read = datetime.fromisoformat if sort is QueueSort.RECEIVED else date.fromisoformat
    try:
        return QueuePlace(stream[:40], read(day), UUID(case_id))
    except ValueError:
        return None


@dataclass(frozen=True, slots=True)
class ChosenCase:
    """A case that was ticked in the list, in the version that was seen."""

    reference: str
    version: int


class LeftReason(StrEnum):
    """Why a case that was chosen could not be assigned."""

    CHANGED = "changed"
    NOT_ALLOWED = "not-allowed"


def spell_chosen(case: Case) -> str:
    """Return the value of a case's box: its reference and version."""
    return f"{case.reference}.{case.version}"


def read_chosen(text: str) -> ChosenCase | None:
    """Return the case of a ticked box, or None for anything else."""
    name, _, number = text.partition(".")
    reference = read_reference(name)
    is_number = number.isascii() and number.isdigit() and len(number) < 8  # noqa: PLR2004
    return ChosenCase(reference, int(number)) if reference and is_number else None


class ViewNameTakenError(DomainError):
    """A colleague has a view of this name already."""

    code = "view-name-taken"


class TooManyViewsError(DomainError):
    """A colleague has as many views as there may be."""

    code = "too-many-views"


@dataclass(frozen=True, slots=True)
class SavedView:
    """The filters that a colleague uses often, under a name."""

    id: UUID
    name: str
    filters: QueueFilters


NAMES_SOMEBODY = re.compile(r"@|\d[\d -]{4,}\d")


def check_view_name(name: str) -> str:
    """Return the name of a view; `ValueError` for an email address, or the number of somebody."""
    if NAMES_SOMEBODY.search(name):
        raise ValueError
    return name


def read_saved(said: str) -> QueueFilters:
    """Return the filters that were kept; what makes no sense any more is left out."""
    return read_filters(dict(parse_qsl(said)))
