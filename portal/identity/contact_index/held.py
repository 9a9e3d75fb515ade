"""What the contact hashes room holds about a person: keyed hashes, which say nothing to anybody."""

from collections.abc import Iterable

from sqlalchemy import ColumnElement

from portal.identity.contact_index.models import ContactHash, UnindexedCustomer
from portal.platform.core.holdings import OBJECTION, Fate, Holding, Item, Rule
from portal.platform.core.ids import CustomerId
from portal.platform.core.rows import count_of, count_where, erasure_of
from portal.platform.core.work import Work

FORMER = "addresses and numbers that you had before"
OWNERS = (ContactHash.customer_id, UnindexedCustomer.customer_id)


def list_items(work: Work, customer_id: CustomerId) -> Iterable[Item]:
    """List how many there are: nobody can tell what they stand for.

    What those of today stand for is listed with the profile.
    """
    waiting = count_of(UnindexedCustomer.customer_id)(work, customer_id)
    former = count_where(work, ContactHash.customer_id, _are_former(customer_id))
    present = count_of(ContactHash.customer_id)(work, customer_id) - former + waiting
    return [
        Item("Scrambled codes", f"{number}, of {what}")
        for number, what in ((present, "what is in your profile"), (former, FORMER))
        if number
    ]


def _are_former(customer_id: CustomerId) -> ColumnElement[bool]:
    return (ContactHash.customer_id == customer_id) & ContactHash.ended_at.is_not(None)


HELD = (
    Holding(
        category="Scrambled codes of your addresses and numbers, former ones too",
        purpose="To leave you out of marketing that you refused, and to find what is yours",
        source="You",
        recipients="Nobody",
        rules=(Rule("marks", "Each scrambled code, of former ones too", "you cancel", OBJECTION),),
        fate=Fate.DELETED,
        tables=frozenset({"contact_mark", "unmarked_customer"}),
        list_items=list_items,
        count=count_of(*OWNERS),
        erase=erasure_of(*OWNERS),
    ),
)
