"""What an audit event is."""

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID


@dataclass(frozen=True, slots=True)
class AuditEvent:
    """Something that happened to a subject; each room subclasses it in its events file.

    Fields hold names of things and identifiers, never what a person typed.
    """

    name: ClassVar[str]
    subject_id: UUID
