"""Reading choices."""

from sqlalchemy import select

from portal.kernel.ids import CustomerId
from portal.kernel.work import Work
from portal.preferences.models import ChoiceChange, MarketingChoices
from portal.preferences.rules import Change, Channel, Choice, Choices, Purpose, read_choices


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
