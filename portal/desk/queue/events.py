"""Audit events of the queue: what a colleague looked for, and what a search listed."""

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from portal.governance.audit.events import AuditEvent


@dataclass(frozen=True, slots=True)
class CaseFound(AuditEvent):
    """A search of a colleague listed a case: who sent it, what it is about and its dates."""

    name: ClassVar[str] = "cases:case:found"
    role: str = ""
    case_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class CaseSearched(AuditEvent):
    """A colleague searched by an email address (which one is not kept)."""

    name: ClassVar[str] = "cases:queue:searched"
    found: int


@dataclass(frozen=True, slots=True)
class QueueDownloaded(AuditEvent):
    """A colleague downloaded a list of cases, with nobody's details."""

    name: ClassVar[str] = "cases:queue:downloaded"
    view: str
    number: int
