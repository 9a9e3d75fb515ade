"""Audit events of the purposes room."""

from dataclasses import dataclass
from typing import ClassVar

from portal.governance.audit.events import AuditEvent


@dataclass(frozen=True, slots=True)
class VersionPublished(AuditEvent):
    """A colleague published a version of the catalogue; `number` is the new one."""

    name: ClassVar[str] = "catalogue:version:published"
    number: int
    purpose: str
