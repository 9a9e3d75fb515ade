"""What the callers room writes in the audit trail."""

from dataclasses import dataclass
from typing import ClassVar

from portal.audit.events import AuditEvent


@dataclass(frozen=True, slots=True)
class ChoicesSet(AuditEvent):
    """A member of staff set a customer's choices as somebody asked; each one has its own line."""

    name: ClassVar[str] = "callers:choices:set"
    caller: str
    via: str
    was_read: bool
