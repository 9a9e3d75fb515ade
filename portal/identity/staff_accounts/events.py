"""Audit events of the staff room."""

from dataclasses import dataclass
from typing import ClassVar

from portal.governance.audit.events import AuditEvent


@dataclass(frozen=True, slots=True)
class StaffAdded(AuditEvent):
    """A staff account was created; nobody can sign in to it before its owner has joined."""

    name: ClassVar[str] = "staff:member:added"
    role: str


@dataclass(frozen=True, slots=True)
class StaffInvited(AuditEvent):
    """An invitation to join the desk, or to set up sign-in again, was made."""

    name: ClassVar[str] = "staff:member:invited"


@dataclass(frozen=True, slots=True)
class InvitationUsed(AuditEvent):
    """A password was chosen by invitation; all earlier credentials are deleted."""

    name: ClassVar[str] = "staff:invitation:used"


@dataclass(frozen=True, slots=True)
class StaffSignedIn(AuditEvent):
    """A colleague signed in; `way` says by which second step."""

    name: ClassVar[str] = "staff:member:signed-in"
    way: str
    is_new_device: bool


@dataclass(frozen=True, slots=True)
class StaffRefused(AuditEvent):
    """A try was wrong, or there is no such colleague (subject: nobody)."""

    name: ClassVar[str] = "staff:sign-in:refused"
    step: str
    blocked: bool


@dataclass(frozen=True, slots=True)
class StaffProved(AuditEvent):
    """A signed-in colleague gave fresh proof."""

    name: ClassVar[str] = "staff:member:proved"
    way: str


@dataclass(frozen=True, slots=True)
class StaffSignedOut(AuditEvent):
    """A colleague signed out."""

    name: ClassVar[str] = "staff:member:signed-out"


@dataclass(frozen=True, slots=True)
class StaffTimedOut(AuditEvent):
    """The page ended a session, because it was unused for too long."""

    name: ClassVar[str] = "staff:member:timed-out"


@dataclass(frozen=True, slots=True)
class StaffSessionsEnded(AuditEvent):
    """A colleague ended sessions of their own: `which` is one, others or all."""

    name: ClassVar[str] = "staff:session:ended"
    which: str


@dataclass(frozen=True, slots=True)
class StaffPasswordChanged(AuditEvent):
    """A colleague chose a new password."""

    name: ClassVar[str] = "staff:password:changed"


@dataclass(frozen=True, slots=True)
class FactorAdded(AuditEvent):
    """A factor was set up, perhaps in place of another of its kind."""

    name: ClassVar[str] = "staff:factor:added"
    way: str


@dataclass(frozen=True, slots=True)
class FactorRemoved(AuditEvent):
    """A factor was removed; another one is left."""

    name: ClassVar[str] = "staff:factor:removed"
    way: str


@dataclass(frozen=True, slots=True)
class StaffCodesMade(AuditEvent):
    """Recovery codes were made in place of all earlier ones."""

    name: ClassVar[str] = "staff:codes:made"


@dataclass(frozen=True, slots=True)
class RoleChanged(AuditEvent):
    """A colleague was given another role."""

    name: ClassVar[str] = "staff:role:changed"
    before: str
    role: str


@dataclass(frozen=True, slots=True)
class StaffClosed(AuditEvent):
    """Somebody left the desk; `handed_over` counts the open cases that were theirs."""

    name: ClassVar[str] = "staff:member:closed"
    handed_over: int
