"""Audit events of the webhooks room."""

from dataclasses import dataclass
from typing import ClassVar

from portal.governance.audit.events import AuditEvent


@dataclass(frozen=True, slots=True)
class AnnouncementsRepeated(AuditEvent):
    """Announcements are to be sent again; the subject is the one, or nobody for several."""

    name: ClassVar[str] = "webhooks:announcement:repeated"
    number: int
