"""Keep the contact index: the keyed hashes of customers' contacts."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import ColumnElement, delete, func, insert, select, update

from portal.identity.contact_index.models import (
    UNDONE,
    ContactHash,
    UnindexedCustomer,
    lacks_mailbox,
)
from portal.identity.contact_index.queries import get_mailbox, list_indexed
from portal.identity.contact_index.rules import HASHED_AS, Channel, Former, Reach
from portal.platform.core.ids import CustomerId
from portal.platform.core.ledger import Suppressed
from portal.platform.core.work import Work


def list_hashes(work: Work, reach: Reach, *channels: Channel) -> list[Suppressed]:
    """Return the keyed hashes of somebody's contacts, each with its channel."""
    return [
        (channel.value, work.vault.lookup_hash(HASHED_AS[channel], value))
        for channel in channels
        for value in sorted(reach.by(channel))
    ]


def index_contacts(work: Work, customer_id: CustomerId, reach: Reach) -> None:
    """Save the present contacts of a customer whose row is locked.

    Part of changing the details. Earlier contacts stay as former ones; one that comes back is
    present again. An email address that comes back starts another period of its own, so that each
    period can be told, and deleted, by itself.
    """
    agreed, present = _get_agreed(work, customer_id), set(list_hashes(work, reach, *Channel))
    mailbox = get_mailbox(work, reach.email)
    query = select(ContactHash).where(ContactHash.customer_id == customer_id)
    rows = work.session.scalars(
        query.order_by(ContactHash.tenure).execution_options(populate_existing=True)
    )
    before = list(rows)
    last = {(row.channel, row.value_hash): row for row in before}
    new = {contact: last[contact].tenure + 1 if contact in last else 1 for contact in present}
    for contact, row in last.items():
        if contact not in present:
            row.ended_at = row.ended_at or work.now
        elif row.channel != Channel.EMAIL:
            row.ended_at = None
            del new[contact]
        elif row.ended_at is None and row.mailbox in {None, mailbox}:
            row.mailbox = mailbox
            del new[contact]
        else:
            row.ended_at = row.ended_at or work.now
    since = {contact: _find_theirs_from(before, contact) for contact in new}
    kept = _Kept(agreed=agreed, mailbox=mailbox, began_at=work.now, theirs_from=since)
    _add(work, customer_id, new, kept)
    strike_off(work, customer_id)


def add_former(work: Work, customer_id: CustomerId, former: list[Former]) -> None:
    """Save the former contacts of a customer that are not known yet."""
    agreed = _get_agreed(work, customer_id)
    query = select(ContactHash.channel, ContactHash.value_hash)
    known = {
        (row.channel, row.value_hash)
        for row in work.session.execute(query.where(ContactHash.customer_id == customer_id))
    }
    for one in former:
        new = set(list_hashes(work, one.reach, *Channel)) - known
        mailbox = get_mailbox(work, one.reach.email)
        kept = _Kept(agreed=agreed, mailbox=mailbox, ended_at=one.ended_at)
        _add(work, customer_id, dict.fromkeys(new, 1), kept)
        known |= new


def forget_former(
    work: Work, customer_id: CustomerId, since: datetime, named: Collection[bytes]
) -> set[bytes]:
    """Delete the former email addresses that a customer got since a moment: a thief set them.

    A former address with a date goes if it began at `since` or later. One without a date goes if
    its hash is among `named`, unless the same address has another row that began since: then the
    row without a date is of an earlier time, and stays. What goes stays known as a time that was
    undone: what was sent from there until now is of none who has the address later. Returns the
    hashes of those that are not the customer's at any time any more, for a no that stood for them
    must be kept elsewhere.
    """
    theirs = (ContactHash.customer_id == customer_id) & (ContactHash.channel == Channel.EMAIL)
    is_over, is_young = ContactHash.ended_at.is_not(None), ContactHash.began_at >= since
    work.session.flush()
    young = set(work.session.scalars(select(ContactHash.value_hash).where(theirs, is_young)))
    undated = ContactHash.began_at.is_(None) & ContactHash.value_hash.in_(set(named) - young)
    gone = _note_undone(work, customer_id, theirs & is_over & (is_young | undated))
    stay = select(ContactHash.value_hash).where(theirs, ContactHash.value_hash.in_(gone))
    return gone - set(work.session.scalars(stay))


