"""Audit events of the canned replies room; none says what a reply says, or to whom."""

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from portal.governance.audit.events import AuditEvent


@dataclass(frozen=True, slots=True)
class ReplyWritten(AuditEvent):
    """A colleague published a version of a reply; `number` is the new one."""

    name: ClassVar[str] = "replies:version:published"
    reply_id: UUID
    number: int


@dataclass(frozen=True, slots=True)
class ReplyRetired(AuditEvent):
    """A colleague retired a reply for good."""

    name: ClassVar[str] = "replies:reply:retired"
    reply_id: UUID


@dataclass(frozen=True, slots=True)
class ReplyUsed(AuditEvent):
    """A colleague sent a message that a reply was put into; `number` is the newest version."""

    name: ClassVar[str] = "replies:reply:used"
    reply_id: UUID
    number: int
