"""What the queue of the desk can show."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from uuid import UUID

from portal.cases.rules import Status, Topic


class View(StrEnum):
    """A way of looking at the queue."""

    OPEN = "open"
    MINE = "mine"
    UNASSIGNED = "unassigned"
    OVERDUE = "overdue"
    CLOSED = "closed"


VIEWS = {
    View.OPEN: "All open",
    View.MINE: "Assigned to me",
    View.UNASSIGNED: "Unassigned",
    View.OVERDUE: "Overdue",
    View.CLOSED: "Closed",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters:
    """What the queue is to show."""

    view: View = View.OPEN
    topics: frozenset[Topic] = frozenset()
    statuses: frozenset[Status] = frozenset()
    after: tuple[date, UUID] | None = None
