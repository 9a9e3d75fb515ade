"""Audit events of listing requests. The subject is the case: an entry names nobody to the trail."""

from dataclasses import dataclass
from typing import ClassVar

from portal.governance.audit.events import AuditEvent


@dataclass(frozen=True, slots=True)
class CodeMade(AuditEvent):
    """A colleague made a code; by post: and was shown the name and address of the entry, if any."""

    name: ClassVar[str] = "listed:code:made"
    way: str
    role: str = ""


@dataclass(frozen=True, slots=True)
class NumberProved(AuditEvent):
    """Somebody entered the code of a request."""

    name: ClassVar[str] = "listed:number:proved"


@dataclass(frozen=True, slots=True)
class EntryShown(AuditEvent):
    """Whoever proved a number was shown its entry, or that there is none."""

    name: ClassVar[str] = "listed:entry:shown"


@dataclass(frozen=True, slots=True)
class EntryCorrected(AuditEvent):
    """Whoever proved a number corrected its entry."""

    name: ClassVar[str] = "listed:entry:corrected"


@dataclass(frozen=True, slots=True)
class NumberLeftOut(AuditEvent):
    """Whoever proved a number took it out of our directories."""

    name: ClassVar[str] = "listed:number:left-out"


@dataclass(frozen=True, slots=True)
class NumberReadmitted(AuditEvent):
    """Whoever proved a number let it back in."""

    name: ClassVar[str] = "listed:number:readmitted"
