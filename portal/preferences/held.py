"""What the preferences room holds about a person."""

from collections.abc import Iterable

from sqlalchemy import delete

from portal.kernel.database import deleted
from portal.kernel.held import Fate, Holding, Item
from portal.kernel.ids import CustomerId
from portal.kernel.work import Work
from portal.preferences import queries
from portal.preferences.models import ChoiceChange, MarketingChoices

MOST = 1_000


def list_items(work: Work, customer_id: CustomerId) -> Iterable[Item]:
    """List what is on today, and every choice that was made."""
    today = queries.get_choices(work, customer_id)
    history = queries.list_changes(work, customer_id, MOST)
    return [
        *(Item("On today", choice.label) for choice in sorted(today.agreed)),
        *(Item("Choice made", change.title) for change in history),
    ]


def erase(work: Work, customer_id: CustomerId) -> int:
    """Delete choices and their history."""
    return deleted(
        work.session, delete(ChoiceChange).where(ChoiceChange.customer_id == customer_id)
    ) + deleted(
        work.session, delete(MarketingChoices).where(MarketingChoices.customer_id == customer_id)
    )


HELD = (
    Holding(
        category="Your marketing choices",
        purpose="To write to you only about what you said yes to",
        source="You",
        recipients="Nobody",
        retention="Until you cancel",
        fate=Fate.DELETED,
        tables=frozenset({"marketing_choices", "choice_change"}),
        list_items=list_items,
        erase=erase,
    ),
)
