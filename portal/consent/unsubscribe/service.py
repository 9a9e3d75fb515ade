"""Stop marketing emails to an address, whoever has it."""

from portal.consent.marketing.rules import Choice
from portal.consent.marketing.service import stop_emails
from portal.consent.unsubscribe.events import StrangerUnsubscribed
from portal.governance.audit.events import NOBODY
from portal.governance.audit.trail import record
from portal.identity.accounts.service import lock_customer
from portal.identity.contact_index.queries import find_last_owner
from portal.identity.contact_index.rules import Channel
from portal.platform.core.work import Work


def unsubscribe(work: Work, purpose: str, email_hash: bytes, *, everything: bool) -> bool:
    """Turn off emails about one purpose, or all marketing emails, for whoever has an address.

    Nobody has it any more: the address itself gets them no more, for good, whoever said it. It is
    a no of whoever had it last as well, for they said it by a link that was theirs; unless
    somebody else had it after them, who is gone. For an address that no customer is known to have
    had, every marketing email is stopped. Twice is once: False where that was said already.
    """
    unwanted = None if everything else purpose
    owner = find_last_owner(work, email_hash)
    if owner is None or lock_customer(work, owner.id) is None:
        return _suppress(work, Channel.EMAIL.value, email_hash)
    last = find_last_owner(work, email_hash)  # the address may have changed before the lock
    if last == owner and owner.is_present:
        return stop_emails(work, owner.id, unwanted)
    kind = Choice(unwanted, Channel.EMAIL).value if unwanted else Channel.EMAIL.value
    is_new = _suppress(work, kind, email_hash)
    is_theirs = last is not None and last.id == owner.id and last.is_last
    is_turned_off = is_theirs and stop_emails(work, owner.id, unwanted)
    return is_turned_off or is_new


def _suppress(work: Work, kind: str, email_hash: bytes) -> bool:
    """Note that an address gets no marketing emails of a kind; False where that was known."""
    is_new = bool(work.vault.suppress([(kind, email_hash)]))
    if is_new:
        record(work, StrangerUnsubscribed(NOBODY))
    return is_new
