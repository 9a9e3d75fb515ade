"""Personal data of the holds room."""

from collections.abc import Iterable

from sqlalchemy import ColumnElement, exists
from sqlalchemy.orm import aliased

from portal.governance.legal_holds.models import LegalHold
from portal.governance.legal_holds.rules import KEPT_AFTER
from portal.platform.core.clock import london_day
from portal.platform.core.holdings import (
    LEGAL_CLAIMS,
    Fate,
    HeldFor,
    Holding,
    Item,
    LawfulBasis,
    Rule,
)
from portal.platform.core.ids import CustomerId
from portal.platform.core.recipients import RecipientKind
from portal.platform.core.rows import count_of, count_where, delete_where, erasure_of
from portal.platform.core.texts import _
from portal.platform.core.work import Work


def list_items(work: Work, customer_id: CustomerId) -> Iterable[Item]:
    """List nothing: until they leave, nothing tells somebody of a hold (they might destroy more).

    Whoever leaves reads until which day; whoever asks us formally is answered by a colleague (Data
    Protection Act 2018, Schedule 2, paragraph 5).
    """
    del work, customer_id
    return ()


def count_ended(work: Work) -> int:
    """Count the holds that ended long ago."""
    return count_where(work, LegalHold.id, _ended(work))


def forget_ended(work: Work, most: int) -> int:
    """Delete holds that ended long ago; return how many."""
    return delete_where(work, LegalHold.id, _ended(work), most)


def _ended(work: Work) -> ColumnElement[bool]:
    """Return the condition for holds that ended long ago, of people whom no other one holds.

    While another does, what began with the first one is still not told.
    """
    long_ago, other = work.now - KEPT_AFTER, aliased(LegalHold)
    has_ended = (LegalHold.lifted_at < long_ago) | (LegalHold.until < london_day(long_ago))
    holds = other.lifted_at.is_(None) & (other.until >= london_day(work.now))
    return has_ended & ~exists().where(other.person_id == LegalHold.person_id, holds)


HELD = (
    Holding(
        category=_("Legal holds"),
        part=HeldFor.LAW,
        purpose=_("To keep what a court or an authority may ask for"),
        source=_("Us"),
        recipients=_("Our lawyers"),
        basis=LawfulBasis.LEGITIMATE_INTERESTS,
        interest=_("To bring legal claims, and to defend ourselves against them"),
        gets=(RecipientKind.LAWYERS,),
        rules=(
            Rule(
                "holds",
                _("A record that something had to be kept"),
                _("that hold, and any other on the same person, ended"),
                LEGAL_CLAIMS,
                KEPT_AFTER,
                count_ended,
                forget_ended,
            ),
        ),
        fate=Fate.DELETED,
        tables=frozenset({"legal_hold"}),
        list_items=list_items,
        count=count_of(LegalHold.person_id),
        erase=erasure_of(LegalHold.person_id),
        told_first=False,
    ),
)
