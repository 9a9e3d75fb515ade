"""Set choices for a customer who asks our staff, and a business's account manager."""

from dataclasses import replace

from portal.consent.marketing.queries import get_choices
from portal.consent.marketing.rules import (
    Agreed,
    SavedChoices,
    settle_form,
    title_of,
)
from portal.consent.marketing.service import keep_noes, save_form
from portal.consent.purposes.queries import get_catalogue, list_versions
from portal.desk.assisted_choices import emails
from portal.desk.assisted_choices.events import ChoicesSet, ManagerNamed
from portal.desk.assisted_choices.rules import (
    MANAGER,
    AssistedRequest,
    NoBusinessError,
    NotReadError,
    adds_yes,
)
from portal.governance.audit.trail import record
from portal.identity.accounts.queries import get_customer
from portal.identity.accounts.rules import BUSINESSES, Customer
from portal.identity.accounts.service import get_locked, replace_details
from portal.identity.staff_accounts.queries import get_acting_role
from portal.messaging.email.outbox import queue
from portal.platform.core.errors import StaleError
from portal.platform.core.ids import CustomerId
from portal.platform.core.merging import MadeFrom, merge
from portal.platform.core.work import Work


def set_choices(
    work: Work, customer: Customer, sent: Agreed, made_from: MadeFrom, request: AssistedRequest
) -> SavedChoices:
    """Save the requested choices, and email the customer what was changed.

    Where something is turned on that was not read out, only what is turned off is kept; with
    nothing of that it raises `NotReadError`. Otherwise asks, and raises, as `save_form` does.
    """
    get_locked(work, customer.id)
    saved = get_choices(work, customer.id)
    settled = settle_form(saved, sent, made_from, list_versions(work))
    if adds_yes(saved.agreed, settled.agreed) and not request.was_read:
        if not settled.noes:
            raise NotReadError
        kept = keep_noes(work, customer.id, settled, request.via)
        kept = replace(kept, refusal=NotReadError())
    else:
        kept = save_form(work, customer.id, sent, made_from, request.via)
    if kept.is_new:
        how = request.requester, request.via, request.was_read
        record(work, ChoicesSet(customer.id, *how, get_acting_role(work)))
    if not kept.changes:
        return kept
    catalogue, customer = get_catalogue(work), get_customer(work, customer.id)
    to = customer.details
    titles = tuple(title_of(catalogue, choice, is_on=is_on) for choice, is_on in kept.changes)
    email = emails.choices_set(to.email, to.given_name, titles)
    queue(work, customer.id, email.warn(is_leaving=customer.is_closed))
    return kept


def name_manager(work: Work, customer_id: CustomerId, name: str, made_from: MadeFrom) -> bool:
    """Save a business's account manager, none for an empty name; False where nothing changes.

    Raises `NoBusinessError`, and `StaleError` when another was saved since the form was made.
    """
    get_locked(work, customer_id)
    now = get_customer(work, customer_id)
    if now.details.kind not in BUSINESSES:
        raise NoBusinessError
    saved = {MANAGER: now.details.account_manager}
    then = saved if made_from.version == now.version else made_from.values
    merged = merge(then, saved, {MANAGER: name})
    if merged.clashes:
        raise StaleError
    if merged.values == saved:
        return False
    details = replace(now.details, account_manager=merged.values[MANAGER])
    replace_details(work, customer_id, details, now.version)
    record(work, ManagerNamed(customer_id, bool(name), role=get_acting_role(work)))
    return True
