"""What the unsubscribing room writes in the audit trail; nobody's address is among it."""

from dataclasses import dataclass
from typing import ClassVar

from portal.governance.audit.events import AuditEvent


@dataclass(frozen=True, slots=True)
class StrangerUnsubscribed(AuditEvent):
    """Somebody who is not a customer wants no more marketing emails, about whatever."""

    name: ClassVar[str] = "unsubscribing:stranger:unsubscribed"
