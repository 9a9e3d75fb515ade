"""Reading the outbox of announcements."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, exists, func, or_, select
from sqlalchemy.orm import aliased

from portal.consent.webhooks.models import Announcement
from portal.consent.webhooks.rules import EventType, GivenUp, WebhookCounts
from portal.platform.core.work import Work

SHOWN = 50


def count_states(work: Work, since: datetime) -> WebhookCounts:
    """Count the announcements that wait, were delivered since a moment, and were given up."""
    row = work.session.execute(
        select(
            func.count(Announcement.next_try_at),
            func.count(Announcement.delivered_at).filter(Announcement.delivered_at >= since),
            func.count(Announcement.dead_at),
            func.min(Announcement.occurred_at).filter(Announcement.next_try_at.is_not(None)),
        )
    ).one()
    return WebhookCounts(*row)


def list_given_up(work: Work, limit: int = SHOWN) -> list[GivenUp]:
    """Return the announcements that were given up, the newest first."""
    rows = work.session.execute(
        select(Announcement, _is_overtaken().label("overtaken"))
        .where(Announcement.dead_at.is_not(None))
        .order_by(Announcement.dead_at.desc(), Announcement.id)
        .limit(limit)
    )
    return [_read(row, is_overtaken=overtaken) for row, overtaken in rows]


def list_ended(work: Work, since: datetime | None, *, dead_only: bool) -> list[tuple[UUID, bool]]:
    """Return ended announcements since a moment, oldest first, each with whether it is overtaken.

    With `dead_only` those given up; otherwise those delivered as well.
    """
    is_dead, is_delivered = (
        Announcement.dead_at.is_not(None),
        Announcement.delivered_at.is_not(None),
    )
    ended = is_dead if dead_only else or_(is_dead, is_delivered)
    query = select(Announcement.id, _is_overtaken()).where(ended)
    if since is not None:
        query = query.where(Announcement.occurred_at >= since)
    rows = work.session.execute(query.order_by(Announcement.occurred_at, Announcement.number))
    return [(row_id, bool(overtaken)) for row_id, overtaken in rows]


def find_is_overtaken(work: Work, announcement_id: UUID) -> bool:
    """Tell whether a newer announcement covers the same."""
    query = select(_is_overtaken()).where(Announcement.id == announcement_id)
    return bool(work.session.scalar(query))


def _is_overtaken() -> ColumnElement[bool]:
    """Return the condition that a newer announcement about the same customer covers it."""
    newer = aliased(Announcement)
    same = or_(newer.about == Announcement.about, newer.about == "", Announcement.about == "")
    return exists().where(
        newer.known_id == Announcement.known_id, newer.number > Announcement.number, same
    )


def _read(row: Announcement, *, is_overtaken: bool) -> GivenUp:
    return GivenUp(
        id=row.id,
        kind=EventType(row.kind),
        known_id=row.known_id,
        occurred_at=row.occurred_at,
        dead_at=row.dead_at or row.occurred_at,
        tries=row.tries,
        last_status=row.last_status or 0,
        is_overtaken=is_overtaken,
    )
