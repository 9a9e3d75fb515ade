"""Reading changes of address."""

from sqlalchemy import select

from portal.governance.legal_holds.queries import list_holds
from portal.identity.accounts.queries import find_customer
from portal.identity.contact_index.rules import Former, Reach
from portal.identity.credentials.queries import find_secrets
from portal.identity.one_time_tokens.queries import find_token_subject
from portal.identity.one_time_tokens.rules import TokenPurpose
from portal.platform.core.ids import CustomerId
from portal.platform.core.sealing import place
from portal.platform.core.work import Work
from portal.self_service.email_change.models import EmailChange, is_past
from portal.self_service.email_change.rules import CONFIRM_WITHIN, Closing, PendingEmailChange


def find_waiting(work: Work, customer_id: CustomerId) -> PendingEmailChange | None:
    """Return the change of address that waits to be confirmed."""
    query = select(EmailChange).where(
        EmailChange.customer_id == customer_id,
        EmailChange.confirmed_at.is_(None),
        EmailChange.undone_at.is_(None),
        EmailChange.asked_at > work.now - CONFIRM_WITHIN,
    )
    row = work.session.scalars(query).first()
    return _read(work, row) if row is not None and not find_is_overtaken(work, row) else None


def list_former_emails(work: Work, customer_id: CustomerId) -> list[Former]:
    """Return the addresses that a customer had before, newest first, as far as it is remembered."""
    query = select(EmailChange).where(
        EmailChange.customer_id == customer_id,
        EmailChange.confirmed_at.is_not(None),
        EmailChange.undone_at.is_(None),
        ~is_past(work.now),
    )
    rows = work.session.scalars(query.order_by(EmailChange.confirmed_at.desc()))
    found = ((row.confirmed_at, _read(work, row)) for row in rows)
    return [
        Former(Reach(email=change.old), ended_at)
        for ended_at, change in found
        if ended_at is not None and change is not None
    ]


def find_change(work: Work, purpose: TokenPurpose, token: str) -> PendingEmailChange | None:
    """Return the change of address that a link would confirm or undo; None for a dead link."""
    row_id = find_token_subject(work, purpose, token)
    row = work.session.get(EmailChange, row_id) if row_id else None
    if row is None or (purpose is TokenPurpose.CONFIRM_EMAIL and find_is_overtaken(work, row)):
        return None
    return _read(work, row)


def find_closing(work: Work, customer_id: CustomerId) -> Closing | None:
    """Return when a closed account is deleted; None for one that is open, or gone.

    Whoever undoes a change reads it: the email that said so went to the other address.
    """
    customer = find_customer(work, customer_id)
    if customer is None or customer.leaves_at is None:
        return None
    holds = list_holds(work, customer_id)
    return Closing(customer.leaves_at, holds[0].until if holds else None)


def find_is_overtaken(work: Work, row: EmailChange) -> bool:
    """Tell whether a password was chosen since: that put out whoever asked for the change."""
    secrets = find_secrets(work, row.customer_id)
    return secrets is None or secrets.password_set_at > row.asked_at


def _read(work: Work, row: EmailChange) -> PendingEmailChange | None:
    words = work.vault.find(row.customer_id, place("email_change", row.id), row.sealed)
    if words is None:
        return None
    return PendingEmailChange(CustomerId(row.customer_id), words["old"], words["new"], row.asked_at)
