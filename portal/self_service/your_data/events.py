"""Audit events of the room of somebody's data."""

from dataclasses import dataclass
from typing import ClassVar

from portal.governance.audit.events import AuditEvent


@dataclass(frozen=True, slots=True)
class DownloadTaken(AuditEvent):
    """A customer took a copy of everything that is held about them."""

    name: ClassVar[str] = "cancellation:copy:taken"
