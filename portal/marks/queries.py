"""Reading who is marked, and who waits for it."""

from sqlalchemy import func, select

from portal.kernel.addresses import spell_email
from portal.kernel.ids import CustomerId
from portal.kernel.ledger import Suppressed
from portal.kernel.work import Work
from portal.marks.models import ContactMark, UnmarkedCustomer
from portal.marks.rules import EMAIL, Channel


def get_email_hash(work: Work, address: str) -> bytes:
    """Return the keyed hash that an address is looked up by, however it was typed.

    Everything that looks an address up asks this; beside it, only lists are hashed, by the column.
    """
    return work.vault.lookup_hash(EMAIL, spell_email(address))


def list_marked(work: Work, customer_id: CustomerId, channel: Channel) -> list[Suppressed]:
    """Return the keyed hashes of what reaches a customer by a channel, each with the channel."""
    theirs = (ContactMark.customer_id == customer_id) & (ContactMark.channel == channel)
    found = work.session.scalars(select(ContactMark.value_hash).where(theirs))
    return [(channel.value, value_hash) for value_hash in found]


def list_unmarked(work: Work, limit: int) -> list[CustomerId]:
    """Return some customers without marks."""
    query = select(UnmarkedCustomer.customer_id).limit(limit)
    return [CustomerId(row) for row in work.session.scalars(query)]


def count_unmarked(work: Work) -> int:
    """Return how many customers wait for their marks."""
    return work.session.scalar(select(func.count()).select_from(UnmarkedCustomer)) or 0
