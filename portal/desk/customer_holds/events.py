"""What the customer holds room writes in the audit trail."""

from dataclasses import dataclass
from typing import ClassVar

from portal.governance.audit.events import AuditEvent


@dataclass(frozen=True, slots=True)
class CustomerSearched(AuditEvent):
    """A colleague looked for a customer to hold; by what is not kept (subject: who was found)."""

    name: ClassVar[str] = "legal:customer:searched"


@dataclass(frozen=True, slots=True)
class CustomerViewed(AuditEvent):
    """A colleague looked at the name, the address and the holds of a customer."""

    name: ClassVar[str] = "legal:customer:viewed"
