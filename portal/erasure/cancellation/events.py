"""Audit events of the cancellation room."""

from dataclasses import dataclass
from typing import ClassVar

from portal.governance.audit.events import AuditEvent


@dataclass(frozen=True, slots=True)
class CancellationDecided(AuditEvent):
    """A customer decided to leave altogether."""

    name: ClassVar[str] = "cancellation:customer:decided"


@dataclass(frozen=True, slots=True)
class CustomerErased(AuditEvent):
    """The customer's key is destroyed and their rows are deleted."""

    name: ClassVar[str] = "cancellation:customer:erased"
    rows: int


@dataclass(frozen=True, slots=True)
class CancellationPlanned(AuditEvent):
    """An account is closed, to be deleted later: in seven days, or when a legal hold ends."""

    name: ClassVar[str] = "cancellation:customer:planned"
    is_held: bool


@dataclass(frozen=True, slots=True)
class ErasureChecked(AuditEvent):
    """Every table was searched for an erased customer; `left` are columns where one was found."""

    name: ClassVar[str] = "cancellation:erasure:checked"
    left: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ErasureRepeated(AuditEvent):
    """An old copy was put back, and a customer who had left was deleted from it."""

    name: ClassVar[str] = "cancellation:erasure:repeated"
