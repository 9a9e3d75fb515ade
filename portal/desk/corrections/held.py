"""Personal data of corrections: before, after, and what was decided."""

from collections.abc import Iterable

from sqlalchemy import ColumnElement

from portal.desk.case_records.rules import KEPT_AFTER_CLOSING
from portal.desk.corrections.models import CorrectionRow, is_past
from portal.desk.corrections.queries import list_corrections
from portal.governance.legal_holds.models import person_is_free
from portal.platform.core.holdings import (
    NO_LONGER_THAN_NEEDED,
    Fate,
    HeldFor,
    Holding,
    Item,
    LawfulBasis,
    Rule,
)
from portal.platform.core.ids import CustomerId
from portal.platform.core.rows import count_of, count_where, delete_where, erasure_of, spans_of
from portal.platform.core.texts import _
from portal.platform.core.work import Work

RULE = "corrections"


def list_items(work: Work, customer_id: CustomerId) -> Iterable[Item]:
    """List what they asked to have corrected, the newest first."""
    return [
        Item(one.category, one.summary, one.asked_at, RULE, one.over_at)
        for one in list_corrections(work, customer_id)
    ]


def count_ended(work: Work) -> int:
    """Count the corrections whose time after the decision, or the closing, is over."""
    return count_where(work, CorrectionRow.id, _ended(work))


def forget_ended(work: Work, most: int) -> int:
    """Delete corrections whose time is over; return how many."""
    return delete_where(work, CorrectionRow.id, _ended(work), most)


def _ended(work: Work) -> ColumnElement[bool]:
    return is_past(work.now) & person_is_free(work, CorrectionRow.customer_id)


HELD = (
    Holding(
        category=_("Corrections you asked for"),
        slug="corrections",
        part=HeldFor.ANSWERS,
        spans=spans_of((CorrectionRow.customer_id, CorrectionRow.asked_at)),
        purpose=_("To put your details right, and to show that we did"),
        source=_("You and our staff"),
        recipients=_("Whoever had the old details. Each entry says who we told"),
        basis=LawfulBasis.LEGAL_OBLIGATION,
        rules=(
            Rule(
                RULE,
                _("What was wrong, and what we decided"),
                _("we decided, or closed your message"),
                NO_LONGER_THAN_NEEDED,
                KEPT_AFTER_CLOSING,
                count_ended,
                forget_ended,
                is_past,
            ),
        ),
        fate=Fate.DELETED,
        tables=frozenset({"correction"}),
        list_items=list_items,
        count=count_of(CorrectionRow.customer_id),
        erase=erasure_of(CorrectionRow.customer_id),
    ),
)
