"""Set choices for whoever asked our staff to, and say who looks after a business."""

from dataclasses import replace

from portal.account.queries import get_customer
from portal.account.rules import BUSINESSES, Customer
from portal.account.service import get_locked, replace_details
from portal.audit.trail import record
from portal.callers import letters
from portal.callers.events import ChoicesSet, ManagerNamed
from portal.callers.rules import Asked, NoBusinessError, NotReadError, turns_on
from portal.cases.queries import find_owner
from portal.cases.rules import Case
from portal.catalogue.queries import get_catalogue
from portal.kernel.work import Work
from portal.mail.outbox import queue
from portal.preferences.queries import get_choices
from portal.preferences.rules import Agreed, title_of
from portal.preferences.service import save_choices


def find_caller(work: Work, case: Case) -> Customer | None:
    """Return whose choices a case is about; None where no open account has its address."""
    found = find_owner(work, case.id)
    return found if found is not None and not found.is_closed else None


def set_choices(work: Work, customer: Customer, agreed: Agreed, version: int, asked: Asked) -> bool:
    """Keep what was asked for and write to the customer; False when it is so already.

    Raises `NotReadError` when something is turned on that was not read out, before anything is
    saved: a yes to emails takes an address off the list of suppressions, and no roll-back puts it
    there again. Raises `StaleError` when other choices were saved since the page was made.
    """
    get_locked(work, customer.id)
    if turns_on(get_choices(work, customer.id).agreed, agreed) and not asked.was_read:
        raise NotReadError
    changes = save_choices(work, customer.id, agreed, version, asked.via)
    if not changes:
        return False
    catalogue, to = get_catalogue(work), get_customer(work, customer.id).details
    titles = tuple(title_of(catalogue, choice, is_on=is_on) for choice, is_on in changes)
    queue(work, customer.id, letters.choices_set(to.email, to.given_name, titles))
    record(work, ChoicesSet(customer.id, asked.caller, asked.via, asked.was_read))
    return True


def name_manager(work: Work, customer: Customer, name: str, version: int) -> bool:
    """Keep who looks after a business, nobody where the name is empty; False when it is so already.

    Raises `NoBusinessError`, and `StaleError` when the details changed since `version` was read.
    """
    get_locked(work, customer.id)
    details = get_customer(work, customer.id).details
    if details.kind not in BUSINESSES:
        raise NoBusinessError
    if details.account_manager == name:
        return False
    replace_details(work, customer.id, replace(details, account_manager=name), version)
    record(work, ManagerNamed(customer.id, bool(name)))
    return True
