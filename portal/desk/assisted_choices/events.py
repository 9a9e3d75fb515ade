"""Audit events of the assisted choices room."""

from dataclasses import dataclass
from typing import ClassVar

from portal.governance.audit.events import AuditEvent


@dataclass(frozen=True, slots=True)
class ManagerNamed(AuditEvent):
    """A colleague set or removed a business's account manager."""

    name: ClassVar[str] = "callers:manager:named"
    is_there: bool
    role: str = ""


@dataclass(frozen=True, slots=True)
class ChoicesSet(AuditEvent):
    """A colleague set a customer's choices on request; each choice has its own line."""

    name: ClassVar[str] = "callers:choices:set"
    caller: str
    via: str
    was_read: bool
    role: str = ""
