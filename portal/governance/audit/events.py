"""What an audit event is, and the one that the trail writes about itself."""

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

NOBODY = UUID(int=0)
"""The subject of an event about a name that belongs to nobody."""


@dataclass(frozen=True, slots=True)
class AuditEvent:
    """Something that happened to a subject; each room subclasses it in its events file.

    Fields hold names of things and identifiers, never what a person typed.
    """

    name: ClassVar[str]
    subject_id: UUID


@dataclass(frozen=True, slots=True)
class BackupRestored(AuditEvent):
    """An old copy of the database was put back; so many lines after it are not in it any more.

    The subject is the event itself: a copy has no number.
    """

    name: ClassVar[str] = "audit:copy:restored"
    made_at: str
    entries_lost: int
