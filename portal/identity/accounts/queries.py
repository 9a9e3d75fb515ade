"""Reading customers."""

from collections.abc import Sequence

from sqlalchemy import select

from portal.identity.accounts.models import CustomerRow, RegistrationRow, UnconfirmedRow
from portal.identity.accounts.rules import (
    CONFIRM_WITHIN,
    Customer,
    Registration,
    Service,
    Waiting,
    read_details,
)
from portal.identity.contact_index.models import ContactHash
from portal.identity.contact_index.queries import get_email_hash
from portal.identity.contact_index.rules import Channel
from portal.identity.credentials.rules import Secrets
from portal.identity.one_time_tokens.queries import find_token_subject
from portal.identity.one_time_tokens.rules import TokenPurpose
from portal.platform.core.errors import NotFoundError
from portal.platform.core.ids import CustomerId, RegistrationId
from portal.platform.core.rows import is_of_mailbox
from portal.platform.core.sealing import place
from portal.platform.core.work import Work


def get_customer(work: Work, customer_id: CustomerId) -> Customer:
    """Return a customer; raises `NotFoundError`."""
    customer = find_customer(work, customer_id)
    if customer is None:
        raise NotFoundError
    return customer


def find_customer(work: Work, customer_id: CustomerId) -> Customer | None:
    """Return a customer; None for nobody, and for one who was erased or is being erased."""
    return _read(work, work.session.get(CustomerRow, customer_id))


def get_manager(work: Work, customer_id: CustomerId) -> str:
    """Return the account manager of a business; empty where there is none."""
    return get_customer(work, customer_id).details.manager


def list_customers(work: Work, customer_ids: Sequence[CustomerId]) -> list[Customer]:
    """Return those of a few hundred ids that are customers, in no order. One statement."""
    rows = work.session.scalars(select(CustomerRow).where(CustomerRow.id.in_(customer_ids))).all()
    work.vault.fetch(row.id for row in rows)
    return [found for row in rows if (found := _read(work, row)) is not None]


def find_customer_by_email(work: Work, email: str) -> Customer | None:
    """Return the customer with an e-mail address."""
    return find_customer_by_hash(work, get_email_hash(work, email))


def find_customer_by_hash(work: Work, email_hash: bytes) -> Customer | None:
    """Return the customer whose e-mail address has a keyed hash."""
    query = select(CustomerRow).where(CustomerRow.email_hash == email_hash)
    return _read(work, work.session.scalars(query).first())


def find_customer_id(work: Work, email_hash: bytes) -> CustomerId | None:
    """Return the customer whose address has a keyed hash, unless they are being erased."""
    found = work.session.scalar(
        select(CustomerRow.id).where(
            CustomerRow.email_hash == email_hash, CustomerRow.decided_at.is_(None)
        )
    )
    return CustomerId(found) if found is not None else None


def find_is_anothers(work: Work, email_hash: bytes, mailbox: bytes | None) -> bool:
    """Tell whether a mailbox is a customer's today, also of one who is being erased."""
    present = (
        (ContactHash.customer_id == CustomerRow.id)
        & (ContactHash.channel == Channel.EMAIL)
        & (ContactHash.value_hash == email_hash)
        & ContactHash.ended_at.is_(None)
    )
    query = select(CustomerRow.id).outerjoin(ContactHash, present)
    is_it = (CustomerRow.email_hash == email_hash) & is_of_mailbox(ContactHash.mailbox, mailbox)
    return work.session.scalar(query.where(is_it)) is not None


def find_link(work: Work, token: str) -> Waiting | None:
    """Return the registration that a link was sent for; None for a dead link."""
    row_id = find_token_subject(work, TokenPurpose.CONFIRM_ADDRESS, token)
    row = work.session.get(UnconfirmedRow, row_id) if row_id else None
    return _read_waiting(work, row) if row else None


def list_waiting(work: Work, email_hash: bytes) -> list[Waiting]:
    """Return the unconfirmed registrations of an address, the newest first."""
    rows = work.session.scalars(
        select(UnconfirmedRow)
        .where(
            UnconfirmedRow.email_hash == email_hash,
            UnconfirmedRow.created_at > work.now - CONFIRM_WITHIN,
        )
        .order_by(UnconfirmedRow.created_at.desc())
    ).all()
    work.vault.fetch(row.id for row in rows)
    return [found for row in rows if (found := _read_waiting(work, row)) is not None]


def list_customer_ids(work: Work, limit: int) -> list[CustomerId]:
    """Return some customers."""
    return [CustomerId(row) for row in work.session.scalars(select(CustomerRow.id).limit(limit))]


def list_registrations(work: Work, customer_id: CustomerId) -> list[Registration]:
    """Return what a customer is registered for, oldest first."""
    rows = work.session.scalars(
        select(RegistrationRow)
        .where(RegistrationRow.customer_id == customer_id)
        .order_by(RegistrationRow.registered_at, RegistrationRow.service)
    )
    return [_read_registration(row) for row in rows]


def get_registration(
    work: Work, customer_id: CustomerId, registration_id: RegistrationId
) -> Registration:
    """Return one registration of a customer; raises `NotFoundError`, also when it is another's."""
    row = work.session.scalars(
        select(RegistrationRow).where(
            RegistrationRow.id == registration_id, RegistrationRow.customer_id == customer_id
        )
    ).first()
    if row is None:
        raise NotFoundError
    return _read_registration(row)


def _read(work: Work, row: CustomerRow | None) -> Customer | None:
    if row is None or row.decided_at is not None:
        return None
    words = work.vault.find(row.id, place("customer", row.id), row.sealed)
    if words is None:
        return None
    return Customer(
        CustomerId(row.id),
        read_details(words),
        row.version,
        row.registered_at,
        row.changed_at,
        row.leaves_at,
    )


def _read_waiting(work: Work, row: UnconfirmedRow) -> Waiting | None:
    words = work.vault.find(row.id, place("unconfirmed_registration", row.id), row.sealed)
    if words is None:
        return None
    return Waiting(
        row.id,
        row.email_hash,
        read_details(words["details"]),
        Secrets.from_words(words["secrets"]),
        frozenset(Service(name) for name in words["services"]),
    )


def _read_registration(row: RegistrationRow) -> Registration:
    return Registration(RegistrationId(row.id), Service(row.service), row.registered_at)
