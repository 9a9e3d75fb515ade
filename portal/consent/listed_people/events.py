"""Audit events of entries that other operators gave us. The subject is the entry, or nobody."""

from dataclasses import dataclass
from typing import ClassVar

from portal.governance.audit.events import AuditEvent


@dataclass(frozen=True, slots=True)
class ListTaken(AuditEvent):
    """An operator's list was taken in to its end: how many entries are new, and how many went."""

    name: ClassVar[str] = "listed:list:taken"
    new: int
    known: int
    left_out: int
    gone: int


@dataclass(frozen=True, slots=True)
class ListHandedOut(AuditEvent):
    """All entries were written into a file, for whoever makes the directories."""

    name: ClassVar[str] = "listed:list:handed-out"
    number: int
