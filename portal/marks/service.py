"""Mark customers, so that they are found by a number or an address."""

from datetime import datetime

from sqlalchemy import delete, insert, select, update

from portal.kernel.ids import CustomerId
from portal.kernel.ledger import Suppressed
from portal.kernel.work import Work
from portal.marks.models import ContactMark, UnmarkedCustomer
from portal.marks.rules import HASHED_AS, Channel, Former, Reach


def list_hashes(work: Work, reach: Reach, *channels: Channel) -> list[Suppressed]:
    """Return the channels by which somebody can be reached, each with the keyed hash it is by."""
    return [
        (channel.value, work.vault.lookup_hash(HASHED_AS[channel], value))
        for channel in channels
        for value in sorted(reach.by(channel))
    ]


def mark(work: Work, customer_id: CustomerId, reach: Reach) -> None:
    """Keep by what a customer whose row is locked can be reached from now on.

    Part of what changed the details. What was there before stays as a former address or number.
    """
    agreed, present = _get_agreed(work, customer_id), set(list_hashes(work, reach, *Channel))
    known = select(ContactMark).where(ContactMark.customer_id == customer_id)
    for row in work.session.scalars(known.execution_options(populate_existing=True)):
        contact = row.channel, row.value_hash
        row.ended_at = None if contact in present else row.ended_at or work.now
        present.discard(contact)
    _add(work, customer_id, present, agreed, None)
    strike_off(work, customer_id)


def mark_former(work: Work, customer_id: CustomerId, former: list[Former]) -> None:
    """Keep by what a customer could be reached before, as far as it is not known yet."""
    agreed = _get_agreed(work, customer_id)
    query = select(ContactMark.channel, ContactMark.value_hash)
    known = {
        (row.channel, row.value_hash)
        for row in work.session.execute(query.where(ContactMark.customer_id == customer_id))
    }
    for one in former:
        new = set(list_hashes(work, one.reach, *Channel)) - known
        _add(work, customer_id, new, agreed, one.ended_at)
        known |= new


def forget_former(work: Work, customer_id: CustomerId, channel: Channel, value_hash: bytes) -> None:
    """Forget an address or number that a customer never had of their own will."""
    work.session.execute(
        delete(ContactMark).where(
            ContactMark.customer_id == customer_id,
            ContactMark.channel == channel,
            ContactMark.value_hash == value_hash,
            ContactMark.ended_at.is_not(None),
        )
    )


def note_agreed(work: Work, customer_id: CustomerId, agreed: list[str]) -> None:
    """Note what a customer says yes to from now on, as part of what changed it."""
    for kind in (ContactMark, UnmarkedCustomer):
        theirs = update(kind).where(kind.customer_id == customer_id)
        work.session.execute(theirs.values(agreed=agreed))


def strike_off(work: Work, customer_id: CustomerId) -> None:
    """Note that a customer waits for no marks any more."""
    waits = UnmarkedCustomer.customer_id == customer_id
    work.session.execute(delete(UnmarkedCustomer).where(waits))


def _add(
    work: Work,
    customer_id: CustomerId,
    contacts: set[Suppressed],
    agreed: list[str],
    ended_at: datetime | None,
) -> None:
    rows = [
        {
            "customer_id": customer_id,
            "channel": channel,
            "value_hash": value_hash,
            "agreed": agreed,
            "ended_at": ended_at,
        }
        for channel, value_hash in sorted(contacts)
    ]
    if rows:
        work.session.execute(insert(ContactMark), rows)


def _get_agreed(work: Work, customer_id: CustomerId) -> list[str]:
    """Return what stands with the marks there are, or with whoever waits for theirs."""
    for kind in (ContactMark, UnmarkedCustomer):
        theirs = select(kind.agreed).where(kind.customer_id == customer_id).limit(1)
        found = work.session.scalar(theirs)
        if found is not None:
            return found
    return []
