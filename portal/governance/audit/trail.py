"""Write and read the audit trail; writing is part of the transaction that it records."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import select

from portal.governance.audit.events import AuditEvent
from portal.governance.audit.models import AuditEntry, AuditWaiting
from portal.platform.core.work import Work


@dataclass(frozen=True, slots=True)
class TrailEntry:
    """A line of the trail, as pages read it."""

    at: datetime
    name: str
    actor_kind: str
    facts: dict[str, Any]


def record(work: Work, event: AuditEvent) -> None:
    """Add an event to the trail."""
    facts = {name: _plain(value) for name, value in asdict(event).items()}
    subject_id = event.subject_id
    del facts["subject_id"]
    entry_id = uuid4()
    work.session.add(AuditWaiting(entry_id=entry_id))
    work.session.add(
        AuditEntry(
            id=entry_id,
            occurred_at=work.now,
            name=event.name,
            actor_kind=work.actor.kind,
            actor_id=work.actor.id,
            subject_id=subject_id,
            facts=facts,
        )
    )


def list_entries(
    work: Work, subject_id: UUID, names: Sequence[str], limit: int
) -> list[TrailEntry]:
    """Return the newest entries about a subject, of the named kinds, newest first."""
    rows = work.session.scalars(
        select(AuditEntry)
        .where(AuditEntry.subject_id == subject_id, AuditEntry.name.in_(names))
        .order_by(AuditEntry.occurred_at.desc(), AuditEntry.id)
        .limit(limit)
    )
    return [TrailEntry(row.occurred_at, row.name, row.actor_kind, row.facts) for row in rows]


def _plain(value: object) -> object:
    if isinstance(value, UUID):
        return str(value)
    if isinstance(value, StrEnum):
        return value.value
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    return value
