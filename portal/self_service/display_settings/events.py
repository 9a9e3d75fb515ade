"""Audit events of the display settings room."""

from dataclasses import dataclass
from typing import ClassVar

from portal.governance.audit.events import AuditEvent


@dataclass(frozen=True, slots=True)
class DisplayChosen(AuditEvent):
    """A customer chose how pages look."""

    name: ClassVar[str] = "display:settings:chosen"
