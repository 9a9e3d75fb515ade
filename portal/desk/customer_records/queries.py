"""Reading a part of a customer's record."""

from dataclasses import replace

from portal.desk.case_records.queries import find_is_proved, find_owner
from portal.desk.cases.queries import get_case
from portal.desk.cases.rules import Case
from portal.desk.customer_records.rules import OpenedPart
from portal.governance.audit.trail import list_lost_times
from portal.identity.accounts.queries import get_customer
from portal.identity.profile_changes.queries import list_account_numbers
from portal.platform.core.errors import NotFoundError
from portal.platform.core.holdings import Holding
from portal.platform.core.ids import CustomerId
from portal.platform.core.texts import _
from portal.platform.core.work import Work

HIDDEN = _("Only the customer can see this")


def get_case_at_hand(work: Work, reference: str) -> tuple[CustomerId, Case]:
    """Return an open case, and the customer who sent it; raises `NotFoundError` if nobody's.

    Also for one that its owner may not have sent: no look is to answer what somebody else typed
    into the form. Raises `NotAllowedError` for the colleague whom it asks about.
    """
    found = get_case(work, reference)
    owner = find_owner(work, found.id)
    if owner is None or not found.is_open or not find_is_proved(work, found.id):
        raise NotFoundError
    return owner.id, found


def get_opened_part(work: Work, holding: Holding, customer_id: CustomerId) -> OpenedPart:
    """Return all that a category holds of a customer, as its person sees it.

    Without the words of messages that ask about whoever opens it. Billing account numbers are
    masked, and what only its person may see is not shown.
    """
    customer = get_customer(work, customer_id)
    own = list_account_numbers(work, customer_id)
    items = tuple(
        replace(item, value=HIDDEN) if item.is_private else item
        for item in holding.list_masked(work, customer_id, own)
    )
    lost = tuple(list_lost_times(work, customer.registered_at))
    return OpenedPart(customer, holding, items, lost)
