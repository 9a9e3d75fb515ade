"""Audit events of the emails room."""

from dataclasses import dataclass
from typing import ClassVar

from portal.governance.audit.events import AuditEvent


@dataclass(frozen=True, slots=True)
class EmailRepeated(AuditEvent):
    """A colleague had an undelivered email sent again; the subject is the email."""

    name: ClassVar[str] = "emails:email:repeated"
