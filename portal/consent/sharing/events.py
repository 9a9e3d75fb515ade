"""What the sharing room writes in the audit trail. Its subject is the run itself."""

from dataclasses import dataclass
from typing import ClassVar

from portal.governance.audit.events import AuditEvent


@dataclass(frozen=True, slots=True)
class ListShared(AuditEvent):
    """A list was made for a company; each customer who is on it has a line in the ledger."""

    name: ClassVar[str] = "sharing:list:shared"
    purpose: str
    agreement: str
    let_through: int
    withheld: int


@dataclass(frozen=True, slots=True)
class StoppedListed(AuditEvent):
    """Somebody at the machine listed those who received no more: a company is to be told."""

    name: ClassVar[str] = "sharing:stopped:listed"
    purpose: str
    found: int
