"""Audit events of telling other systems."""

from dataclasses import dataclass
from typing import ClassVar

from portal.governance.audit.events import AuditEvent


@dataclass(frozen=True, slots=True)
class OutsideErasureConfirmed(AuditEvent):
    """Another system confirmed that it erased somebody; the subject is what it was told."""

    name: ClassVar[str] = "connectors:erasure:confirmed"
    system: str
    records: int


@dataclass(frozen=True, slots=True)
class OutsideErasureGivenUp(AuditEvent):
    """Another system has not confirmed an erasure, and is not told again."""

    name: ClassVar[str] = "connectors:erasure:abandoned"
    system: str
