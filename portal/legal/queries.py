"""Finding the customer that a matter is about."""

from portal.account.queries import find_customer
from portal.account.rules import Customer
from portal.casefiles.queries import find_owner
from portal.casefiles.rules import read_reference
from portal.cases.queries import get_case
from portal.kernel.errors import NotFoundError
from portal.kernel.work import Work
from portal.marks.queries import find_owner_ever, get_email_hash


def find_subject(work: Work, typed: str) -> Customer | None:
    """Return whoever has an address or had it last, or whom a case with a reference is about.

    Also one who is leaving.
    """
    if read_reference(typed):
        try:
            return find_owner(work, get_case(work, typed).id)
        except NotFoundError:
            return None
    owner_id = find_owner_ever(work, get_email_hash(work, typed))
    return find_customer(work, owner_id) if owner_id is not None else None
