"""Audit events of the sharing room. Its subject is the run itself."""

from dataclasses import dataclass
from typing import ClassVar

from portal.governance.audit.events import AuditEvent


@dataclass(frozen=True, slots=True)
class ListShared(AuditEvent):
    """A list was made for a company; each customer on it has a line in the ledger of sharing."""

    name: ClassVar[str] = "sharing:list:shared"
    purpose: str
    agreement: str
    let_through: int
    withheld: int


@dataclass(frozen=True, slots=True)
class StoppedListed(AuditEvent):
    """A command listed those whose details a company may no longer use, to tell the company."""

    name: ClassVar[str] = "sharing:stopped:listed"
    purpose: str
    found: int
