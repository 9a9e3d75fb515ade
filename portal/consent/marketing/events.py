"""Audit events of the marketing room."""

from dataclasses import dataclass
from typing import ClassVar

from portal.governance.audit.events import AuditEvent


@dataclass(frozen=True, slots=True)
class ChoiceMade(AuditEvent):
    """A customer said yes or no to one purpose by one channel."""

    name: ClassVar[str] = "preferences:choice:made"
    purpose: str
    channel: str
    agreed: bool


@dataclass(frozen=True, slots=True)
class RefusalNoted(AuditEvent):
    """A customer refused marketing that was off already."""

    name: ClassVar[str] = "preferences:refusal:noted"


@dataclass(frozen=True, slots=True)
class ChoicesLinkAsked(AuditEvent):
    """Somebody had a link to the choices of an address emailed to it."""

    name: ClassVar[str] = "preferences:link:asked"
