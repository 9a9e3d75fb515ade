"""Audit events of the screening room. Its subject is the run itself."""

from dataclasses import dataclass
from typing import ClassVar

from portal.governance.audit.events import AuditEvent


@dataclass(frozen=True, slots=True)
class ListScreened(AuditEvent):
    """A campaign list was screened, to its end or not; so many rows were let through."""

    name: ClassVar[str] = "screening:list:screened"
    purpose: str
    channel: str
    prospects: bool
    tps: bool
    let_through: int
    withheld: int
    is_whole: bool


@dataclass(frozen=True, slots=True)
class ContactsLifted(AuditEvent):
    """Suppressions were lifted by command; the number of them."""

    name: ClassVar[str] = "screening:contacts:lifted"
    channel: str
    lifted: int


@dataclass(frozen=True, slots=True)
class ContactsSuppressed(AuditEvent):
    """Contacts were suppressed by command; the number of new ones."""

    name: ClassVar[str] = "screening:contacts:suppressed"
    channel: str
    added: int
