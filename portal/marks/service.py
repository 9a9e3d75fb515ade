"""Mark customers, so that they are found by a number or an address."""

from sqlalchemy import delete, insert, select, update

from portal.kernel.ids import CustomerId
from portal.kernel.ledger import Suppressed
from portal.kernel.work import Work
from portal.marks.models import ContactMark, UnmarkedCustomer
from portal.marks.rules import HASHED_AS, Channel, Reach


def list_hashes(work: Work, reach: Reach, *channels: Channel) -> list[Suppressed]:
    """Return the channels by which somebody can be reached, each with the keyed hash it is by."""
    return [
        (channel.value, work.vault.lookup_hash(HASHED_AS[channel], value))
        for channel in channels
        for value in sorted(reach.by(channel))
    ]


def mark(work: Work, customer_id: CustomerId, reach: Reach) -> None:
    """Replace the marks of a customer whose row is there, as part of what changed the details."""
    agreed = _get_agreed(work, customer_id)
    work.session.execute(delete(ContactMark).where(ContactMark.customer_id == customer_id))
    rows = [
        {
            "customer_id": customer_id,
            "channel": channel,
            "value_hash": value_hash,
            "agreed": agreed,
        }
        for channel, value_hash in list_hashes(work, reach, *Channel)
    ]
    work.session.execute(insert(ContactMark), rows)
    strike_off(work, customer_id)


def note_agreed(work: Work, customer_id: CustomerId, agreed: list[str]) -> None:
    """Note what a customer says yes to from now on, as part of what changed it."""
    for kind in (ContactMark, UnmarkedCustomer):
        theirs = update(kind).where(kind.customer_id == customer_id)
        work.session.execute(theirs.values(agreed=agreed))


def strike_off(work: Work, customer_id: CustomerId) -> None:
    """Note that a customer waits for no marks any more."""
    waits = UnmarkedCustomer.customer_id == customer_id
    work.session.execute(delete(UnmarkedCustomer).where(waits))


def _get_agreed(work: Work, customer_id: CustomerId) -> list[str]:
    """Return what stands with the marks there are, or with whoever waits for theirs."""
    for kind in (ContactMark, UnmarkedCustomer):
        theirs = select(kind.agreed).where(kind.customer_id == customer_id).limit(1)
        found = work.session.scalar(theirs)
        if found is not None:
            return found
    return []
