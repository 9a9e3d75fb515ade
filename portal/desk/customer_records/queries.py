"""Reading a part of a customer's record."""

from dataclasses import replace

from portal.desk.case_records.queries import find_owner
from portal.desk.case_records.service import refuse_asked_about
from portal.desk.cases.queries import get_case
from portal.desk.cases.rules import Case
from portal.desk.customer_records.rules import OpenedPart
from portal.governance.audit.trail import list_lost_times
from portal.identity.accounts.queries import get_customer
from portal.platform.core.errors import NotFoundError
from portal.platform.core.holdings import Holding
from portal.platform.core.ids import CustomerId
from portal.platform.core.texts import _
from portal.platform.core.work import Work

HIDDEN = _("Only the customer can see this")


def get_case_at_hand(work: Work, reference: str) -> tuple[CustomerId, Case]:
    """Return an open case, and the customer whose it is; raises `NotFoundError` if it is nobody's.

    Raises `NotAllowedError` for the colleague whom it asks about.
    """
    found = get_case(work, reference)
    refuse_asked_about(work, found.kept_from)
    owner = find_owner(work, found.id)
    if owner is None or not found.is_open:
        raise NotFoundError
    return owner.id, found


def get_opened_part(work: Work, holding: Holding, customer_id: CustomerId) -> OpenedPart:
    """Return all that a category holds of a customer, as its person sees it.

    Billing account numbers are masked, and what only its person may see is not shown.
    """
    customer = get_customer(work, customer_id)
    own = customer.details.account_number
    items = tuple(
        replace(item, value=HIDDEN) if item.is_private else item
        for item in holding.list_masked(work, customer_id, own)
    )
    lost = tuple(list_lost_times(work, customer.registered_at))
    return OpenedPart(customer, holding, items, lost)
