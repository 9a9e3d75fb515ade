"""What letting customers back in reports."""

from dataclasses import dataclass
from typing import ClassVar

from portal.governance.audit.events import AuditEvent


@dataclass(frozen=True, slots=True)
class CustomerLetBackIn(AuditEvent):
    """The desk looked at who somebody is, and sent a link to begin anew."""

    name: ClassVar[str] = "recovery:customer:readmitted"


@dataclass(frozen=True, slots=True)
class NumbersViewed(AuditEvent):
    """A colleague looked at the telephone numbers in a customer's profile, to ring one."""

    name: ClassVar[str] = "recovery:numbers:viewed"
