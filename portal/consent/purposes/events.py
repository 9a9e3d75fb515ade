"""What the purposes room writes in the audit trail."""

from dataclasses import dataclass
from typing import ClassVar

from portal.governance.audit.events import AuditEvent


@dataclass(frozen=True, slots=True)
class VersionPublished(AuditEvent):
    """A colleague changed what customers are asked; `number` is the new version."""

    name: ClassVar[str] = "catalogue:version:published"
    number: int
    purpose: str
