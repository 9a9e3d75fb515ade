"""Audit events of how a case ends."""

from dataclasses import dataclass
from typing import ClassVar

from portal.governance.audit.events import AuditEvent


@dataclass(frozen=True, slots=True)
class CaseReopened(AuditEvent):
    """A colleague opened a closed case again."""

    name: ClassVar[str] = "outcomes:case:reopened"
    role: str
