"""Audit events of the directories room."""

from dataclasses import dataclass
from typing import ClassVar

from portal.governance.audit.events import AuditEvent


@dataclass(frozen=True, slots=True)
class EntryChanged(AuditEvent):
    """A directory may now list one of a customer's numbers in another way, or no longer."""

    name: ClassVar[str] = "listings:entry:changed"
    listing: str
    agreed: bool


@dataclass(frozen=True, slots=True)
class EnrolmentTold(AuditEvent):
    """A customer told us that they have registered with a preference service."""

    name: ClassVar[str] = "listings:enrolment:told"
    service: str


@dataclass(frozen=True, slots=True)
class EnrolmentWithdrawn(AuditEvent):
    """A customer withdrew that."""

    name: ClassVar[str] = "listings:enrolment:withdrawn"
    service: str
