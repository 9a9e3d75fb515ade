"""Place and lift holds on customers; nothing tells the customer before they leave."""

from dataclasses import replace
from uuid import UUID

from portal.desk.customer_holds.events import CustomerSearched, CustomerViewed
from portal.desk.queue.staff_queries import find_subject
from portal.governance.audit.events import NOBODY
from portal.governance.audit.trail import record
from portal.governance.legal_holds.queries import list_holds
from portal.governance.legal_holds.rules import Hold, NewHold
from portal.governance.legal_holds.service import lift_hold, place_hold
from portal.identity.accounts.queries import get_customer
from portal.identity.accounts.rules import Customer
from portal.identity.accounts.service import lock_customer
from portal.identity.profile_changes.queries import list_account_numbers
from portal.identity.staff_accounts.queries import get_acting_role
from portal.platform.core.errors import NotFoundError
from portal.platform.core.ids import CustomerId, StaffId
from portal.platform.core.work import Work


def seek_customer(work: Work, typed: str) -> CustomerId | None:
    """Find a customer by address or by the reference of a case, and record the search."""
    found = find_subject(work, typed)
    record(work, CustomerSearched(found.id if found else NOBODY, get_acting_role(work)))
    return found.id if found else None


def view_customer(work: Work, customer_id: CustomerId) -> tuple[Customer, list[Hold]]:
    """Return a customer and their holds, and record the view; raises `NotFoundError`."""
    customer = get_customer(work, customer_id)
    record(work, CustomerViewed(customer_id, get_acting_role(work)))
    return customer, list_holds(work, customer_id, list_account_numbers(work, customer_id))


def hold_customer(work: Work, staff_id: StaffId, customer_id: CustomerId, new: NewHold) -> UUID:
    """Keep all data of a customer from being deleted until a day has passed.

    Raises `NotFoundError` for one who does not exist or is erased by now.
    """
    if lock_customer(work, customer_id) is None:
        raise NotFoundError
    held = replace(new, customer_id=customer_id, case_id=None)
    return place_hold(work, staff_id, customer_id, held)


def lift_hold_of_customer(
    work: Work, staff_id: StaffId, customer_id: CustomerId, hold_id: UUID
) -> None:
    """Lift a hold on a customer before its day; raises `NotFoundError`, also for another's."""
    lock_customer(work, customer_id)
    theirs = {one.id for one in list_holds(work, customer_id) if one.customer_id == customer_id}
    if hold_id not in theirs:
        raise NotFoundError
    lift_hold(work, staff_id, hold_id)
