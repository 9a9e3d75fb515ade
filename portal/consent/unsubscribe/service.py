"""Stop marketing emails to an address, of a customer or of anybody else."""

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
    """Turn off emails about one purpose, or all marketing emails, for the owner of an address.

    If nobody has the address today, the address itself is suppressed for good, whoever
    unsubscribed. That also counts as a refusal of its last owner, whose link it was, unless
    somebody who has since been erased had it later. For an address that no known customer ever had,
    every marketing email is stopped. False where this was known already.
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
    """Suppress marketing emails of a kind to an address; False where this was known already."""
    is_new = bool(work.vault.suppress([(kind, email_hash)]))
    if is_new:
        record(work, StrangerUnsubscribed(NOBODY))
    return is_new
