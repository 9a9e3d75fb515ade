"""Audit events of the profile room."""

from dataclasses import dataclass
from typing import ClassVar

from portal.governance.audit.events import AuditEvent


@dataclass(frozen=True, slots=True)
class ProfileChanged(AuditEvent):
    """Some fields were changed; which, not what to."""

    name: ClassVar[str] = "profile:details:changed"
    fields: tuple[str, ...]