def _note_undone(work: Work, customer_id: CustomerId, wanted: ColumnElement[bool]) -> set[bytes]:
    """Turn times that an e-mail address was a customer's into times that were undone.

    Of the address that is theirs today they are deleted: what came between is theirs. Returns the
    keyed hashes of the addresses. Each undone time of one address has its number.
    """
    mine, key = ContactHash.customer_id == customer_id, (ContactHash.value_hash, ContactHash.tenure)
    is_email = ContactHash.channel == Channel.EMAIL
    going = work.session.execute(select(*key).where(wanted).order_by(*key)).all()
    present = {value_hash for _, value_hash in list_indexed(work, customer_id, Channel.EMAIL)}
    noted = select(ContactHash.value_hash, func.max(ContactHash.tenure))
    noted = noted.where(mine, ContactHash.channel == UNDONE).group_by(ContactHash.value_hash)
    last = {row[0]: row[1] for row in work.session.execute(noted)}
    work.session.expire_all()
    for value_hash, tenure in going:
        row = mine & is_email & (ContactHash.value_hash == value_hash)
        row &= ContactHash.tenure == tenure
        last[value_hash] = last.get(value_hash, 0) + 1
        undone = {"channel": UNDONE, "tenure": last[value_hash], "agreed": list[str]()}
        work.session.execute(
            delete(ContactHash).where(row)
            if value_hash in present
            else update(ContactHash).where(row).values(undone),
            execution_options={"synchronize_session": False},
        )
    return {value_hash for value_hash, _ in going}


def note_agreed(work: Work, customer_id: CustomerId, agreed: list[str]) -> None:
    """Save what a customer agrees to beside each of their contact hashes."""
    for kind in (ContactHash, UnindexedCustomer):
        theirs = update(kind).where(kind.customer_id == customer_id)
        work.session.execute(theirs.values(agreed=agreed))


def prepare_lift(
    work: Work, customer_id: CustomerId, said: dict[str, datetime]
) -> Callable[[], None]:
    """Return a function that lifts a customer's suppressions for what they have agreed to.

    `said` has the time of each yes, by the value of its choice. A suppression that is younger than
    the yes stays. Call the function after the commit: the keyring is another database, and a failed
    commit would otherwise leave neither the yes nor the suppression.
    """
    vault, until = work.vault, {**said, Channel.EMAIL.value: max(said.values())} if said else {}
    marked = list_indexed(work, customer_id, Channel.EMAIL) if said else []

    def lift() -> None:
        for moment in sorted(set(until.values())):
            kinds = [kind for kind, at in until.items() if at == moment]
            contacts = [(kind, code) for kind in kinds for _, code in marked]
            vault.lift(contacts, until=moment)

    return lift


def strike_off(work: Work, customer_id: CustomerId) -> None:
    """Take a customer off the list of those who wait for their contact hashes."""
    waits = UnindexedCustomer.customer_id == customer_id
    work.session.execute(delete(UnindexedCustomer).where(waits))


def give_up(work: Work, customer_id: CustomerId) -> None:
    """Stop waiting for a customer whose details cannot be decrypted: their index stays as it is.

    Where the hash of the mailbox is missing, the hash of the address takes its place.
    """
    strike_off(work, customer_id)
    theirs = (ContactHash.customer_id == customer_id) & lacks_mailbox()
    work.session.execute(update(ContactHash).where(theirs).values(mailbox=ContactHash.value_hash))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Kept:
    """The columns of a contact hash besides the contact itself."""

    agreed: list[str]
    mailbox: bytes
    began_at: datetime | None = None
    ended_at: datetime | None = None
    theirs_from: Mapping[Suppressed, datetime | None] = field(default_factory=dict)


def _find_theirs_from(before: Sequence[ContactHash], contact: Suppressed) -> datetime | None:
    """Return from when on what names a contact is somebody's, as their earlier times of it say."""
    noted = [row.theirs_from for row in before if (row.channel, row.value_hash) == contact]
    known = [one for one in noted if one is not None]
    return min(known) if known and len(known) == len(noted) else None


def _add(work: Work, customer_id: CustomerId, contacts: dict[Suppressed, int], kept: _Kept) -> None:
    """Insert contact hashes, each with the number of its period."""
    rows = [
        {
            "customer_id": customer_id,
            "channel": channel,
            "value_hash": value_hash,
            "tenure": tenure,
            "agreed": kept.agreed,
            "began_at": kept.began_at,
            "ended_at": kept.ended_at,
            "theirs_from": kept.theirs_from.get((channel, value_hash)),
            "mailbox": kept.mailbox if channel == Channel.EMAIL else None,
        }
        for (channel, value_hash), tenure in sorted(contacts.items())
    ]
    if rows:
        work.session.execute(insert(ContactHash), rows)


def _get_agreed(work: Work, customer_id: CustomerId) -> list[str]:
    """Return what a customer agrees to, by their contact hashes or by their waiting row.

    A time that was undone says yes to nothing, whatever they agree to.
    """
    marked = select(ContactHash.agreed).where(
        ContactHash.customer_id == customer_id, ContactHash.channel != UNDONE
    )
    waiting = select(UnindexedCustomer.agreed).where(UnindexedCustomer.customer_id == customer_id)
    for query in (marked, waiting):
        found = work.session.scalar(query.limit(1))
        if found is not None:
            return found
    return []
