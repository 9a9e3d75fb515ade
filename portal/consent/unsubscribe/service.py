"""Stop marketing emails to an address, whoever has it."""

from portal.consent.marketing.service import stop_emails
from portal.consent.unsubscribe.events import StrangerUnsubscribed
from portal.governance.audit.events import NOBODY
from portal.governance.audit.trail import record
from portal.identity.accounts.service import lock_customer
from portal.identity.contact_index.queries import find_owner_ever
from portal.identity.contact_index.rules import Channel
from portal.platform.core.work import Work


def unsubscribe(work: Work, purpose: str, email_hash: bytes, *, everything: bool) -> bool:
    """Turn off emails about one purpose, or all marketing emails, for whoever has an address.

    For whoever had it last, where nobody has it any more: they said it by a link that was theirs.
    For nobody's address every marketing email is stopped, for good. Twice is once: False where
    that was said already.
    """
    owner_id = find_owner_ever(work, email_hash)
    if owner_id is not None and lock_customer(work, owner_id) is not None:
        return stop_emails(work, owner_id, None if everything else purpose)
    is_new = bool(work.vault.suppress([(Channel.EMAIL.value, email_hash)]))
    if is_new:
        record(work, StrangerUnsubscribed(NOBODY))
    return is_new
