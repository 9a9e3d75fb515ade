"""What the cases room writes in the audit trail. Its subject is the case."""

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
    """A member of staff looked at a case; in full, with the billing account numbers in it."""

    name: ClassVar[str] = "cases:case:viewed"
    in_full: bool = False


@dataclass(frozen=True, slots=True)
class CaseSearched(AuditEvent):
    """A member of staff searched by an e-mail address (which one is not kept)."""

    name: ClassVar[str] = "cases:queue:searched"
    found: int


@dataclass(frozen=True, slots=True)
class CaseMoved(AuditEvent):
    """Something was done in a case; with the role of the colleague who did it."""

    name: ClassVar[str] = "cases:case:moved"
    step: str
    status: str
    role: str = ""


@dataclass(frozen=True, slots=True)
class CaseAssigned(AuditEvent):
    """A case was given to somebody, or to nobody."""

    name: ClassVar[str] = "cases:case:assigned"
    staff_id: UUID | None
