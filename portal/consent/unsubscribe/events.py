"""Audit events of the unsubscribe room; they hold no address."""

from dataclasses import dataclass
from typing import ClassVar

from portal.governance.audit.events import AuditEvent


@dataclass(frozen=True, slots=True)
class StrangerUnsubscribed(AuditEvent):
    """Somebody who is not a customer unsubscribed from marketing emails."""

    name: ClassVar[str] = "unsubscribing:stranger:unsubscribed"
