"""What the marks room holds about a person: keyed hashes, which say nothing to anybody."""

from collections.abc import Iterable

from portal.kernel.holdings import OBJECTION, Fate, Holding, Item, Rule
from portal.kernel.ids import CustomerId
from portal.kernel.rows import count_of, erasure_of
from portal.kernel.work import Work
from portal.marks.models import ContactMark, UnmarkedCustomer

OWNERS = (ContactMark.customer_id, UnmarkedCustomer.customer_id)


def list_items(work: Work, customer_id: CustomerId) -> Iterable[Item]:
    """List how many there are: what the fingerprints stand for is listed with the profile."""
    number = count_of(*OWNERS)(work, customer_id)
    return [Item("Fingerprints", f"{number}, of what is in your profile")] if number else []


HELD = (
    Holding(
        category="Fingerprints of your addresses and numbers",
        purpose="To leave you out of marketing that you have not agreed to",
        source="You",
        recipients="Nobody",
        rules=(Rule("marks", "Each fingerprint", "you change it or cancel", OBJECTION),),
        fate=Fate.DELETED,
        tables=frozenset({"contact_mark", "unmarked_customer"}),
        list_items=list_items,
        count=count_of(*OWNERS),
        erase=erasure_of(*OWNERS),
    ),
)
