"""Finding the customer that a matter is about."""

from portal.account.queries import find_customer, find_customer_by_email
from portal.account.rules import Customer
from portal.cases.queries import get_case
from portal.cases.rules import read_reference
from portal.kernel.errors import NotFoundError
from portal.kernel.work import Work


def find_subject(work: Work, typed: str) -> Customer | None:
    """Return the customer with an address, or whom a case with a reference is about.

    The owner of a case, or whoever has the address that a visitor gave; also one who is leaving.
    """
    if not read_reference(typed):
        return find_customer_by_email(work, typed)
    try:
        case = get_case(work, typed)
    except NotFoundError:
        return None
    if case.customer_id is not None:
        return find_customer(work, case.customer_id)
    return find_customer_by_email(work, case.email) if case.email else None
