"""Audit events of the customer holds room."""

from dataclasses import dataclass
from typing import ClassVar

from portal.governance.audit.events import AuditEvent


@dataclass(frozen=True, slots=True)
class CustomerSearched(AuditEvent):
    """A colleague searched for a customer to hold; by what is not kept (subject: the customer)."""

    name: ClassVar[str] = "legal:customer:searched"
    role: str = ""


@dataclass(frozen=True, slots=True)
class CustomerViewed(AuditEvent):
    """A colleague viewed the name, the address and the holds of a customer."""

    name: ClassVar[str] = "legal:customer:viewed"
    role: str = ""
