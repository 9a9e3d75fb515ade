"""Register somebody, keep their details, close and reopen their account."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from sqlalchemy import select, update

from portal.account import letters, queries
from portal.account.events import (
    CustomerClosed,
    CustomerRegistered,
    CustomerReturned,
    RegistrationAsked,
)
from portal.account.models import CustomerRow, RegistrationRow, UnconfirmedRow
from portal.account.rules import (
    CONFIRM_WITHIN,
    AlreadyRegisteredError,
    Application,
    Details,
    Service,
    read_details,
)
from portal.audit.trail import record
from portal.credentials.rules import Guarded, Secrets, normalise_answer, normalise_password
from portal.credentials.service import count_try, forget_name, keep_secrets
from portal.kernel.addresses import is_same_mailbox, parse_email
from portal.kernel.constraints import unless_taken
from portal.kernel.errors import StaleError
from portal.kernel.ids import CustomerId
from portal.kernel.sealing import place
from portal.kernel.work import Work, Works
from portal.links.rules import Purpose
from portal.links.service import issue_token, use_token
from portal.mail.letter import Letter
from portal.mail.outbox import queue, queue_alone
from portal.marks.queries import get_email_hash, list_unmarked
from portal.marks.service import mark, strike_off
from portal.sessions.service import end_sessions, forget_browsers
from portal.vault.doomed import doom_keys
from portal.vault.hashing import Hasher


def register(works: Works, hasher: Hasher, application: Application) -> None:
    """Keep a registration until its address is confirmed, and write to that address.

    Known and unknown addresses cost the same and leave the same rows; only the letter differs.
    """
    password_hash = hasher.hash(normalise_password(application.password))
    answer_hash = hasher.hash(normalise_answer(application.answer))
    with works() as work:
        row_id, details = uuid4(), application.details
        email_hash = get_email_hash(work, details.email)
        known = work.session.scalar(
            select(CustomerRow.id).where(CustomerRow.email_hash == email_hash)
        )
        work.vault.create_key(row_id)
        words = {
            "details": details.words(),
            "secrets": Secrets(password_hash, application.question, answer_hash, work.now).words(),
            "services": sorted(application.services),
        }
        sealed = work.vault.seal(row_id, place("unconfirmed_registration", row_id), words)
        work.session.add(
            UnconfirmedRow(id=row_id, email_hash=email_hash, sealed=sealed, created_at=work.now)
        )
        token = issue_token(work, Purpose.CONFIRM_ADDRESS, row_id, CONFIRM_WITHIN)
        if known:
            letter = letters.already_registered(details.email)
        else:
            path = f"/register/confirm/{token}"
            letter = letters.confirm_address(details.email, path)
        queue(work, row_id, letter)
        record(work, RegistrationAsked(row_id))


def confirm(work: Work, token: str) -> CustomerId | None:
    """Make a customer of a registration whose address is confirmed; None for a dead link.

    Raises `AlreadyRegisteredError` when the address has become a customer's meanwhile.
    """
    row_id = use_token(work, Purpose.CONFIRM_ADDRESS, token)
    row = work.session.get(UnconfirmedRow, row_id) if row_id else None
    if row is None:
        return None
    words = work.vault.open(row.id, place("unconfirmed_registration", row.id), row.sealed)
    customer_id = CustomerId(uuid4())
    work.vault.create_key(customer_id)
    add_customer(
        work,
        customer_id,
        read_details(words["details"]),
        Secrets.from_words(words["secrets"]),
        frozenset(Service(name) for name in words["services"]),
    )
    work.session.delete(row)
    doom_keys(work, [row.id])
    return customer_id


def add_customer(
    work: Work,
    customer_id: CustomerId,
    details: Details,
    secrets: Secrets,
    services: frozenset[Service],
) -> None:
    """Add a customer whose key is there; raises `AlreadyRegisteredError`."""
    with unless_taken(work, CustomerRow, "email_hash", AlreadyRegisteredError()):
        work.session.add(
            CustomerRow(
                id=customer_id,
                email_hash=get_email_hash(work, details.email),
                sealed=work.vault.seal(
                    customer_id, place("customer", customer_id), details.words()
                ),
                registered_at=work.now,
            )
        )
    mark(work, customer_id, details.reach)
    for service in sorted(services):
        work.session.add(
            RegistrationRow(customer_id=customer_id, service=service, registered_at=work.now)
        )
    keep_secrets(work, customer_id, secrets)
    record(work, CustomerRegistered(customer_id, tuple(sorted(services))))


def close_account(work: Work, customer_id: CustomerId, leaves_at: datetime) -> None:
    """Close an account until it is deleted at a moment; nobody is signed in or greeted any more."""
    row = work.session.get_one(CustomerRow, customer_id, with_for_update=True)
    row.leaves_at = leaves_at
    end_sessions(work, customer_id)
    forget_browsers(work, customer_id)
    record(work, CustomerClosed(customer_id))


def reopen_account(work: Work, customer_id: CustomerId) -> None:
    """Bring back an account that was to be deleted, and tell its owner."""
    row = work.session.get_one(CustomerRow, customer_id)
    row.leaves_at = None
    to = queries.get_customer(work, customer_id).details
    queue(work, customer_id, letters.account_is_back(to.email, to.given_name))
    record(work, CustomerReturned(customer_id))


def lock_customer(work: Work, customer_id: CustomerId) -> CustomerRow | None:
    """Take a customer's row, as it is now: whoever changes or relies on secrets does so first."""
    return work.session.get(CustomerRow, customer_id, with_for_update=True, populate_existing=True)


