"""Reading the outbox of announcements."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, exists, func, or_, select
from sqlalchemy.orm import aliased

from portal.consent.webhooks.models import Announcement
from portal.consent.webhooks.rules import OUTLASTS_CLOSING, EventType, GivenUp, WebhookCounts
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


def list_followers(work: Work, announcement_ids: Collection[UUID]) -> list[Announcement]:
    """Return delivered choices since some closings, which would turn them off if sent late."""
    closing = aliased(Announcement)
    query = (
        select(Announcement)
        .join(closing, closing.known_id == Announcement.known_id)
        .where(
            closing.id.in_(announcement_ids),
            closing.kind == EventType.CUSTOMER_CLOSED,
            Announcement.number > closing.number,
            Announcement.delivered_at.is_not(None),
            _is_choice(Announcement),
            ~_is_overtaken(),
        )
    )
    return list(work.session.scalars(query.order_by(Announcement.number)))


def find_is_overtaken(work: Work, announcement_id: UUID) -> bool:
    """Tell whether a newer announcement covers the same."""
    query = select(_is_overtaken()).where(Announcement.id == announcement_id)
    return bool(work.session.scalar(query))


def _is_overtaken() -> ColumnElement[bool]:
    """Return the condition that a newer announcement about the same customer covers it.

    The newest about one thing covers all before. The end of a customer covers everything; closing
    an account covers choices, but neither directories nor the refusal of further companies.
    """
    newer = aliased(Announcement)
    is_same = (newer.about == Announcement.about) & (newer.kind == Announcement.kind)
    is_closing = newer.kind == EventType.CUSTOMER_CLOSED
    covers = or_(
        is_same,
        newer.kind == EventType.CUSTOMER_LEFT,
        is_closing & _is_choice(Announcement),
    )
    return exists().where(
        newer.known_id == Announcement.known_id, newer.number > Announcement.number, covers
    )


def _is_choice(one: type[Announcement]) -> ColumnElement[bool]:
    """Return whether an announcement is about a choice that closing an account turns off."""
    return (one.kind == EventType.CHOICE_CHANGED) & (one.about != OUTLASTS_CLOSING)


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
