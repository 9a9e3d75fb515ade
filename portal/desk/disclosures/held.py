"""Personal data of the disclosures room: those that are told, and those that are not yet."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, delete, update

from portal.desk.disclosures.models import (
    REFUSED_KEPT,
    DisclosureRow,
    is_past_refusal,
    is_told,
)
from portal.desk.disclosures.queries import list_told
from portal.platform.core.clock import london_day
from portal.platform.core.database import deleted
from portal.platform.core.holdings import (
    NO_LONGER_THAN_NEEDED,
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
from portal.platform.core.recipients import RecipientKind
from portal.platform.core.rows import count_where, delete_where, span_where
from portal.platform.core.texts import _
from portal.platform.core.work import Work


def list_items(work: Work, customer_id: CustomerId) -> Iterable[Item]:
    """List what was given to whom, when and why, as far as it may be told."""
    return [Item(one.title, one.text, one.agreed_at) for one in list_told(work, customer_id)]


def count_told(work: Work, customer_id: UUID) -> int:
    """Count the disclosures that their person may be told of."""
    return count_where(work, DisclosureRow.id, _theirs(customer_id) & is_told(london_day(work.now)))


def count_untold(work: Work, customer_id: UUID) -> int:
    """Count the disclosures that their person may not be told of yet, or that nobody agreed to."""
    return count_where(
        work, DisclosureRow.id, _theirs(customer_id) & ~is_told(london_day(work.now))
    )


def erase_told(work: Work, customer_id: UUID) -> int:
    """Delete the words of those that were told, and whom they are about; return how many."""
    return _empty(work, _theirs(customer_id) & is_told(london_day(work.now)))


def erase_untold(work: Work, customer_id: UUID) -> int:
    """Delete what nobody agreed to, and of the others the words and whom they are about.

    Return how many.
    """
    undecided = _theirs(customer_id) & DisclosureRow.agreed_at.is_(None)
    gone = deleted(work.session, delete(DisclosureRow).where(undecided))
    return gone + _empty(work, _theirs(customer_id))


def count_refused(work: Work) -> int:
    """Count the refused ones of which nobody asks any more."""
    return count_where(work, DisclosureRow.id, is_past_refusal(work.now))


def forget_refused(work: Work, most: int) -> int:
    """Delete the refused ones of which nobody asks any more; return how many."""
    return delete_where(work, DisclosureRow.id, is_past_refusal(work.now), most)


def list_spans(customer_id: CustomerId, now: datetime) -> list[Select[Any, Any, Any]]:
    """Return what finds how many they may be told of at a moment, and from when."""
    told = _theirs(customer_id) & is_told(london_day(now))
    return [span_where(DisclosureRow.agreed_at, told)]


def _theirs(customer_id: UUID) -> ColumnElement[bool]:
    return DisclosureRow.customer_id == customer_id


def _empty(work: Work, wanted: ColumnElement[bool]) -> int:
    emptied = (
        update(DisclosureRow).where(wanted).values(customer_id=None, sealed=None, once_digest=None)
    )
    return len(work.session.scalars(emptied.returning(DisclosureRow.id)).all())


ASKERS = _(
    "The police or another authority, a court, another operator, a company in our group, or one"
    " that takes over part of our business. Each entry says who got what"
)
GETS = (
    RecipientKind.AUTHORITIES,
    RecipientKind.COURTS,
    RecipientKind.OPERATORS,
    RecipientKind.GROUP,
    RecipientKind.SUCCESSORS,
)
NUMBER = Stay(
    what=_("Which kind of organisation got something, and on which day, without your details"),
    why=_("So that we can publish how often it happens"),
    until=_("for good"),
)
HELD = (
    Holding(
        category=_("What we gave to the police, a court or another company"),
        slug="disclosures",
        part=HeldFor.OPENNESS,
        spans=list_spans,
        purpose=_("To tell you who got your details, and under which law or agreement"),
        source=_("Us, when someone asks for your data"),
        recipients=ASKERS,
        gets=GETS,
        basis=LawfulBasis.LEGAL_OBLIGATION,
        rules=(
            Rule(
                "disclosures",
                _("Who got what, when and why"),
                _("we delete your account"),
                NO_LONGER_THAN_NEEDED,
            ),
        ),
        fate=Fate.DELETED,
        tables=frozenset({"disclosure"}),
        list_items=list_items,
        count=count_told,
        stays=(NUMBER,),
        erase=erase_told,
    ),
    Holding(
        category=_("What the law says we can’t tell you about yet"),
        part=HeldFor.OPENNESS,
        purpose=_("To tell you on the first day that we’re allowed to"),
        source=_("Us, when someone asks for your data"),
        recipients=ASKERS,
        gets=GETS,
        basis=LawfulBasis.LEGAL_OBLIGATION,
        rules=(
            Rule(
                "disclosures-untold",
                _("Who got what, when and why"),
                _("we delete your account"),
                NO_LONGER_THAN_NEEDED,
            ),
            Rule(
                "disclosures-refused",
                _("A record that we refused to give something, but not what it was"),
                _("the day on which we could have told you"),
                NO_LONGER_THAN_NEEDED,
                REFUSED_KEPT,
                count_refused,
                forget_refused,
            ),
        ),
        fate=Fate.KEPT,
        tables=frozenset({"disclosure"}),
        list_items=no_items,
        count=count_untold,
        told_first=False,
        erase=erase_untold,
    ),
)
