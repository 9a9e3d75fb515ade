"""Audit events of the registrations room."""

from dataclasses import dataclass
from typing import ClassVar

from portal.governance.audit.events import AuditEvent


@dataclass(frozen=True, slots=True)
class ServiceRegistered(AuditEvent):
    """A customer registered for another service, or again for one that was cancelled."""

    name: ClassVar[str] = "registrations:service:registered"
    service: str


@dataclass(frozen=True, slots=True)
class RegistrationCancelled(AuditEvent):
    """A customer's registration for one service was cancelled."""

    name: ClassVar[str] = "cancellation:registration:cancelled"
    service: str
