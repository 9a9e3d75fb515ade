"""Create customers, save their details, close and reopen accounts."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from hmac import compare_digest
from uuid import uuid4

from sqlalchemy import delete, update

from portal.governance.audit.trail import record
from portal.identity.accounts import emails, queries
from portal.identity.accounts.events import (
    CustomerClosed,
    CustomerRegistered,
    CustomerReturned,
    RegistrationAsked,
)
from portal.identity.accounts.models import CustomerRow, RegistrationRow, UnconfirmedRow
from portal.identity.accounts.rules import (
    CONFIRM_WITHIN,
    AlreadyRegisteredError,
    Application,
    Confirming,
    Details,
    Service,
    Waiting,
    read_details,
)
from portal.identity.contact_index.queries import get_email_hash
from portal.identity.contact_index.service import index_contacts
from portal.identity.credentials.rules import Guarded, Secrets, normalise_answer, normalise_password
from portal.identity.credentials.service import (
    count_mail,
    count_try,
    forget_name,
    forget_tries,
    keep_secrets,
)
from portal.identity.form_drafts.service import forget_registering
from portal.identity.one_time_tokens.rules import TokenPurpose
from portal.identity.one_time_tokens.service import issue_token, use_token
from portal.identity.sessions.service import end_sessions, forget_browsers, lock_row
from portal.messaging.email.message import Email
from portal.messaging.email.outbox import forget_unsent, queue, queue_alone
from portal.platform.core.addresses import is_same_mailbox, parse_email
from portal.platform.core.constraints import unless_taken
from portal.platform.core.errors import NotFoundError, StaleError
from portal.platform.core.ids import CustomerId
from portal.platform.core.sealing import place
from portal.platform.core.texts import _
from portal.platform.core.work import Work, Works
from portal.platform.encryption.doomed import doom_keys
from portal.platform.encryption.hashing import Hasher

WAITING = _("waiting password")
"""The kind of the keyed hash that salts passwords of registrations."""
SALT_BYTES = 16


def register(works: Works, hasher: Hasher, application: Application) -> None:
    """Save a registration until its address is confirmed, and email that address.

    Known and unknown addresses cost the same and leave the same rows; only the email differs. Every
    registration waits until one is confirmed. Beyond the limit of emails to one address it is saved
    all the same: the link of any earlier email confirms it, with its own password.
    """
    details = application.details
    with works() as work:
        email_hash = get_email_hash(work, details.email)
        salt = _get_salt(work, email_hash)
    password_hash = hasher.hash_alike(normalise_password(application.password), salt)
    answer_hash = hasher.hash(normalise_answer(application.answer))
    with works() as work:
        row_id = uuid4()
        lock_owner_of(work, email_hash)  # it comes before the end of their account, or after
        owner = queries.find_customer_by_hash(work, email_hash)
        work.vault.fetch([owner.id if owner else row_id])
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
        token = issue_token(work, TokenPurpose.CONFIRM_ADDRESS, row_id, CONFIRM_WITHIN)
        if owner is None:
            email = emails.confirm_address(details.email, f"/register/confirm/{token}")
        elif is_same_mailbox(owner.details.email, details.email):
            email = emails.already_registered(owner.details.email)
            email = email.warn(is_leaving=owner.is_closed)
        else:
            email = emails.address_is_no_use(details.email)
        if count_mail(work, Guarded.REGISTRATION_MAIL, email_hash):
            queue(work, row_id, email)
        record(work, RegistrationAsked(row_id))


def confirm(works: Works, hasher: Hasher, token: str, password: str) -> Confirming:
    """Create a customer from the registration with this password, at the address of the link.

    The link proves who owns the mailbox, and the password which registration is theirs: somebody
    who registered another person's address never saw a link, and the owner of the mailbox never
    chose that password. So it does not matter which email is opened first. Of several registrations
    with this password the link's own counts, or else the newest; all others end with it.

    Raises `AlreadyRegisteredError` when the address has become a customer's meanwhile.
    """
    with works() as work:
        link = queries.find_link(work, token)
        if link is None:
            return Confirming(is_alive=False)
        if not count_try(work, Guarded.REGISTRATION_PASSWORD, link.email_hash).allowed:
            return Confirming(blocked=True)
        waiting = queries.list_waiting(work, link.email_hash)
        salt = _get_salt(work, link.email_hash)
    typed = hasher.hash_alike(normalise_password(password), salt)
    own_first = sorted(waiting, key=lambda one: one.id != link.id)
    right = [one for one in own_first if compare_digest(one.secrets.password_hash, typed)]
    if not right and hasher.verify(normalise_password(password), link.secrets.password_hash):
        right = [link]  # hashed before an update, in another way
    if not right:
        return Confirming()
    with works() as work:
        if use_token(work, TokenPurpose.CONFIRM_ADDRESS, token) is None:
            return Confirming(is_alive=False)
        gone = delete(UnconfirmedRow).where(UnconfirmedRow.email_hash == link.email_hash)
        ended = set(work.session.scalars(gone.returning(UnconfirmedRow.id)))
        if not {link.id, right[0].id} <= ended:
            return Confirming(is_alive=False)  # another link was faster
        doom_keys(work, ended)
        forget_unsent(work, ended)
        forget_registering(work, link.email_hash)
        forget_tries(work, link.email_hash, Guarded.REGISTRATION_PASSWORD)
        return Confirming(_make_customer(work, link.details.email, right[0]))


def _make_customer(work: Work, email: str, chosen: Waiting) -> CustomerId:
    """Create a customer from a registration, at the address that a link has proved."""
    customer_id = CustomerId(uuid4())
    work.create_key(customer_id)
    details = replace(chosen.details, email=email)
    add_customer(work, customer_id, details, chosen.secrets, chosen.services)
    return customer_id


def _get_salt(work: Work, email_hash: bytes) -> bytes:
    return work.vault.lookup_hash(WAITING, email_hash.hex())[:SALT_BYTES]


def add_customer(
    work: Work,
    customer_id: CustomerId,
    details: Details,
    secrets: Secrets,
    services: frozenset[Service],
) -> None:
    """Insert a customer whose key exists already; raises `AlreadyRegisteredError`."""
    with unless_taken(work, CustomerRow, "email_hash", AlreadyRegisteredError()):
        work.session.add(
            CustomerRow(
                id=customer_id,
                email_hash=get_email_hash(work, details.email),
                sealed=work.seal(customer_id, place("customer", customer_id), details.words()),
                registered_at=work.now,
            )
        )
    index_contacts(work, customer_id, details.reach)
    for service in sorted(services):
        work.session.add(
            RegistrationRow(customer_id=customer_id, service=service, registered_at=work.now)
        )
    keep_secrets(work, customer_id, secrets)
    record(work, CustomerRegistered(customer_id, tuple(sorted(services))))


def close_account(work: Work, customer_id: CustomerId, leaves_at: datetime) -> None:
    """Close an account until its erasure at a moment; all sessions and remembered browsers end."""
    row = get_locked(work, customer_id)
    row.leaves_at = leaves_at
    end_sessions(work, customer_id)
    forget_browsers(work, customer_id)
    record(work, CustomerClosed(customer_id))


def reopen_account(work: Work, customer_id: CustomerId) -> None:
    """Reopen an account that was to be deleted, and tell its owner."""
    row = get_locked(work, customer_id)
    row.leaves_at = None
    to = queries.get_customer(work, customer_id).details
    queue(work, customer_id, emails.account_is_back(to.email, to.given_name))
    record(work, CustomerReturned(customer_id))


def lock_customer(work: Work, customer_id: CustomerId) -> CustomerRow | None:
    """Lock a customer's row and return it as it is now; None if erased or being erased.

    Every function that writes about a customer does this first, before it locks anything else or
    reads what it relies on: two functions on one customer run one after the other. The order of
    locks is colleague, customer (by id where there are several), case, everything else.
    """
    row = lock_row(work, CustomerRow, CustomerRow.id == customer_id)
    if row is None or row.decided_at is not None:
        return None
    work.note_locked(row.id)
    return row


def find_locked_id(work: Work, customer_id: CustomerId) -> CustomerId | None:
    """Lock a customer as `lock_customer` does; return their number, or None if they are gone."""
    return customer_id if lock_customer(work, customer_id) is not None else None


def lock_owner_of(work: Work, email_hash: bytes) -> CustomerRow | None:
    """Lock the customer who has an address; None if nobody has it, at the same cost."""
    row = lock_customer(work, queries.find_customer_id(work, email_hash) or CustomerId(uuid4()))
    return row if row is not None and row.email_hash == email_hash else None


def get_locked(work: Work, customer_id: CustomerId) -> CustomerRow:
    """Lock a customer's row as `lock_customer` does; raises `NotFoundError` instead of None."""
    row = lock_customer(work, customer_id)
    if row is None:
        raise NotFoundError
    return row


