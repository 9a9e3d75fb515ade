"""Reading choices."""

from sqlalchemy import select

from portal.kernel.ids import CustomerId
from portal.kernel.work import Work
from portal.preferences.models import ChoiceChange, MarketingChoices
from portal.preferences.rules import (
    LEAVING,
    Change,
    Channel,
    Choice,
    Choices,
    Purpose,
    read_choices,
)


def get_choices(work: Work, customer_id: CustomerId) -> Choices:
    """Return what a customer agrees to; nothing where nothing was said."""
    row = work.session.get(MarketingChoices, customer_id)
    if row is None:
        return Choices(frozenset(), 0, None)
    return Choices(read_choices(row.agreed), row.version, row.saved_at)


def list_changes(work: Work, customer_id: CustomerId, limit: int) -> list[Change]:
    """Return the latest choices that were made, newest first."""
    rows = work.session.scalars(
        select(ChoiceChange)
        .where(ChoiceChange.customer_id == customer_id)
        .order_by(ChoiceChange.changed_at.desc(), ChoiceChange.purpose, ChoiceChange.channel)
        .limit(limit)
    )
    return [
        Change(
            Choice(Purpose(row.purpose), Channel(row.channel)),
            row.agreed,
            row.changed_at,
            row.actor_kind,
        )
        for row in rows
    ]


def list_refused_channels(work: Work, customer_id: CustomerId) -> list[Channel]:
    """Return the channels by which somebody wants no marketing and has said so.

    Nothing is refused by whoever never chose. What was turned off only because they leave
    counts as it was before.
    """
    today = get_choices(work, customer_id)
    if today.version == 0:
        return []
    rows = work.session.scalars(
        select(ChoiceChange).where(
            ChoiceChange.customer_id == customer_id,
            ChoiceChange.wording == LEAVING,
            ChoiceChange.changed_at == today.saved_at,
        )
    )
    agreed = {choice.channel for choice in today.agreed} | {Channel(row.channel) for row in rows}
    return [channel for channel in Channel if channel not in agreed]
