"""Reading holds."""

from collections.abc import Collection

from sqlalchemy import select

from portal.governance.legal_holds.models import LegalHold, is_active
from portal.governance.legal_holds.rules import Hold
from portal.platform.core.clock import london_day
from portal.platform.core.ids import CaseId, CustomerId
from portal.platform.core.masking import mask_account_numbers
from portal.platform.core.sealing import place
from portal.platform.core.work import Work


def list_holds(
    work: Work, customer_id: CustomerId, own: Collection[str] | None = None
) -> list[Hold]:
    """Return what holds the details of a customer today: on themselves, or on one of their cases.

    The reason is sealed with the customer's key in both cases, and opened for whoever gives the
    customer's `own` billing account numbers, which are masked in it.
    """
    rows = work.session.scalars(
        select(LegalHold)
        .where(LegalHold.person_id == customer_id, is_active(london_day(work.now)))
        .order_by(LegalHold.until.desc())
    )
    return [_read(work, row, own) for row in rows]


def list_holds_of_case(
    work: Work,
    case_id: CaseId,
    customer_id: CustomerId | None = None,
    own: Collection[str] | None = None,
) -> list[Hold]:
    """Return what holds a case today, and the customer whose case it is; reasons as above."""
    theirs = LegalHold.case_id == case_id
    if customer_id is not None:
        theirs |= LegalHold.customer_id == customer_id
    query = select(LegalHold).where(theirs, is_active(london_day(work.now)))
    return [_read(work, row, own) for row in work.session.scalars(query.order_by(LegalHold.until))]


def _read(work: Work, row: LegalHold, own: Collection[str] | None) -> Hold:
    """Read a hold; what looks like a billing account number in its reason is masked."""
    words = {}
    if own is not None:
        words = work.vault.find(row.person_id, place("legal_hold", row.id), row.sealed) or {}
    return Hold(
        id=row.id,
        customer_id=CustomerId(row.customer_id) if row.customer_id else None,
        case_id=row.case_id,
        why=mask_account_numbers(words.get("why", ""), own or ()),
        until=row.until,
        placed_at=row.placed_at,
        placed_by=row.placed_by,
    )
