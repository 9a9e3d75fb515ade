"""Finding the customer to hold."""

from portal.desk.case_records.queries import find_owner
from portal.desk.case_records.rules import read_reference
from portal.desk.cases.queries import get_case
from portal.identity.accounts.queries import find_customer
from portal.identity.accounts.rules import Customer
from portal.identity.contact_index.queries import find_owner_ever, get_email_hash
from portal.platform.core.errors import NotFoundError
from portal.platform.core.work import Work


def find_subject(work: Work, typed: str) -> Customer | None:
    """Return the present or last owner of an address, or the owner of a case by its reference.

    Also one who is leaving.
    """
    if read_reference(typed):
        try:
            return find_owner(work, get_case(work, typed).id)
        except NotFoundError:
            return None
    owner_id = find_owner_ever(work, get_email_hash(work, typed))
    return find_customer(work, owner_id) if owner_id is not None else None