def replace_details(work: Work, customer_id: CustomerId, details: Details, version: int) -> None:
    """Save changed details; raises `StaleError` when they changed since `version` was read."""
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
    index_contacts(work, customer_id, details.reach)


def change_email(work: Work, customer_id: CustomerId, email: str) -> Details:
    """Replace the email address that is signed in with and written to; return the present details.

    The old one stays theirs as a former address. Raises `AlreadyRegisteredError` when the new one
    is another customer's.
    """
    row = get_locked(work, customer_id)
    forget_name(work, row.email_hash)  # nobody's from now on, so nothing would delete it
    words = work.vault.open(row.id, place("customer", row.id), row.sealed)
    details = replace(read_details(words), email=email)
    with unless_taken(work, CustomerRow, "email_hash", AlreadyRegisteredError()):
        row.email_hash = get_email_hash(work, email)
        row.sealed = work.seal(row.id, place("customer", row.id), details.words())
        row.version, row.changed_at = row.version + 1, work.now
    index_contacts(work, customer_id, details.reach)
    return details


@dataclass(frozen=True, slots=True)
class LinkRequest:
    """A kind of link that anybody may have sent to an address: purpose, lifetime, and emails."""

    guarded: Guarded
    purpose: TokenPurpose
    life: timedelta
    email: Callable[[str, str], Email]
    refusal: Callable[[str], Email]


def mail_link(work: Work, typed: str, link_request: LinkRequest) -> CustomerId | None:
    """Email an address a link, or that it has no account; return its owner, if any.

    Raises `ValueError` for what is not one address. A link goes to the address that its owner has
    confirmed, never to another spelling of it. Known and unknown addresses cost the same and leave
    the same rows: a new key is made for both, and one is doomed for both; only the email differs.
    """
    email = parse_email(typed)
    email_hash = get_email_hash(work, email)
    passing_id = uuid4()
    found = lock_owner_of(work, email_hash)
    owner = queries.find_customer(work, CustomerId(found.id)) if found else None
    work.vault.fetch([owner.id if owner else passing_id])
    if owner and not is_same_mailbox(owner.details.email, email):
        owner = None
    if not count_mail(work, link_request.guarded, email_hash):
        return owner.id if owner else None
    token = issue_token(
        work, link_request.purpose, owner.id if owner else passing_id, link_request.life
    )
    if owner is None:
        queue_alone(work, link_request.refusal(email))
    else:
        work.create_key(passing_id)
        queue(work, owner.id, link_request.email(owner.details.email, token))
    doom_keys(work, [passing_id])
    return owner.id if owner else None
