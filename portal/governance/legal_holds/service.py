"""Place a legal hold, and lift it."""

from uuid import UUID, uuid4

from sqlalchemy import select

from portal.governance.audit.trail import record
from portal.governance.legal_holds.events import HoldLifted, HoldPlaced
from portal.governance.legal_holds.models import LegalHold
from portal.governance.legal_holds.rules import NewHold
from portal.platform.core.errors import NotFoundError
from portal.platform.core.ids import StaffId
from portal.platform.core.sealing import place
from portal.platform.core.work import Work


def place_hold(work: Work, staff_id: StaffId, person_id: UUID, new: NewHold) -> UUID:
    """Keep everything of a customer, or one case, from being deleted before a day has passed.

    `person_id` is whose key seals the reason: the customer's, or a visitor's case's own.
    """
    hold_id = uuid4()
    work.session.add(
        LegalHold(
            id=hold_id,
            customer_id=new.customer_id,
            case_id=new.case_id,
            person_id=person_id,
            sealed=work.seal(person_id, place("legal_hold", hold_id), {"why": new.why}),
            until=new.until,
            placed_at=work.now,
            placed_by=staff_id,
        )
    )
    record(work, HoldPlaced(new.customer_id or new.case_id or person_id, new.until.isoformat()))
    return hold_id


def lift_hold(work: Work, staff_id: StaffId, hold_id: UUID) -> None:
    """End a hold before its day; raises `NotFoundError` when it is not there or was lifted."""
    query = select(LegalHold).where(LegalHold.id == hold_id, LegalHold.lifted_at.is_(None))
    row = work.session.scalars(query.with_for_update()).first()
    if row is None:
        raise NotFoundError
    row.lifted_at, row.lifted_by = work.now, staff_id
    record(work, HoldLifted(row.customer_id or row.case_id or row.person_id))
