"""Audit events of the holds room. Its subject is the customer or the case."""

from dataclasses import dataclass
from typing import ClassVar

from portal.governance.audit.events import AuditEvent


@dataclass(frozen=True, slots=True)
class HoldPlaced(AuditEvent):
    """A member of staff placed a legal hold."""

    name: ClassVar[str] = "holds:hold:placed"
    until: str


@dataclass(frozen=True, slots=True)
class HoldLifted(AuditEvent):
    """A member of staff lifted a legal hold before its day."""

    name: ClassVar[str] = "holds:hold:lifted"
