"""Personal data of the webhooks room: announcements about a customer."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, delete, or_, select, update

from portal.consent.webhooks.models import Announcement, KnownCustomer
from portal.consent.webhooks.rules import (
    CLAIM,
    KEPT_DELIVERED,
    KEPT_GIVEN_UP,
    KINDS,
    OWN_KEY,
    EventType,
)
from portal.governance.legal_holds.models import person_is_free
from portal.platform.core.clock import spell_moment
from portal.platform.core.database import deleted
from portal.platform.core.holdings import (
    ALL,
    NO_LONGER_THAN_NEEDED,
    OBJECTION,
    Fate,
    HeldFor,
    Holding,
    Item,
    LawfulBasis,
    Rule,
    Stay,
    no_items,
)
from portal.platform.core.ids import CustomerId
from portal.platform.core.rows import count_where, span_where, take_where
from portal.platform.core.texts import _, join
from portal.platform.core.work import Work
from portal.platform.encryption.doomed import doom_keys


def list_told(work: Work, customer_id: CustomerId) -> Iterable[Item]:
    """List what our marketing systems were told recently, or are about to be told."""
    rows = work.session.scalars(
        select(Announcement)
        .join(KnownCustomer)
        .where(KnownCustomer.customer_id == customer_id)
        .order_by(Announcement.number.desc())
        .limit(ALL)
    )
    for row in rows:
        what = join((KINDS[EventType(row.kind)], spell_moment(row.occurred_at)))
        rule = "announcements" if row.delivered_at else "announcements-given-up"
        yield Item(_("Told"), what, rule=rule, since=row.delivered_at or row.dead_at)


def count_told(work: Work, customer_id: CustomerId) -> int:
    """Count what our marketing systems were told recently, or are about to be told."""
    theirs = select(KnownCustomer.id).where(KnownCustomer.customer_id == customer_id)
    return count_where(work, Announcement.id, Announcement.known_id.in_(theirs))


def list_spans(customer_id: CustomerId, now: datetime) -> list[Select[Any, Any, Any]]:
    """Return what finds from when our other systems were told."""
    del now
    theirs = select(KnownCustomer.id).where(KnownCustomer.customer_id == customer_id)
    return [span_where(Announcement.occurred_at, Announcement.known_id.in_(theirs))]


def erase_told(work: Work, customer_id: CustomerId) -> int:
    """Delete a customer's announcements, and unlink the receiver's id from the customer.

    One announcement stays: that somebody has left, which names nobody. This waits for whatever is
    being sent at this moment, so that nothing follows it.
    """
    known_id = work.session.scalar(
        select(KnownCustomer.id).where(KnownCustomer.customer_id == customer_id)
    )
    if known_id is None:
        return 0
    theirs = Announcement.known_id == known_id
    is_end = Announcement.kind == EventType.CUSTOMER_LEFT
    on_its_way = theirs & ~is_end & (Announcement.tries > 0) & Announcement.next_try_at.is_not(None)
    ends = work.session.scalar(select(Announcement.next_try_at).where(on_its_way).limit(1))
    if ends is not None:
        soon = min(ends, work.now + CLAIM)
        end = update(Announcement).where(theirs, is_end, Announcement.next_try_at < soon)
        work.session.execute(end.values(next_try_at=soon))
    gone = deleted(work.session, delete(Announcement).where(theirs, ~is_end))
    known = update(KnownCustomer).where(KnownCustomer.id == known_id)
    work.session.execute(known.values(customer_id=None))
    _forget_strangers(work, [known_id])
    return gone


def count_end(work: Work, customer_id: CustomerId) -> int:
    """Count the one announcement that outlives a customer; none without a receiver."""
    del customer_id
    return int(work.announces)


def keep_end(work: Work, customer_id: CustomerId) -> int:
    """Delete nothing: the receiver must still be told."""
    del work, customer_id
    return 0


def count_delivered(work: Work) -> int:
    """Count the announcements whose time after delivery is over."""
    return count_where(work, Announcement.id, _delivered(work))


def forget_delivered(work: Work, most: int) -> int:
    """Delete announcements whose time after delivery is over; return how many."""
    return _forget(work, _delivered(work), most)


def count_given_up(work: Work) -> int:
    """Count the undelivered announcements whose time is over."""
    return count_where(work, Announcement.id, _given_up(work))


def forget_given_up(work: Work, most: int) -> int:
    """Delete undelivered announcements whose time is over; return how many."""
    return _forget(work, _given_up(work), most)


def _delivered(work: Work) -> ColumnElement[bool]:
    return is_past_delivered(work.now) & _is_free(work)


def _given_up(work: Work) -> ColumnElement[bool]:
    return is_past_given_up(work.now) & _is_free(work)


def is_past_delivered(now: datetime) -> ColumnElement[bool]:
    """Return the SQL condition for announcements that were delivered long ago, held or not."""
    return Announcement.delivered_at < now - KEPT_DELIVERED


def is_past_given_up(now: datetime) -> ColumnElement[bool]:
    """Return that for announcements that were given up, or could not be sent, long ago.

    One that has been due for so long was never sent because no receiver is set any more.
    """
    past = now - KEPT_GIVEN_UP
    return or_(Announcement.dead_at < past, Announcement.next_try_at < past)


def _is_free(work: Work) -> ColumnElement[bool]:
    """Return the condition that no legal hold applies to the customer."""
    is_held = KnownCustomer.customer_id.is_not(None) & ~person_is_free(
        work, KnownCustomer.customer_id
    )
    return Announcement.known_id.not_in(select(KnownCustomer.id).where(is_held))


def _forget(work: Work, condition: ColumnElement[bool], most: int) -> int:
    """Delete announcements, and the keys of sealed addresses; return how many."""
    taken = take_where(work, Announcement.id, condition, most)
    if not taken:
        return 0
    theirs = Announcement.id.in_(taken)
    is_own = Announcement.kind.in_(OWN_KEY)
    sealed = select(Announcement.id).where(theirs, is_own, Announcement.sealed.is_not(None))
    doom_keys(work, work.session.scalars(sealed))
    known = set(work.session.scalars(select(Announcement.known_id).where(theirs)))
    work.session.execute(delete(Announcement).where(theirs))
    _forget_strangers(work, known)
    return len(taken)


def _forget_strangers(work: Work, known: Iterable[UUID]) -> None:
    """Delete the rows of these ids whose customers have left and that no announcement needs."""
    ids = list(known)
    spoken_of = select(Announcement.known_id).where(Announcement.known_id.in_(ids))
    work.session.execute(
        delete(KnownCustomer).where(
            KnownCustomer.id.in_(ids),
            KnownCustomer.customer_id.is_(None),
            KnownCustomer.id.not_in(spoken_of),
        )
    )


HELD = (
    Holding(
        category=_("What our other systems are told about your choices"),
        slug="told-systems",
        part=HeldFor.CHOICES,
        spans=list_spans,
        purpose=_("So that they follow your choices too"),
        source=_("You"),
        recipients=_("Our own systems that send marketing and fill directories"),
        basis=LawfulBasis.LEGAL_OBLIGATION,
        rules=(
            Rule(
                "announcements",
                _("A record that we told them about a change"),
                _("they were told"),
                NO_LONGER_THAN_NEEDED,
                KEPT_DELIVERED,
                count_delivered,
                forget_delivered,
                is_past_delivered,
            ),
            Rule(
                "announcements-given-up",
                _("Changes we couldn’t tell them about"),
                _("we gave up"),
                NO_LONGER_THAN_NEEDED,
                KEPT_GIVEN_UP,
                count_given_up,
                forget_given_up,
                is_past_given_up,
            ),
        ),
        fate=Fate.DELETED,
        tables=frozenset({"announcement", "known_customer"}),
        list_items=list_told,
        count=count_told,
        erase=erase_told,
    ),
    Holding(
        category=_("A record for our marketing systems that your account is deleted"),
        part=HeldFor.CHOICES,
        purpose=_("So that they stop too"),
        source=_("You"),
        recipients=_("Our own systems that send marketing"),
        basis=LawfulBasis.LEGAL_OBLIGATION,
        rules=(
            Rule(
                "announced-end",
                _("Your email address"),
                _(
                    "our marketing systems know your account is deleted, or we’ve stopped trying"
                    " to tell them"
                ),
                OBJECTION,
            ),
        ),
        fate=Fate.KEPT,
        tables=frozenset(),
        list_items=no_items,
        count=count_end,
        erase=keep_end,
        stays=(
            Stay(
                what=_("Your email address, locked with a key of its own"),
                why=_("So that our marketing systems know your account is deleted, and stop too"),
                until=_(
                    "until our marketing systems know your account is deleted, or we’ve stopped"
                    " trying to tell them"
                ),
            ),
            Stay(
                what=_(
                    "A record that we told our marketing systems your account is deleted, under a"
                    " number that doesn’t identify you"
                ),
                why=_("So that we can check that they know"),
                until=_(
                    "for at most 30 days after they know, or after we’ve stopped trying to tell"
                    " them"
                ),
            ),
        ),
    ),
)
