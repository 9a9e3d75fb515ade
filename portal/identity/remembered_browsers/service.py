"""Greet customers by name in remembered browsers; that skips no step of signing in."""

from portal.governance.audit.trail import record
from portal.identity.accounts.queries import find_customer
from portal.identity.accounts.service import get_locked, lock_customer
from portal.identity.remembered_browsers import emails
from portal.identity.remembered_browsers.events import CopiedCookieNoticed
from portal.identity.sessions.rules import Greeted, Greeting
from portal.identity.sessions.service import find_remembered_owner, greet, remember_browser
from portal.messaging.email.outbox import queue
from portal.platform.core.ids import CustomerId
from portal.platform.core.visit import Device
from portal.platform.core.work import Work


def recognise(work: Work, shown: str, *, may_be_second_tab: bool) -> tuple[str, Greeting]:
    """Return the first name to greet by, and the browser's next cookie value.

    A copy of an older token removes every remembered browser, and its owner is told.
    """
    owner_id = find_remembered_owner(work, shown)
    if owner_id is not None:
        lock_customer(work, CustomerId(owner_id))
    greeting = greet(work, shown, may_be_second_tab=may_be_second_tab)
    owner_id = greeting.owner_id
    customer = find_customer(work, CustomerId(owner_id)) if owner_id else None
    if customer is None:
        return "", greeting
    to = customer.details
    if greeting.outcome is Greeted.STOLEN:
        queue(work, customer.id, emails.copied_cookie(to.email, to.given_name))
        record(work, CopiedCookieNoticed(customer.id))
        return "", greeting
    return to.given_name, greeting


def remember(work: Work, customer_id: CustomerId, shown: str | None, device: Device) -> str:
    """Remember a browser for a customer; return its cookie value.

    Raises `NotFoundError` for a customer who is gone.
    """
    get_locked(work, customer_id)
    return remember_browser(work, customer_id, shown, device)
