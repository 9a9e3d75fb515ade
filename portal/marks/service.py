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

    Part of what changed the details. What was there before stays as a former address or number;
    what comes back is one no more, but for an address that was another customer's in between.
    """
    agreed, present = _get_agreed(work, customer_id), set(list_hashes(work, reach, *Channel))
    query = select(ContactMark).where(ContactMark.customer_id == customer_id)
    rows = work.session.scalars(
        query.order_by(ContactMark.tenure).execution_options(populate_existing=True)
    )
    last = {(row.channel, row.value_hash): row for row in rows}
    new = {contact: last[contact].tenure + 1 if contact in last else 1 for contact in present}
    for contact, row in last.items():
        if contact not in present:
            row.ended_at = row.ended_at or work.now
        elif row.ended_at is None or not _has_been_anothers(work, row):
            row.ended_at = None
            del new[contact]
    _add(work, customer_id, new, agreed, None)
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
        _add(work, customer_id, dict.fromkeys(new, 1), agreed, one.ended_at)
        known |= new


def forget_former(work: Work, customer_id: CustomerId, channel: Channel, value_hash: bytes) -> None:
    """Forget the last time of an address or number, as it was not theirs of their own will."""
    query = select(ContactMark).where(
        ContactMark.customer_id == customer_id,
        ContactMark.channel == channel,
        ContactMark.value_hash == value_hash,
        ContactMark.ended_at.is_not(None),
    )
    row = work.session.scalars(query.order_by(ContactMark.tenure.desc()).limit(1)).first()
    if row is not None:
        work.session.delete(row)


def note_agreed(work: Work, customer_id: CustomerId, agreed: list[str]) -> None:
    """Note what a customer says yes to from now on, as part of what changed it."""
    for kind in (ContactMark, UnmarkedCustomer):
        theirs = update(kind).where(kind.customer_id == customer_id)
        work.session.execute(theirs.values(agreed=agreed))


def strike_off(work: Work, customer_id: CustomerId) -> None:
    """Note that a customer waits for no marks any more."""
    waits = UnmarkedCustomer.customer_id == customer_id
    work.session.execute(delete(UnmarkedCustomer).where(waits))


def _has_been_anothers(work: Work, mine: ContactMark) -> bool:
    """Tell whether another customer has had an e-mail address since somebody gave it up."""
    ended_at = ContactMark.ended_at
    query = select(ContactMark.customer_id).where(
        ContactMark.channel == mine.channel,
        ContactMark.channel == Channel.EMAIL,
        ContactMark.value_hash == mine.value_hash,
        ContactMark.customer_id != mine.customer_id,
        ended_at.is_(None) | (ended_at > mine.ended_at),
    )
    return work.session.scalar(query.limit(1)) is not None


def _add(
    work: Work,
    customer_id: CustomerId,
    contacts: dict[Suppressed, int],
    agreed: list[str],
    ended_at: datetime | None,
) -> None:
    """Add marks; of each contact the number of the time that it is theirs."""
    rows = [
        {
            "customer_id": customer_id,
            "channel": channel,
            "value_hash": value_hash,
            "tenure": tenure,
            "agreed": agreed,
            "ended_at": ended_at,
        }
        for (channel, value_hash), tenure in sorted(contacts.items())
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
