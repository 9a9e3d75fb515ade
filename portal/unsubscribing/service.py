"""Stop marketing letters to an address, whoever has it."""

from portal.account.queries import find_customer_by_hash
from portal.account.service import lock_customer
from portal.audit.events import NOBODY
from portal.audit.trail import record
from portal.kernel.work import Work
from portal.marks.rules import Channel
from portal.preferences.service import stop_emails
from portal.unsubscribing.events import StrangerUnsubscribed


def unsubscribe(work: Work, purpose: str, email_hash: bytes, *, everything: bool) -> bool:
    """Turn off emails about one purpose, or all marketing emails, for whoever has an address.

    For nobody's address every marketing email is stopped, for good. Twice is once: False where
    they were off already.
    """
    customer = find_customer_by_hash(work, email_hash)
    if customer is None:
        is_new = bool(work.vault.suppress([(Channel.EMAIL.value, email_hash)]))
        if is_new:
            record(work, StrangerUnsubscribed(NOBODY))
        return is_new
    lock_customer(work, customer.id)
    return stop_emails(work, customer.id, None if everything else purpose)
