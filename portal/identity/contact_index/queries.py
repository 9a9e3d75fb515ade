"""Reading the contact index, and who is not in it yet."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, exists, func, select
from sqlalchemy.orm import aliased

from portal.identity.contact_index.models import (
    UNDONE,
    ContactHash,
    UnindexedCustomer,
    lacks_mailbox,
)
from portal.identity.contact_index.rules import EMAIL, MAILBOX, OUTSIDE, Channel
from portal.platform.core.addresses import spell_email, spell_mailbox
from portal.platform.core.connectors import References
from portal.platform.core.holdings import Trace, Traces
from portal.platform.core.ids import CustomerId
from portal.platform.core.ledger import Suppressed
from portal.platform.core.other_systems import OtherSystems
from portal.platform.core.rows import is_of_mailbox
from portal.platform.core.work import Work


def get_email_hash(work: Work, address: str) -> bytes:
    """Return the keyed hash that an address is looked up by, however it was typed.

    Every look-up by address uses this; only lists are hashed elsewhere, by column.
    """
    return work.vault.lookup_hash(EMAIL, spell_email(address))


def get_mailbox(work: Work, address: str) -> bytes:
    """Return the keyed hash of an address's mailbox; one look-up hash may stand for several."""
    return work.vault.lookup_hash(MAILBOX, spell_mailbox(address))


EVER = datetime(1970, 1, 1, tzinfo=UTC)
"""Before anything was written."""


def list_indexed(work: Work, customer_id: CustomerId, channel: Channel) -> list[Suppressed]:
    """Return the keyed hashes of a customer's present contacts by a channel, each with it."""
    theirs = (ContactHash.customer_id == customer_id) & (ContactHash.channel == channel)
    present = theirs & ContactHash.ended_at.is_(None)
    found = work.session.scalars(select(ContactHash.value_hash).where(present))
    return [(channel.value, value_hash) for value_hash in found]


def list_email_noes(work: Work, customer_id: CustomerId, choices: Collection[str]) -> set[str]:
    """Return which of some choices a customer's address is suppressed for: `email` stands for all.

    Somebody refused them before the address was registered, or by a link without an account.
    """
    kinds = {*choices, Channel.EMAIL.value}
    marked = list_indexed(work, customer_id, Channel.EMAIL)
    found = work.vault.ledger.list_suppressed((kind, code) for kind in kinds for _, code in marked)
    return {kind for kind, _ in found}


def list_ever_marked(
    work: Work, customer_id: CustomerId, channels: list[Channel]
) -> list[Suppressed]:
    """Return the keyed hashes of all present and former contacts of a customer by some channels.

    Without former ones that are another customer's today: those are for that customer to refuse.
    """
    mine, other = aliased(ContactHash), aliased(ContactHash)
    is_others = exists().where(
        other.channel == mine.channel,
        other.value_hash == mine.value_hash,
        other.customer_id != customer_id,
        other.ended_at.is_(None),
    )
    rows = work.session.execute(
        select(mine.channel, mine.value_hash)
        .where(
            mine.customer_id == customer_id,
            mine.channel.in_(channels),
            mine.ended_at.is_(None) | ~is_others,
        )
        .order_by(mine.channel, mine.value_hash)
    )
    return [(row.channel, row.value_hash) for row in rows]


def list_email_traces(work: Work, customer_id: UUID) -> Traces:
    """Return the keyed hashes of every email address of a customer, and each period of having it.

    A present address counts until now. What came before their period is theirs too, as in
    `sent_from_theirs`: from the beginning if nobody had the address before, or else from the end of
    their own last period.
    """
    return tuple(
        Trace(row.value_hash, since or EVER, row.ended_at or work.now, row.mailbox)
        for row, since in _list_times(work, customer_id)
        if row.customer_id == customer_id and row.channel == Channel.EMAIL
    )


def list_to_note(work: Work, customer_id: UUID) -> list[tuple[ContactHash, dict[str, Any]]]:
    """Return the periods in which others had a customer's addresses, with what to note in each.

    Once the customer's periods are deleted, nobody would know without it when the other's own
    began, or that the other was not the last owner. One statement.
    """
    times = [one for one in _list_times(work, customer_id) if one[0].channel == Channel.EMAIL]
    theirs = [row for row, _ in times if row.customer_id == customer_id]
    return [
        (row, {"theirs_from": since, "passed_on": row.passed_on or is_earlier})
        for row, since in times
        if row.customer_id != customer_id
        and ((is_earlier := any(_is_before(row, mine) for mine in theirs)) or since is not None)
    ]


def _is_before(row: ContactHash, mine: ContactHash) -> bool:
    if row.value_hash != mine.value_hash or row.ended_at is None:
        return False
    return mine.ended_at is None or row.ended_at < mine.ended_at


def _list_times(work: Work, customer_id: UUID) -> list[tuple[ContactHash, datetime | None]]:
    """Return every period in which anybody held one of this customer's addresses, with its start.

    From ever, where nobody had it before: then it is None. Times that were undone are among them.
    One statement.
    """
    theirs = select(ContactHash.value_hash).where(ContactHash.customer_id == customer_id)
    query = select(ContactHash).where(
        ContactHash.channel.in_((Channel.EMAIL, UNDONE)), ContactHash.value_hash.in_(theirs)
    )
    rows = work.session.scalars(query).all()
    return [(row, _find_since(row, rows)) for row in rows]