def replace_details(work: Work, customer_id: CustomerId, details: Details, version: int) -> None:
    """Keep changed details; raises `StaleError` when they changed since `version` was read."""
    changed = work.session.execute(
        update(CustomerRow)
        .where(CustomerRow.id == customer_id, CustomerRow.version == version)
        .values(
            sealed=work.vault.seal(customer_id, place("customer", customer_id), details.words()),
            version=version + 1,
            changed_at=work.now,
        )
        .returning(CustomerRow.id)
    ).first()
    if changed is None:
        raise StaleError
    mark(work, customer_id, details.reach)


def change_email(work: Work, customer_id: CustomerId, email: str) -> Details:
    """Keep another e-mail address, to sign in with and to write to; return the details as of now.

    Raises `AlreadyRegisteredError` when it is another customer's.
    """
    row = work.session.get_one(CustomerRow, customer_id, with_for_update=True)
    forget_name(work, row.email_hash)  # nobody's from now on, so nothing would delete it
    words = work.vault.open(row.id, place("customer", row.id), row.sealed)
    details = replace(read_details(words), email=email)
    with unless_taken(work, CustomerRow, "email_hash", AlreadyRegisteredError()):
        row.email_hash = get_email_hash(work, email)
        row.sealed = work.vault.seal(row.id, place("customer", row.id), details.words())
        row.version, row.changed_at = row.version + 1, work.now
    mark(work, customer_id, details.reach)
    return details


@dataclass(frozen=True, slots=True)
class Errand:
    """A link that anybody may have sent to an address: what it opens, how long, how it is put."""

    guarded: Guarded
    purpose: Purpose
    life: timedelta
    letter: Callable[[str, str], Letter]
    refusal: Callable[[str], Letter]


def mail_link(work: Work, typed: str, errand: Errand) -> UUID | None:
    """Write a link, or that there is no account, to an address; return whose it is, if anybody's.

    Raises `ValueError` for what is not one address. A link goes to the address that its owner has
    confirmed, never to another spelling of it. Known and unknown addresses cost the same and leave
    the same rows: a key of its own is made for both, and one is doomed for both; only the letter
    differs.
    """
    email = parse_email(typed)
    email_hash = get_email_hash(work, email)
    passing_id = uuid4()
    owner = queries.find_customer_by_hash(work, email_hash)
    work.vault.fetch([owner.id if owner else passing_id])
    if owner and not is_same_mailbox(owner.details.email, email):
        owner = None
    if not count_try(work, errand.guarded, email_hash).allowed:
        return owner.id if owner else None
    token = issue_token(work, errand.purpose, owner.id if owner else passing_id, errand.life)
    if owner is None:
        queue_alone(work, errand.refusal(email))
    else:
        work.vault.create_key(passing_id)
        queue(work, owner.id, errand.letter(owner.details.email, token))
    doom_keys(work, [passing_id])
    return owner.id if owner else None


def mark_waiting(work: Work, most: int) -> int:
    """Mark at most so many customers from before there were marks; return how many."""
    waiting = list_unmarked(work, most)
    work.vault.fetch(waiting)
    for customer_id in waiting:
        row = lock_customer(work, customer_id)
        words = row and work.vault.find(row.id, place("customer", row.id), row.sealed)
        if words:
            mark(work, customer_id, read_details(words).reach)
        else:  # they are being erased at this moment, and nobody can read them any more
            strike_off(work, customer_id)
    return len(waiting)
