"""What the staff room writes in the audit trail."""

from dataclasses import dataclass
from typing import ClassVar

from portal.audit.events import AuditEvent


@dataclass(frozen=True, slots=True)
class StaffAdded(AuditEvent):
    """Somebody joined the desk."""

    name: ClassVar[str] = "staff:member:added"
    role: str


@dataclass(frozen=True, slots=True)
class StaffSignedIn(AuditEvent):
    """Password and answer were right."""

    name: ClassVar[str] = "staff:member:signed-in"


@dataclass(frozen=True, slots=True)
class StaffRefused(AuditEvent):
    """A password or an answer was wrong, or there is nobody of that name (subject: nobody)."""

    name: ClassVar[str] = "staff:sign-in:refused"
    step: str
    blocked: bool


@dataclass(frozen=True, slots=True)
class StaffSignedOut(AuditEvent):
    """A session was ended by its owner."""

    name: ClassVar[str] = "staff:member:signed-out"
