"""What the staff room writes in the audit trail."""

from dataclasses import dataclass
from typing import ClassVar

from portal.governance.audit.events import AuditEvent


@dataclass(frozen=True, slots=True)
class StaffAdded(AuditEvent):
    """Somebody was given an account at the desk; it opens nothing before they have joined."""

    name: ClassVar[str] = "staff:member:added"
    role: str


@dataclass(frozen=True, slots=True)
class StaffInvited(AuditEvent):
    """A link to join the desk, or to begin anew, was made for a colleague."""

    name: ClassVar[str] = "staff:member:invited"


@dataclass(frozen=True, slots=True)
class InvitationUsed(AuditEvent):
    """A password was chosen with an invitation; all that was there before is gone."""

    name: ClassVar[str] = "staff:invitation:used"


@dataclass(frozen=True, slots=True)
class StaffSignedIn(AuditEvent):
    """Somebody got in; `way` says by which second step."""

    name: ClassVar[str] = "staff:member:signed-in"
    way: str
    is_new_device: bool


@dataclass(frozen=True, slots=True)
class StaffRefused(AuditEvent):
    """A try was wrong, or there is nobody of that name (subject: nobody)."""

    name: ClassVar[str] = "staff:sign-in:refused"
    step: str
    blocked: bool


@dataclass(frozen=True, slots=True)
class StaffProved(AuditEvent):
    """Somebody who is signed in proved once more who they are."""

    name: ClassVar[str] = "staff:member:proved"
    way: str


@dataclass(frozen=True, slots=True)
class StaffSignedOut(AuditEvent):
    """A session was ended by its owner."""

    name: ClassVar[str] = "staff:member:signed-out"


@dataclass(frozen=True, slots=True)
class StaffTimedOut(AuditEvent):
    """A session was ended by its page, because nothing had happened for too long."""

    name: ClassVar[str] = "staff:member:timed-out"


@dataclass(frozen=True, slots=True)
class StaffSessionsEnded(AuditEvent):
    """A colleague ended sessions of theirs: `which` is one, others or all."""

    name: ClassVar[str] = "staff:session:ended"
    which: str


@dataclass(frozen=True, slots=True)
class StaffPasswordChanged(AuditEvent):
    """A colleague chose a new password."""

    name: ClassVar[str] = "staff:password:changed"


@dataclass(frozen=True, slots=True)
class FactorAdded(AuditEvent):
    """A second step was set up, perhaps in place of another of its kind."""

    name: ClassVar[str] = "staff:factor:added"
    way: str


@dataclass(frozen=True, slots=True)
class FactorRemoved(AuditEvent):
    """A second step was taken away; another one is left."""

    name: ClassVar[str] = "staff:factor:removed"
    way: str


@dataclass(frozen=True, slots=True)
class StaffCodesMade(AuditEvent):
    """Recovery codes were made in place of all there were."""

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
