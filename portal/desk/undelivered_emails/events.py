"""What the emails room writes in the audit trail."""

from dataclasses import dataclass
from typing import ClassVar

from portal.governance.audit.events import AuditEvent


@dataclass(frozen=True, slots=True)
class EmailRepeated(AuditEvent):
    """Somebody had an email sent again that was not delivered; the subject is the email."""

    name: ClassVar[str] = "emails:email:repeated"
