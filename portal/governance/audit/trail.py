"""Write and read the audit trail; writing is part of the transaction that it records."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import ColumnElement, func, select

from portal.governance.audit.events import AuditEvent
from portal.governance.audit.models import AuditEntry, AuditGap, AuditLink, AuditWaiting
from portal.governance.audit.rules import GapReason, TrailGap
from portal.platform.core.errors import NotFoundError
from portal.platform.core.work import Work


@dataclass(frozen=True, slots=True)
class TrailEntry:
    """A line of the trail, as pages read it."""

    id: UUID
    at: datetime
    name: str
    actor_kind: str
    facts: dict[str, Any]
    subject_id: UUID
    actor_id: UUID | None


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
    work: Work, subject_id: UUID, names: Sequence[str], limit: int, after: UUID | None = None
) -> list[TrailEntry]:
    """Return the newest entries about a subject, of the named kinds, newest first.

    With `after`, those older than that one of theirs; `NotFoundError` where it is none of theirs.
    """
    is_about = AuditEntry.subject_id == subject_id
    return list_entries_where(work, is_about & AuditEntry.name.in_(names), limit, after)


def list_entries_where(
    work: Work, wanted: ColumnElement[bool], limit: int, after: UUID | None = None
) -> list[TrailEntry]:
    """Return the newest entries that fulfil a condition, newest first.

    With `after`, those older than that one of them; `NotFoundError` where it is none of them.
    """
    if after is not None:
        last = work.session.scalars(
            select(AuditEntry).where(wanted, AuditEntry.id == after)
        ).first()
        if last is None:
            raise NotFoundError
        same = (AuditEntry.occurred_at == last.occurred_at) & (AuditEntry.id > after)
        wanted &= (AuditEntry.occurred_at < last.occurred_at) | same
    newest_first = (AuditEntry.occurred_at.desc(), AuditEntry.id)
    query = select(AuditEntry).where(wanted).order_by(*newest_first).limit(limit)
    return [
        TrailEntry(
            row.id,
            row.occurred_at,
            row.name,
            row.actor_kind,
            row.facts,
            row.subject_id,
            row.actor_id,
        )
        for row in work.session.scalars(query)
    ]


def find_began_at(work: Work) -> datetime | None:
    """Return when the first thing was recorded: nothing happened here before; None for nothing yet.

    Looked up by the first link of the chain where there is one, however long the trail is.
    """
    first = select(AuditLink.entry_id).order_by(AuditLink.position).limit(1).scalar_subquery()
    sealed = select(AuditEntry.occurred_at).where(AuditEntry.id == first).scalar_subquery()
    any_yet = select(func.min(AuditEntry.occurred_at)).scalar_subquery()
    return work.session.scalar(select(func.coalesce(sealed, any_yet)))


def note_gap(work: Work, why: GapReason, began_at: datetime) -> None:
    """Note that lines from a moment until now are missing."""
    work.session.add(AuditGap(why=why, began_at=began_at, ended_at=work.now))


def list_gaps(work: Work, since: datetime) -> list[TrailGap]:
    """Return the times of which lines are missing, of those that ended after a moment."""
    query = select(AuditGap).where(AuditGap.ended_at > since).order_by(AuditGap.ended_at)
    return [
        TrailGap(GapReason(row.why), row.began_at, row.ended_at)
        for row in work.session.scalars(query)
    ]


def list_lost_times(work: Work, since: datetime) -> list[TrailGap]:
    """Return the times, of those that ended after a moment, of which anything may be missing.

    A backup was put back: whatever was saved in such a time is not in it, lines of the trail or
    any other row.
    """
    return [one for one in list_gaps(work, since) if one.why is GapReason.RESTORED]


def _plain(value: object) -> object:
    if isinstance(value, UUID):
        return str(value)
    if isinstance(value, StrEnum):
        return value.value
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    return value
