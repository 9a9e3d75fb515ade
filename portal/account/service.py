"""Register somebody, keep their details, close and reopen their account."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import uuid4

from sqlalchemy import update

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
    EMAIL,
    AlreadyRegisteredError,
    Application,
    Details,
    Service,
    read_details,
    spell_email,
)
from portal.audit.trail import record
from portal.credentials.rules import Guarded, Secrets, normalise_answer, normalise_password
from portal.credentials.service import count_try, forget_name, keep_secrets
from portal.kernel.constraints import unless_taken
from portal.kernel.errors import NotFoundError, StaleError
from portal.kernel.ids import CustomerId
from portal.kernel.sealing import place
from portal.kernel.work import Work, Works
from portal.links.rules import Purpose
from portal.links.service import issue_token, use_token
from portal.mail.letter import Letter
from portal.mail.outbox import queue, queue_alone
from portal.marks.queries import list_unmarked
from portal.marks.rules import Channel, Former
from portal.marks.service import forget_former, mark, mark_former, strike_off
from portal.sessions.service import end_sessions, forget_browsers, lock_row
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
        email_hash = work.vault.lookup_hash(EMAIL, details.email)
        known = queries.find_customer_id(work, email_hash)
        work.create_key(row_id)
        words = {
            "details": details.words(),
            "secrets": Secrets(password_hash, application.question, answer_hash, work.now).words(),
            "services": sorted(application.services),
        }
        sealed = work.seal(row_id, place("unconfirmed_registration", row_id), words)
        work.session.add(
            UnconfirmedRow(id=row_id, email_hash=email_hash, sealed=sealed, created_at=work.now)
        )
        token = issue_token(work, Purpose.CONFIRM_ADDRESS, row_id, CONFIRM_WITHIN)
        if known:
            letter = letters.already_registered(details.email)
        else:
            path = f"/register/confirm/{token}"
            letter = letters.confirm_address(details.email, details.given_name, path)
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
    work.create_key(customer_id)
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
                email_hash=work.vault.lookup_hash(EMAIL, details.email),
                sealed=work.seal(customer_id, place("customer", customer_id), details.words()),
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
    row = get_locked(work, customer_id)
    row.leaves_at = leaves_at
    end_sessions(work, customer_id)
    forget_browsers(work, customer_id)
    record(work, CustomerClosed(customer_id))


def reopen_account(work: Work, customer_id: CustomerId) -> None:
    """Bring back an account that was to be deleted, and tell its owner."""
    row = get_locked(work, customer_id)
    row.leaves_at = None
    to = queries.get_customer(work, customer_id).details
    queue(work, customer_id, letters.account_is_back(to.email, to.given_name))
    record(work, CustomerReturned(customer_id))


def lock_customer(work: Work, customer_id: CustomerId) -> CustomerRow | None:
    """Lock a customer's row and return it as it is now; None for whoever is gone or being erased.

    Every verb that writes about a customer does this first, before it locks anything else or reads
    what it relies on: two verbs on one customer come one after the other. The order of locks is
    colleague, customer (by id where there are several), case, everything else.
    """
    row = lock_row(work, CustomerRow, CustomerRow.id == customer_id)
    if row is None or row.decided_at is not None:
        return None
    work.note_locked(row.id)
    return row


def get_locked(work: Work, customer_id: CustomerId) -> CustomerRow:
    """Lock a customer's row as `lock_customer` does; raises `NotFoundError` for whoever is gone."""
    row = lock_customer(work, customer_id)
    if row is None:
        raise NotFoundError
    return row


def replace_details(work: Work, customer_id: CustomerId, details: Details, version: int) -> None:
    """Keep changed details; raises `StaleError` when they changed since `version` was read."""
    changed = work.session.execute(
        update(CustomerRow)
        .where(CustomerRow.id == customer_id, CustomerRow.version == version)
        .values(
            sealed=work.seal(customer_id, place("customer", customer_id), details.words()),
            version=version + 1,
            changed_at=work.now,
        )
        .returning(CustomerRow.id)
    ).first()
    if changed is None:
        raise StaleError
    mark(work, customer_id, details.reach)


def change_email(
    work: Work, customer_id: CustomerId, email: str, *, is_undone: bool = False
) -> Details:
    """Keep another e-mail address, to sign in with and to write to; return the details as of now.

    The one before stays theirs as a former address, unless the change to it is undone: then it
    was perhaps a thief's. Raises `AlreadyRegisteredError` when it is another customer's.
    """
    row = get_locked(work, customer_id)
    before = row.email_hash
    forget_name(work, before)  # nobody's from now on, so nothing would delete it
    words = work.vault.open(row.id, place("customer", row.id), row.sealed)
    details = replace(read_details(words), email=email)
    with unless_taken(work, CustomerRow, "email_hash", AlreadyRegisteredError()):
        row.email_hash = work.vault.lookup_hash(EMAIL, email)
        row.sealed = work.seal(row.id, place("customer", row.id), details.words())
        row.version, row.changed_at = row.version + 1, work.now
    mark(work, customer_id, details.reach)
    if is_undone:
        forget_former(work, customer_id, Channel.EMAIL, before)
    return details


@dataclass(frozen=True, slots=True)
class Errand:
    """A link that anybody may have sent to an address: what it opens, how long, how it is put."""

    guarded: Guarded
    purpose: Purpose
    life: timedelta
    letter: Callable[[str, str], Letter]
    refusal: Callable[[str], Letter]


def mail_link(work: Work, typed: str, errand: Errand) -> CustomerId | None:
    """Write a link, or that there is no account, to an address; return whose it is, if anybody's.

    Known and unknown addresses cost the same and leave the same rows: a key of its own is made
    for both, and one is doomed for both; only the letter differs.
    """
    email = spell_email(typed)
    email_hash = work.vault.lookup_hash(EMAIL, email)
    passing_id = uuid4()
    found = lock_customer(
        work, queries.find_customer_id(work, email_hash) or CustomerId(passing_id)
    )
    customer_id = CustomerId(found.id) if found is not None else None
    work.vault.fetch([customer_id or passing_id])
    if not count_try(work, errand.guarded, email_hash).allowed:
        return customer_id
    token = issue_token(work, errand.purpose, customer_id or passing_id, errand.life)
    if customer_id is None:
        queue_alone(work, errand.refusal(email))
    else:
        work.create_key(passing_id)
        queue(work, customer_id, errand.letter(email, token))
    doom_keys(work, [passing_id])
    return customer_id


ListFormer = Callable[[Work, CustomerId], list[Former]]
"""Tells by what a customer could be reached before; the rooms that know it are further up."""


def mark_waiting(work: Work, most: int, list_former: ListFormer) -> int:
    """Mark at most so many customers from before there were marks; return how many."""
    waiting = sorted(list_unmarked(work, most))
    work.vault.fetch(waiting)
    for customer_id in waiting:
        row = lock_customer(work, customer_id)
        words = row and work.vault.find(row.id, place("customer", row.id), row.sealed)
        if words:
            mark(work, customer_id, read_details(words).reach)
            mark_former(work, customer_id, list_former(work, customer_id))
        else:  # they are being erased at this moment, and nobody can read them any more
            strike_off(work, customer_id)
    return len(waiting)
