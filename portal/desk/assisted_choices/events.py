"""What the assisted choices room writes in the audit trail."""

from dataclasses import dataclass
from typing import ClassVar

from portal.governance.audit.events import AuditEvent


@dataclass(frozen=True, slots=True)
class ManagerNamed(AuditEvent):
    """A member of staff said who looks after a business, or that nobody does any more."""

    name: ClassVar[str] = "callers:manager:named"
    is_there: bool


@dataclass(frozen=True, slots=True)
class ChoicesSet(AuditEvent):
    """A member of staff set a customer's choices as somebody asked; each one has its own line."""

    name: ClassVar[str] = "callers:choices:set"
    caller: str
    via: str
    was_read: bool
