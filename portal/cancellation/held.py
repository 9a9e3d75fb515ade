"""What the cancellation room holds about a person: only that they are on the way out."""

from collections.abc import Iterable

from portal.kernel.held import Fate, Holding, Item
from portal.kernel.ids import CustomerId
from portal.kernel.work import Work


def list_items(work: Work, customer_id: CustomerId) -> Iterable[Item]:
    """List nothing: whoever is on the way out cannot sign in to read it."""
    del work, customer_id
    return []


def erase(work: Work, customer_id: CustomerId) -> int:
    """Delete nothing here: the row is struck off as the last act of the cancellation."""
    del work, customer_id
    return 0


HELD = (
    Holding(
        category="Your wish to cancel",
        purpose="To finish what you asked for",
        source="You",
        recipients="Nobody",
        retention="Seconds: until it is done",
        fate=Fate.PASSING,
        tables=frozenset({"cancellation_underway"}),
        list_items=list_items,
        erase=erase,
    ),
)
