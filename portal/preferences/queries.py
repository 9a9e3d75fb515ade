"""Reading choices."""

from datetime import datetime

from sqlalchemy import select

from portal.account.queries import find_customer
from portal.catalogue.queries import list_versions
from portal.kernel.ids import CustomerId
from portal.kernel.work import Work
from portal.links.queries import find_token_subject
from portal.links.rules import Purpose
from portal.marks.rules import Channel
from portal.preferences.models import ChoiceChange, MarketingChoices
from portal.preferences.rules import (
    Change,
    Choice,
    Choices,
    Made,
    Via,
    read_choices,
    title_of,
    who_made,
    wording_of,
)


def get_choices(work: Work, customer_id: CustomerId) -> Choices:
    """Return what a customer agrees to; nothing where nothing was said. One statement."""
    row = work.session.get(MarketingChoices, customer_id)
    if row is None:
        return Choices(frozenset(), 0, None)
    made = {choice: _read_made(row.made[choice.value]) for choice in read_choices(row.made)}
    return Choices(read_choices(row.agreed), row.version, row.saved_at, made)


def find_chooser(work: Work, token: str) -> CustomerId | None:
    """Return whose choices a link opens; None for a dead one, and for whoever was erased."""
    subject = find_token_subject(work, Purpose.CHOOSE, token)
    customer = find_customer(work, CustomerId(subject)) if subject else None
    return customer.id if customer is not None else None


def list_changes(work: Work, customer_id: CustomerId, limit: int) -> list[Change]:
    """Return the latest choices that were made, newest first, in the words of then."""
    rows = work.session.scalars(
        select(ChoiceChange)
        .where(ChoiceChange.customer_id == customer_id)
        .order_by(ChoiceChange.changed_at.desc(), ChoiceChange.purpose, ChoiceChange.channel)
        .limit(limit)
    )
    versions = {one.number: one for one in list_versions(work)}
    found = []
    for row in rows:
        choice, shown = Choice(row.purpose, row.channel), versions[row.wording]
        title = title_of(shown, choice, is_on=row.agreed)
        by = who_made(Via(row.via), choice, is_on=row.agreed)
        found.append(Change(title, wording_of(shown, choice), row.changed_at, by))
    return found


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
            ChoiceChange.via == Via.LEAVING,
            ChoiceChange.changed_at == today.saved_at,
        )
    )
    agreed = {choice.channel for choice in today.agreed} | {row.channel for row in rows}
    return [channel for channel in Channel if channel not in agreed]


def _read_made(words: list[str]) -> Made:
    at, via = words
    return Made(datetime.fromisoformat(at), Via(via))
