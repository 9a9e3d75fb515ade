"""Audit events of the email change room."""

from dataclasses import dataclass
from typing import ClassVar

from portal.governance.audit.events import AuditEvent


@dataclass(frozen=True, slots=True)
class ChangeAsked(AuditEvent):
    """A customer wants another email address; it waits to be confirmed."""

    name: ClassVar[str] = "mailbox:change:asked"


@dataclass(frozen=True, slots=True)
class ChangeCancelled(AuditEvent):
    """A customer cancelled a change of email address that nobody had confirmed yet."""

    name: ClassVar[str] = "mailbox:change:cancelled"


@dataclass(frozen=True, slots=True)
class ChangeConfirmed(AuditEvent):
    """Another email address was confirmed, and is the one to sign in with."""

    name: ClassVar[str] = "mailbox:change:confirmed"


@dataclass(frozen=True, slots=True)
class ChangeUndone(AuditEvent):
    """The old email address is back; every session ended."""

    name: ClassVar[str] = "mailbox:change:undone"
