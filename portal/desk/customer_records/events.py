"""Audit events of the customer records room."""

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from portal.governance.audit.events import AuditEvent


@dataclass(frozen=True, slots=True)
class RecordOpened(AuditEvent):
    """A colleague opened a part of a customer's record, and why; with the case at hand, if any."""

    name: ClassVar[str] = "records:record:opened"
    part: str
    reason: str
    role: str
    case_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class CustomerFound(AuditEvent):
    """A colleague searched for a customer's record, by what is not kept (subject: the customer)."""

    name: ClassVar[str] = "records:customer:found"
    role: str
