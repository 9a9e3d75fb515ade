"""Assisted recovery: staff start it, and never see the credentials chosen then."""

from portal.desk.assisted_recovery import emails
from portal.desk.assisted_recovery.events import CustomerLetBackIn, NumbersViewed
from portal.desk.assisted_recovery.rules import LET_BACK_IN_WITHIN
from portal.desk.case_records.service import find_locked_owner, lock_case
from portal.desk.cases.queries import get_case
from portal.desk.cases.rules import Step
from portal.desk.cases.service import enter, note_move
from portal.governance.audit.trail import record
from portal.identity.accounts.rules import Customer
from portal.identity.one_time_tokens.rules import TokenPurpose
from portal.identity.one_time_tokens.service import issue_token
from portal.identity.staff_accounts.queries import get_acting_role
from portal.messaging.email.outbox import queue
from portal.platform.core.errors import StaleError
from portal.platform.core.work import Work


def view_numbers(work: Work, customer: Customer) -> tuple[str, ...]:
    """Return a customer's telephone numbers for a colleague who is to ring, and record that."""
    record(work, NumbersViewed(customer.id, get_acting_role(work)))
    return tuple(one for one in (customer.details.telephone, customer.details.mobile) if one)


def let_back_in(work: Work, reference: str, version: int, note: str, seen: int) -> bool:
    """Email the address on file a link to set up sign-in again; the note says how we know them.

    False when no account has the address of the case. Raises `StaleError` when the customer is no
    longer as the colleague saw them (`seen` is their version then): their address may have changed
    while somebody was rung. Staff never see or choose the new credentials (ASVS 6.4.6).
    """
    row = lock_case(work, reference, version)
    case = get_case(work, reference)
    customer = find_locked_owner(work, case.id)
    if customer is None or not case.is_open:
        return False
    if customer.version != seen:
        raise StaleError
    token = issue_token(work, TokenPurpose.LET_BACK_IN, customer.id, LET_BACK_IN_WITHIN)
    to = customer.details
    email = emails.set_up_again(to.email, to.given_name, f"/begin-anew/{token}")
    queue(work, customer.id, email, row.id)
    enter(work, row, Step.NOTED, note)
    enter(work, row, Step.LET_BACK_IN)
    note_move(work, row, Step.LET_BACK_IN)
    record(work, CustomerLetBackIn(customer.id, role=get_acting_role(work)))
    return True
