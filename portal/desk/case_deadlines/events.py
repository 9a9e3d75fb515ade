"""Audit events of the last day to answer a case."""

from dataclasses import dataclass
from typing import ClassVar

from portal.governance.audit.events import AuditEvent


@dataclass(frozen=True, slots=True)
class IdentityAsked(AuditEvent):
    """A colleague asked somebody to show who they are."""

    name: ClassVar[str] = "deadlines:identity:asked"
    role: str


@dataclass(frozen=True, slots=True)
class IdentityProved(AuditEvent):
    """A colleague noted how somebody showed who they are."""

    name: ClassVar[str] = "deadlines:identity:proved"
    proof: str
    role: str


@dataclass(frozen=True, slots=True)
class DeadlineExtended(AuditEvent):
    """A colleague told somebody that their answer takes longer."""

    name: ClassVar[str] = "deadlines:deadline:extended"
    role: str