def _find_since(mine: ContactHash, rows: Sequence[ContactHash]) -> datetime | None:
    before = [
        (one.ended_at, one.customer_id == mine.customer_id and one.channel != UNDONE)
        for one in rows
        if one.value_hash == mine.value_hash
        and (one.mailbox == mine.mailbox or None in {one.mailbox, mine.mailbox})
        and one.ended_at is not None
        and one is not mine
        and (mine.ended_at is None or one.ended_at < mine.ended_at)
    ]
    ended_at, is_own = max(before, default=(None, True))
    began_at = mine.began_at if ended_at is not None and not is_own else None
    return max(filter(None, (ended_at, began_at, mine.theirs_from)), default=None)


def find_owner_ever(work: Work, email_hash: bytes) -> CustomerId | None:
    """Return the present or else the last owner of an email address by its keyed hash; or None.

    None too where somebody had it after them who has been erased: then it leads to nobody, for
    whoever types it means the other.
    """
    found = find_last_owner(work, email_hash)
    is_theirs = found is not None and (found.is_present or found.is_last)
    return found.id if found is not None and is_theirs else None


def _by_latest(email_hash: bytes) -> Select[UUID, datetime | None, bool | None]:
    query = select(ContactHash.customer_id, ContactHash.ended_at, ContactHash.passed_on).where(
        ContactHash.channel == Channel.EMAIL, ContactHash.value_hash == email_hash
    )
    latest = query.order_by(ContactHash.ended_at.is_not(None), ContactHash.ended_at.desc())
    return latest.limit(1)


@dataclass(frozen=True, slots=True)
class LastOwner:
    """The owner of an email address, or its last owner who is still a customer."""

    id: CustomerId
    is_present: bool
    is_last: bool
    """Whether nobody had it after them, not even somebody who has been erased."""


def find_last_owner(work: Work, email_hash: bytes) -> LastOwner | None:
    """Return the present or last owner of an email address, by its keyed hash; None for nobody."""
    row = work.session.execute(_by_latest(email_hash)).first()
    if row is None:
        return None
    return LastOwner(CustomerId(row.customer_id), row.ended_at is None, not row.passed_on)


def list_others(work: Work, customer_id: UUID, hashes: list[bytes]) -> set[bytes]:
    """Return those keyed hashes of email addresses that are another customer's today."""
    rows = work.session.scalars(
        select(ContactHash.value_hash).where(
            ContactHash.channel == Channel.EMAIL,
            ContactHash.value_hash.in_(hashes),
            ContactHash.customer_id != customer_id,
            ContactHash.ended_at.is_(None),
        )
    )
    return set(rows)


def get_references(
    work: Work, systems: OtherSystems, customer_id: CustomerId, email: str
) -> dict[str, References]:
    """Return by what each system that can be asked finds a customer, by the system's slug.

    By who they are to us, a keyed hash that is another one for each system and outlasts the secret
    that is shared with it; and by the address that they confirmed, unless somebody else had it
    before: the record that is found by it may be theirs. `email` is empty where nobody knows it.
    """
    asked = {one.slug: one.connector for one in systems if one.connector is not None}
    is_known = bool(asked and email) and not _find_was_anothers(work, customer_id, email)
    spelled = spell_email(email) if is_known else ""
    return {
        slug: one.refer_to(work.vault.lookup_hash(OUTSIDE, f"{slug}:{customer_id}").hex(), spelled)
        for slug, one in asked.items()
    }


def _find_was_anothers(work: Work, customer_id: CustomerId, email: str) -> bool:
    """Tell whether an address of a customer was ever somebody else's, who may be erased by now."""
    is_others = (ContactHash.customer_id != customer_id) | ContactHash.theirs_from.is_not(None)
    query = select(ContactHash.customer_id).where(
        ContactHash.channel.in_((Channel.EMAIL, UNDONE)),
        ContactHash.value_hash == get_email_hash(work, email),
        is_of_mailbox(ContactHash.mailbox, get_mailbox(work, email)),
        is_others,
    )
    return work.session.scalar(query.limit(1)) is not None


def find_is_unindexed(work: Work, customer_id: CustomerId) -> bool:
    """Tell whether a customer has no contact hashes yet."""
    return work.session.get(UnindexedCustomer, customer_id) is not None


def list_unindexed(work: Work, limit: int, but: Collection[CustomerId] = ()) -> list[CustomerId]:
    """Return some customers without contact hashes, or else some whose mailbox hash is missing."""
    waiting = select(UnindexedCustomer.customer_id)
    waiting = waiting.where(UnindexedCustomer.customer_id.not_in(but)).limit(limit)
    without = work.session.scalars(waiting).all()
    lacking = select(ContactHash.customer_id).where(lacks_mailbox()).limit(limit)
    lacking = lacking.where(ContactHash.customer_id.not_in(but))
    return [CustomerId(row) for row in without or work.session.scalars(lacking)]


def count_unindexed(work: Work) -> int:
    """Return how many customers have no contact hashes yet."""
    return work.session.scalar(select(func.count()).select_from(UnindexedCustomer)) or 0
