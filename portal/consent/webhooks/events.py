"""What the webhooks room writes in the audit trail."""

from dataclasses import dataclass
from typing import ClassVar

from portal.governance.audit.events import AuditEvent


@dataclass(frozen=True, slots=True)
class AnnouncementsRepeated(AuditEvent):
    """So many announcements are sent again; the subject is the one, or nobody for several."""

    name: ClassVar[str] = "webhooks:announcement:repeated"
    number: int
