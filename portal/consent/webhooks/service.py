"""Announce changes, and try each announcement until the receiver has it.

An announcement is a row written in the transaction of the change: none is lost, and none tells of
what was rolled back. Those about one customer are sent in the order of the changes, each when the
one before is delivered or given up; those of other customers go on meanwhile. One that was being
sent when the worker died is sent again under the same id.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from sqlalchemy import Select, exists, select, update
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.orm import aliased

from portal.consent.webhooks.events import AnnouncementsRepeated
from portal.consent.webhooks.models import Announcement, KnownCustomer
from portal.consent.webhooks.queries import find_is_overtaken, list_ended, list_followers
from portal.consent.webhooks.rules import (
    BY,
    CLAIM,
    GONE,
    OWN_KEY,
    Claimed,
    EventType,
    SentAgain,
    next_pause,
)
from portal.governance.audit.events import NOBODY
from portal.governance.audit.trail import record
from portal.identity.accounts.queries import find_customer
from portal.platform.core.errors import NotFoundError
from portal.platform.core.ids import CustomerId
from portal.platform.core.rows import take_where
from portal.platform.core.sealing import Document, place
from portal.platform.core.work import Work, Works
from portal.platform.encryption.doomed import doom_keys

BATCH = 200


def announce(
    work: Work,
    kind: EventType,
    customer_id: CustomerId,
    data: Mapping[str, object],
    about: str = "",
) -> None:
    """Write an announcement about a customer, in the transaction of the change.

    `about` names the part of the customer's data; without it, all of it. Nothing is written if
    there is no receiver, or if the customer has left.
    """
    if not work.announces:
        return
    claimed = _claim(work, customer_id)
    if claimed is not None:
        _write(work, claimed, kind, data, about)


def announce_entry(
    work: Work, customer_id: CustomerId, number: str, data: Mapping[str, object], about: str
) -> None:
    """Announce the listings of a number from now on, as `announce` does.

    The number (E.164) is sealed with the customer's key and sent as keyed hashes.
    """
    if not work.announces:
        return
    claimed = _claim(work, customer_id)
    if claimed is not None:
        row = _write(work, claimed, EventType.ENTRY_CHANGED, data, about)
        at = place("announcement", row.id)
        row.sealed = work.seal(customer_id, at, {"number": number})


def announce_end(work: Work, customer_id: CustomerId) -> None:
    """Announce that a customer leaves: the last announcement about them.

    It outlives the customer, so the address that the receiver finds them by is sealed with a key of
    its own, destroyed when it is delivered or given up. If the customer's data cannot be decrypted
    any more, it is made only if the receiver knows them.
    """
    customer = find_customer(work, customer_id)
    if not work.announces or (customer is None and not _is_known(work, customer_id)):
        return
    claimed = _claim(work, customer_id)
    if claimed is None:
        return
    row = _write(work, claimed, EventType.CUSTOMER_LEFT, {}, "")
    if customer is not None:
        work.create_key(row.id)
        words = {"email": customer.details.email}
        row.sealed = work.seal(row.id, place("announcement", row.id), words)
    known = update(KnownCustomer).where(KnownCustomer.id == row.known_id)
    work.session.execute(known.values(ended_at=work.now))


def announce_left_out(work: Work, number: str) -> None:
    """Announce that a number (E.164) of no customer is to be kept out of directories.

    It is sealed with a key of its own, destroyed when it is delivered; given up, it can be sent
    again as long as it is kept. The receiver knows whom it is about by the number alone.
    """
    if not work.announces:
        return
    nobody = KnownCustomer(id=uuid4(), last_number=1, ended_at=work.now)
    work.session.add(nobody)
    work.session.flush()
    row = _write(work, (nobody.id, 1), EventType.NUMBER_LEFT_OUT, {}, "")
    work.create_key(row.id)
    row.sealed = work.seal(row.id, place("announcement", row.id), {"number": number})


def find_is_due(work: Work) -> bool:
    """Tell whether any announcement is due."""
    return work.session.scalar(_due(work).limit(1)) is not None


def claim_next(work: Work) -> Claimed | None:
    """Claim the next announcement that is due, so that no other worker sends it meanwhile."""
    ordered = _due(work).order_by(Announcement.next_try_at, Announcement.number)
    row = work.session.scalars(ordered.limit(1).with_for_update(skip_locked=True)).first()
    if row is None:
        return None
    row.next_try_at = work.now + CLAIM
    row.tries += 1
    email, number = _find_reached(work, row)
    return Claimed(
        row.id, EventType(row.kind), row.occurred_at, row.known_id, row.data, email, number
    )


def _due(work: Work) -> Select[Announcement]:
    """Return the query for what is due and not behind an earlier one about the same customer."""
    earlier = aliased(Announcement)
    waits_behind = exists().where(
        earlier.known_id == Announcement.known_id,
        earlier.number < Announcement.number,
        earlier.next_try_at.is_not(None),
    )
    return select(Announcement).where(Announcement.next_try_at <= work.now, ~waits_behind)


def mark_delivered(work: Work, announcement_id: UUID, status: int) -> None:
    """Note that the receiver has accepted it."""
    row = _get_waiting(work, announcement_id)
    if row is not None:
        row.delivered_at, row.last_status = work.now, status
        _end(work, row)


def mark_failed(work: Work, announcement_id: UUID, status: int, asked: timedelta) -> bool:
    """Plan the next try, or give it up; tell whether it was given up."""
    row = _get_waiting(work, announcement_id)
    if row is None:
        return False
    row.last_status = status
    pause = None if status == GONE else next_pause(row.tries, asked)
    if pause is not None:
        row.next_try_at = work.now + pause
        return False
    row.dead_at = work.now
    _end(work, row)
    return True


def send_again(work: Work, announcement_id: UUID) -> bool:
    """Send one again that was given up; False when a newer one has overtaken it.

    Raises `NotFoundError` when there is no such announcement, or it was not given up.
    """
    row = work.session.get(Announcement, announcement_id, with_for_update=True)
    if row is None or row.dead_at is None:
        raise NotFoundError
    if find_is_overtaken(work, announcement_id):
        return False
    _begin_anew(work, [announcement_id])
    record(work, AnnouncementsRepeated(announcement_id, 1))
    return True


def send_all_again(works: Works, since: datetime | None = None, *, dead_only: bool) -> SentAgain:
    """Send again what was given up, or everything, since a moment; never what is overtaken.

    Of several about the same only the newest is sent: an old yes must not follow a newer no.
    """
    with works() as work:
        ended = list_ended(work, since, dead_only=dead_only)
    wanted = [one for one, is_overtaken in ended if not is_overtaken]
    sent = 0
    for start in range(0, len(wanted), BATCH):
        with works() as work:
            number = _begin_anew(work, wanted[start : start + BATCH])
            record(work, AnnouncementsRepeated(NOBODY, number))
        sent += number
    return SentAgain(sent, len(ended) - len(wanted))


def give_up_waiting(work: Work, most: int) -> int:
    """Give up what waits, after a restore: newer ones may have been sent. Return how many.

    Announcements that somebody has left, or left a number out, are sent all the same.
    """
    waiting = Announcement.next_try_at.is_not(None) & Announcement.kind.not_in(OWN_KEY)
    taken = take_where(work, Announcement.id, waiting, most)
    work.session.execute(
        update(Announcement)
        .where(Announcement.id.in_(taken))
        .values(next_try_at=None, dead_at=work.now)
    )
    return len(taken)


Turn = tuple[UUID, int]
"""The id that the receiver knows a customer by, and the number of the next announcement."""


def _claim(work: Work, customer_id: CustomerId) -> Turn | None:
    """Take the next number for an announcement about a customer; None if the customer has left.

    The customer's row of this outbox is created where there is none, and locked until the commit.
    """
    is_sqlite = work.session.get_bind().dialect.name == "sqlite"
    adding = (sqlite_insert if is_sqlite else postgresql_insert)(KnownCustomer)
    raised = adding.values(id=uuid4(), customer_id=customer_id, last_number=1)
    statement = raised.on_conflict_do_update(
        index_elements=[KnownCustomer.customer_id],
        set_={"last_number": KnownCustomer.last_number + 1},
        where=KnownCustomer.ended_at.is_(None),
    ).returning(KnownCustomer.id, KnownCustomer.last_number)
    row = work.session.execute(statement).first()
    return (row.id, row.last_number) if row is not None else None


def _is_known(work: Work, customer_id: CustomerId) -> bool:
    query = select(KnownCustomer.id).where(KnownCustomer.customer_id == customer_id)
    return work.session.scalar(query) is not None


def _write(
    work: Work, claimed: Turn, kind: EventType, data: Mapping[str, object], about: str
) -> Announcement:
    row = Announcement(
        id=uuid4(),
        known_id=claimed[0],
        number=claimed[1],
        kind=kind,
        about=about,
        data={**data, "by": BY[work.actor.kind]},
        occurred_at=work.now,
        next_try_at=work.now,
    )
    work.session.add(row)
    return row


def _find_reached(work: Work, row: Announcement) -> tuple[str | None, str | None]:
    """Return the address and the number that an announcement is about, if they can be decrypted."""
    if row.kind == EventType.CUSTOMER_LEFT and row.sealed is not None:
        return _open(work, row.id, row).get("email"), None
    if row.kind == EventType.NUMBER_LEFT_OUT:
        return None, _open(work, row.id, row).get("number")
    known = work.session.get_one(KnownCustomer, row.known_id)
    customer = find_customer(work, CustomerId(known.customer_id)) if known.customer_id else None
    if customer is None:
        return None, None
    return customer.details.email, _open(work, customer.id, row).get("number")


def _open(work: Work, key_id: UUID, row: Announcement) -> Document:
    """Decrypt the document of an announcement; empty if it has none, or its key is gone."""
    sealed = row.sealed and work.vault.find(key_id, place("announcement", row.id), row.sealed)
    return sealed or {}


def _get_waiting(work: Work, announcement_id: UUID) -> Announcement | None:
    """Return a claimed announcement; None if it is done or deleted by now."""
    row = work.session.get(Announcement, announcement_id, with_for_update=True)
    return row if row is not None and row.next_try_at is not None else None


def _end(work: Work, row: Announcement) -> None:
    """End an announcement; the address of a customer who left goes, with its key.

    A number that is left out goes once the receiver has it.
    """
    row.next_try_at = None
    is_over = row.kind == EventType.CUSTOMER_LEFT or row.delivered_at is not None
    if is_over and row.kind in OWN_KEY and row.sealed is not None:
        row.sealed = None
        doom_keys(work, [row.id])


def _begin_anew(work: Work, announcement_ids: Sequence[UUID]) -> int:
    """Let ended announcements wait again, from the first try on; return how many.

    Choices since the closing of an account are told again after it: as announcements of their own,
    for a receiver takes one of each name.
    """
    for one in list_followers(work, announcement_ids):
        _tell_again(work, one)
    begun = work.session.scalars(
        update(Announcement)
        .where(Announcement.id.in_(announcement_ids), Announcement.next_try_at.is_(None))
        .values(next_try_at=work.now, tries=0, delivered_at=None, dead_at=None)
        .returning(Announcement.id)
    )
    return len(begun.all())


def _tell_again(work: Work, one: Announcement) -> None:
    known = work.session.get_one(KnownCustomer, one.known_id)
    claimed = _claim(work, CustomerId(known.customer_id)) if known.customer_id else None
    if claimed is not None:
        row = _write(work, claimed, EventType(one.kind), one.data, one.about)
        row.data, row.occurred_at = one.data, one.occurred_at
