"""Audit events of the cases room.

The subject is the case; of a look at what a customer sent signed in it is the customer, so that the
look is told as long as they are a customer, and the event names the case.
"""

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from portal.governance.audit.events import AuditEvent


@dataclass(frozen=True, slots=True)
class CaseOpened(AuditEvent):
    """A message came in."""

    name: ClassVar[str] = "cases:case:opened"
    topic: str


@dataclass(frozen=True, slots=True)
class CaseViewed(AuditEvent):
    """A colleague viewed a part of a case; in full: with the billing account numbers in it."""

    name: ClassVar[str] = "cases:case:viewed"
    in_full: bool = False
    role: str = ""
    part: str = ""
    case_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class CaseMoved(AuditEvent):
    """An entry was added to a case; with the role of the colleague who did it."""

    name: ClassVar[str] = "cases:case:moved"
    step: str
    status: str
    role: str = ""
    case_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class CaseAssigned(AuditEvent):
    """A case was assigned to a colleague, or to nobody."""

    name: ClassVar[str] = "cases:case:assigned"
    staff_id: UUID | None
