"""Set choices for whoever asked our staff to."""

from portal.account.queries import find_customer, find_customer_by_email
from portal.account.rules import Customer
from portal.audit.trail import record
from portal.callers import letters
from portal.callers.events import ChoicesSet
from portal.callers.rules import Asked, NotReadError, turns_on
from portal.cases.rules import Case
from portal.catalogue.queries import get_catalogue
from portal.kernel.work import Work
from portal.mail.outbox import queue
from portal.preferences.queries import get_choices
from portal.preferences.rules import Agreed, title_of
from portal.preferences.service import save_choices


def find_caller(work: Work, case: Case) -> Customer | None:
    """Return whose choices a case is about; None where no open account has its address."""
    if case.customer_id is not None:
        found = find_customer(work, case.customer_id)
    else:
        found = find_customer_by_email(work, case.email) if case.email else None
    return found if found is not None and not found.is_closed else None


def set_choices(work: Work, customer: Customer, agreed: Agreed, version: int, asked: Asked) -> bool:
    """Keep what was asked for and write to the customer; False when it is so already.

    Raises `StaleError` when other choices were saved since the page was made, and `NotReadError`
    when something is turned on that was not read out.
    """
    before = get_choices(work, customer.id)
    changes = save_choices(work, customer.id, agreed, version, asked.via)
    if turns_on(before.agreed, agreed) and not asked.was_read:
        raise NotReadError
    if not changes:
        return False
    catalogue, to = get_catalogue(work), customer.details
    titles = tuple(title_of(catalogue, choice, is_on=is_on) for choice, is_on in changes)
    queue(work, customer.id, letters.choices_set(to.email, to.given_name, titles))
    record(work, ChoicesSet(customer.id, asked.caller, asked.via, asked.was_read))
    return True
