"""What the cancellation room writes in the audit trail."""

from dataclasses import dataclass
from typing import ClassVar

from portal.audit.events import AuditEvent


@dataclass(frozen=True, slots=True)
class RegistrationCancelled(AuditEvent):
    """A customer left one service."""

    name: ClassVar[str] = "cancellation:registration:cancelled"
    service: str


@dataclass(frozen=True, slots=True)
class CancellationDecided(AuditEvent):
    """A customer decided to leave altogether."""

    name: ClassVar[str] = "cancellation:customer:decided"


@dataclass(frozen=True, slots=True)
class CustomerErased(AuditEvent):
    """The customer's key is destroyed and their rows are deleted."""

    name: ClassVar[str] = "cancellation:customer:erased"
    rows: int
