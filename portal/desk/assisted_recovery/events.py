"""Audit events of assisted recovery."""

from dataclasses import dataclass
from typing import ClassVar

from portal.governance.audit.events import AuditEvent


@dataclass(frozen=True, slots=True)
class CustomerLetBackIn(AuditEvent):
    """The desk verified a customer's identity, and sent a link to set up sign-in again."""

    name: ClassVar[str] = "recovery:customer:readmitted"
    role: str = ""


@dataclass(frozen=True, slots=True)
class NumbersViewed(AuditEvent):
    """A colleague viewed a customer's telephone numbers, to ring one."""

    name: ClassVar[str] = "recovery:numbers:viewed"
    role: str = ""
