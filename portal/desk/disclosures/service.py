"""Enter what is to be given to somebody, and agree to it: two colleagues, before it is given."""

from uuid import UUID, uuid4

from sqlalchemy import select

from portal.desk.cases.staff_queries import find_subject
from portal.desk.disclosures.events import (
    DisclosureAgreed,
    DisclosureAsked,
    DisclosureWithdrawn,
    RegisterViewed,
    SubjectFound,
)
from portal.desk.disclosures.models import DisclosureRow
from portal.desk.disclosures.queries import list_of_customer
from portal.desk.disclosures.rules import Disclosure, NewDisclosure, OwnProposalError
from portal.governance.audit.trail import record
from portal.identity.accounts.queries import get_customer
from portal.identity.accounts.service import get_locked
from portal.identity.staff_accounts.queries import get_acting_role, get_allowed
from portal.identity.staff_accounts.rules import Task
from portal.platform.core.errors import NotFoundError
from portal.platform.core.ids import CustomerId, StaffId
from portal.platform.core.sealing import place
from portal.platform.core.work import Work


def seek_subject(work: Work, typed: str) -> CustomerId | None:
    """Return the customer with an address, or the owner of a case, and record the search."""
    found = find_subject(work, typed)
    if found is None:
        return None
    record(work, SubjectFound(found.id, get_acting_role(work)))
    return found.id


def view_disclosures(work: Work, customer_id: CustomerId) -> list[Disclosure]:
    """Return every disclosure about a customer, the newest first, and record the view.

    Raises `NotFoundError` for a customer who does not exist.
    """
    get_customer(work, customer_id)
    record(work, RegisterViewed(customer_id, get_acting_role(work)))
    return list_of_customer(work, customer_id)


def ask_to_disclose(
    work: Work, staff_id: StaffId, customer_id: CustomerId, new: NewDisclosure
) -> UUID:
    """Enter what is to be given; nothing may be given before a second colleague agrees.

    Raises `NotFoundError` for a customer who does not exist or is being erased.
    """
    get_allowed(work, {staff_id: Task.DISCLOSE})
    get_locked(work, customer_id)
    row_id = uuid4()
    work.session.add(
        DisclosureRow(
            id=row_id,
            customer_id=customer_id,
            kind=new.kind,
            sealed=work.seal(customer_id, place("disclosure", row_id), new.words()),
            told_from=new.told_from,
            asked_by=staff_id,
            asked_at=work.now,
        )
    )
    record(work, DisclosureAsked(customer_id, new.kind))
    return row_id


def agree_to_disclose(
    work: Work, staff_id: StaffId, customer_id: CustomerId, disclosure_id: UUID
) -> None:
    """Agree as the second colleague: from now on it may be given, and its person is told in time.

    Raises `OwnProposalError` for the colleague who entered it, and `NotFoundError` where nothing
    waits.
    """
    get_allowed(work, {staff_id: Task.AGREE_TO_DISCLOSE})
    row = _get_waiting(work, customer_id, disclosure_id)
    if row.asked_by == staff_id:
        raise OwnProposalError
    row.agreed_by, row.agreed_at = staff_id, work.now
    record(work, DisclosureAgreed(customer_id, row.kind))


def withdraw_disclosure(
    work: Work, staff_id: StaffId, customer_id: CustomerId, disclosure_id: UUID
) -> None:
    """Refuse what nobody agreed to, or take it back; raises `NotFoundError` where nothing waits."""
    get_allowed(work, {staff_id: Task.DISCLOSE})
    row = _get_waiting(work, customer_id, disclosure_id)
    record(work, DisclosureWithdrawn(customer_id, row.kind))
    work.session.delete(row)


def _get_waiting(work: Work, customer_id: CustomerId, disclosure_id: UUID) -> DisclosureRow:
    get_locked(work, customer_id)
    wanted = (DisclosureRow.id == disclosure_id) & (DisclosureRow.customer_id == customer_id)
    query = select(DisclosureRow).where(wanted, DisclosureRow.agreed_at.is_(None))
    row = work.session.scalars(query.with_for_update()).first()
    if row is None:
        raise NotFoundError
    return row
