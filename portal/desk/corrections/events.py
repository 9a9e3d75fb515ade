"""Audit events of corrections."""

from dataclasses import dataclass
from typing import ClassVar

from portal.governance.audit.events import AuditEvent


@dataclass(frozen=True, slots=True)
class CorrectionAsked(AuditEvent):
    """A customer asked for something to be corrected."""

    name: ClassVar[str] = "corrections:value:asked"
    category: str


@dataclass(frozen=True, slots=True)
class CorrectionDecided(AuditEvent):
    """A colleague decided on a correction, and told so many others."""

    name: ClassVar[str] = "corrections:value:decided"
    outcome: str
    told: int
    role: str = ""
