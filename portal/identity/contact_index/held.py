"""Personal data of the contact hashes room: keyed hashes, which say nothing to anybody."""

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy import ColumnElement

from portal.identity.contact_index.models import UNDONE, ContactHash, UnindexedCustomer, note_later
from portal.identity.contact_index.queries import list_to_note
from portal.platform.core.database import wait_in_line
from portal.platform.core.holdings import (
    OBJECTION,
    Fate,
    HeldFor,
    Holding,
    Item,
    LawfulBasis,
    Rule,
)
from portal.platform.core.ids import CustomerId
from portal.platform.core.rows import count_of, count_where, erasure_of, spans_of
from portal.platform.core.texts import _
from portal.platform.core.work import Work

PRESENT = _("{number} for what’s in your profile now")
FORMER = _("{number} for addresses and numbers you had before")
GIVEN_BACK = _("{number} for email addresses your account had until the change was undone")

LOCK = 7_266_187
"""The number of the lock by which two who leave and had each other's address come one by one."""
OWNERS = (ContactHash.customer_id, UnindexedCustomer.customer_id)


def list_items(work: Work, customer_id: CustomerId) -> Iterable[Item]:
    """List the number of hashes, which cannot be read.

    The contacts behind the present ones are listed with the profile.
    """
    waiting = count_of(UnindexedCustomer.customer_id)(work, customer_id)
    over = count_where(work, ContactHash.customer_id, _are_former(customer_id))
    is_undone = _are_former(customer_id) & (ContactHash.channel == UNDONE)
    undone = count_where(work, ContactHash.customer_id, is_undone)
    present = count_of(ContactHash.customer_id)(work, customer_id) - over + waiting
    counts = (present, PRESENT), (over - undone, FORMER), (undone, GIVEN_BACK)
    return [
        Item(_("Scrambled codes"), what.format(number=number)) for number, what in counts if number
    ]


def erase(work: Work, customer_id: UUID) -> int:
    """Delete the hashes of a customer; return how many there were.

    A later owner of one of these addresses keeps the start of their own period: otherwise older
    messages would look like theirs once nobody knows that the address was another customer's. An
    earlier owner keeps a note that they were not the last: a link sent there since is not theirs.
    Erasures run one at a time, because two who leave may have had each other's addresses.
    """
    if list_to_note(work, customer_id):
        wait_in_line(work.session, LOCK)
        for row, values in list_to_note(work, customer_id):
            note_later(work.session, row, **values)
    return erasure_of(*OWNERS)(work, customer_id)


def _are_former(customer_id: CustomerId) -> ColumnElement[bool]:
    return (ContactHash.customer_id == customer_id) & ContactHash.ended_at.is_not(None)


list_spans = spans_of(
    (ContactHash.customer_id, ContactHash.began_at), (UnindexedCustomer.customer_id, None)
)
"""Return what finds from when the scrambled codes of somebody are."""

HELD = (
    Holding(
        category=_("Scrambled codes of your addresses and numbers, including old ones"),
        slug="scrambled-codes",
        part=HeldFor.CHOICES,
        spans=list_spans,
        purpose=_("To leave you out of marketing you said no to, and to find your data"),
        source=_("You"),
        recipients=_("Nobody"),
        basis=LawfulBasis.LEGAL_OBLIGATION,
        rules=(
            Rule(
                "marks",
                _("Each scrambled code, including those of old addresses and numbers"),
                _("we delete your account"),
                OBJECTION,
            ),
        ),
        fate=Fate.DELETED,
        tables=frozenset({"contact_mark", "unmarked_customer"}),
        list_items=list_items,
        count=count_of(*OWNERS),
        erase=erase,
    ),
)
