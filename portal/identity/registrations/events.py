"""What the registrations room writes in the audit trail."""

from dataclasses import dataclass
from typing import ClassVar

from portal.governance.audit.events import AuditEvent


@dataclass(frozen=True, slots=True)
class ServiceRegistered(AuditEvent):
    """A customer registered another service, or one again that was cancelled."""

    name: ClassVar[str] = "registrations:service:registered"
    service: str


@dataclass(frozen=True, slots=True)
class RegistrationCancelled(AuditEvent):
    """A customer left one service."""

    name: ClassVar[str] = "cancellation:registration:cancelled"
    service: str
