"""Register, sign in, be remembered, change one's details."""

from collections.abc import Callable
from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import delete, select, update

from portal.account import letters, queries
from portal.account.events import (
    CustomerClosed,
    CustomerRegistered,
    CustomerReturned,
    CustomerSignedIn,
    CustomerSignedOut,
    CustomerTold,
    RegistrationAsked,
    SignInRefused,
)
from portal.account.models import CustomerRow, RegistrationRow, RememberedBrowser, UnconfirmedRow
from portal.account.rules import (
    CONFIRM_WITHIN,
    EMAIL,
    REMEMBERED_FOR,
    AlreadyRegisteredError,
    Application,
    Details,
    Service,
    SignIn,
    read_details,
    spell_email,
)
from portal.audit.trail import record
from portal.credentials.queries import list_untold_blocks
from portal.credentials.rules import (
    Guarded,
    Proof,
    Secrets,
    normalise_answer,
    normalise_password,
)
from portal.credentials.service import (
    forget_tries,
    keep_secrets,
    mark_told,
    prove,
    renew_password_hash,
)
from portal.kernel.constraints import unless_taken
from portal.kernel.errors import StaleError
from portal.kernel.ids import CustomerId
from portal.kernel.sealing import place
from portal.kernel.visit import Visit
from portal.kernel.work import Work, Works
from portal.mail.outbox import queue
from portal.sessions.rules import Purpose, Stage, hash_token, new_token
from portal.sessions.service import (
    end_session,
    end_sessions,
    has_session,
    issue_token,
    start_session,
    use_token,
)
from portal.vault.doomed import doom_keys
from portal.vault.hashing import Hasher

NOBODY = UUID(int=0)
"""The subject of an event about a name that belongs to nobody."""
CUSTOMER = queries.CUSTOMER


def register(works: Works, hasher: Hasher, application: Application) -> None:
    """Keep a registration until its address is confirmed, and write to that address.

    Known and unknown addresses cost the same and leave the same rows; only the letter differs.
    """
    password_hash = hasher.hash(normalise_password(application.password))
    answer_hash = hasher.hash(normalise_answer(application.answer))
    with works() as work:
        row_id, details = uuid4(), application.details
        email_hash = work.vault.lookup_hash(EMAIL, details.email)
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
                email_hash=work.vault.lookup_hash(EMAIL, details.email),
                sealed=work.vault.seal(
                    customer_id, place("customer", customer_id), details.words()
                ),
                registered_at=work.now,
            )
        )
    for service in sorted(services):
        work.session.add(
            RegistrationRow(customer_id=customer_id, service=service, registered_at=work.now)
        )
    keep_secrets(work, customer_id, secrets)
    record(work, CustomerRegistered(customer_id, tuple(sorted(services))))


def check_password(works: Works, hasher: Hasher, email: str, password: str) -> tuple[Proof, str]:
    """Look at a password; when it is right, return the token of a half-open session with it."""

    def find(work: Work) -> tuple[bytes, UUID | None]:
        email_hash = work.vault.lookup_hash(EMAIL, spell_email(email))
        query = select(CustomerRow.id).where(CustomerRow.email_hash == email_hash)
        return email_hash, work.session.scalar(query)

    proof = prove(works, hasher, Guarded.CUSTOMER_PASSWORD, find, password)
    renewed = hasher.hash(normalise_password(password)) if proof.outdated else None
    with works() as work:
        if not proof.right or proof.owner_id is None:
            _record_refusal(work, proof, "password")
            return proof, ""
        if renewed:
            renew_password_hash(work, proof.owner_id, renewed)
        return proof, start_session(work, CUSTOMER, proof.owner_id, Stage.QUESTION)


def check_answer(works: Works, hasher: Hasher, half: Visit, answer: str) -> SignIn:
    """Look at an answer; when it is right, the session is open, and a closed account is back."""
    proof = prove(works, hasher, Guarded.CUSTOMER_ANSWER, _owner(half.person_id), answer)
    with works() as work:
        if not proof.right or not has_session(work, half.session_id):
            _record_refusal(work, proof, "answer")
            return SignIn(proof)
        row = work.session.get_one(CustomerRow, half.person_id, with_for_update=True)
        before, row.signed_in_at = row.signed_in_at, work.now
        is_back = row.leaves_at is not None
        if is_back:
            reopen_account(work, CustomerId(row.id))
        end_session(work, half.session_id)
        forget_tries(work, row.email_hash, Guarded.CUSTOMER_PASSWORD, Guarded.CUSTOMER_ANSWER)
        record(work, CustomerSignedIn(row.id))
        token = start_session(work, CUSTOMER, row.id, Stage.FULL, before)
        return SignIn(proof, token, is_back=is_back)


def close_account(work: Work, customer_id: CustomerId, leaves_at: datetime) -> None:
    """Close an account until it is deleted at a moment; nobody is signed in or greeted any more."""
    row = work.session.get_one(CustomerRow, customer_id, with_for_update=True)
    row.leaves_at = leaves_at
    end_sessions(work, customer_id)
    work.session.execute(
        delete(RememberedBrowser).where(RememberedBrowser.customer_id == customer_id)
    )
    record(work, CustomerClosed(customer_id))


def reopen_account(work: Work, customer_id: CustomerId) -> None:
    """Bring back an account that was to be deleted, and tell its owner."""
    row = work.session.get_one(CustomerRow, customer_id)
    row.leaves_at = None
    to = queries.get_customer(work, customer_id).details
    queue(work, customer_id, letters.account_is_back(to.email, to.given_name))
    record(work, CustomerReturned(customer_id))


def prove_again(works: Works, hasher: Hasher, customer_id: CustomerId, password: str) -> Proof:
    """Look at the password of somebody who is signed in, before what cannot be undone."""
    guarded = Guarded.CUSTOMER_PASSWORD
    proof = prove(works, hasher, guarded, _owner(customer_id), password)
    with works() as work:
        if not proof.right:
            _record_refusal(work, proof, "password-again")
        else:
            forget_tries(work, _owner(customer_id)(work)[0], guarded)
    return proof


def sign_out(work: Work, visit: Visit) -> None:
    """End the session."""
    end_session(work, visit.session_id)
    record(work, CustomerSignedOut(visit.person_id))


def remember_browser(work: Work, customer_id: CustomerId, old_token: str | None) -> str:
    """Let a browser greet this customer from now on; return its new token."""
    if old_token:
        forget_browser(work, old_token)
    token = new_token()
    work.session.add(
        RememberedBrowser(
            customer_id=customer_id,
            token_hash=hash_token(token),
            created_at=work.now,
            expires_at=work.now + REMEMBERED_FOR,
        )
    )
    return token


def forget_browser(work: Work, token: str) -> None:
    """Let a browser greet nobody."""
    work.session.execute(
        delete(RememberedBrowser).where(RememberedBrowser.token_hash == hash_token(token))
    )


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


def tell_of_tries(work: Work, most: int = 50) -> int:
    """Write to customers whose sign-in was guessed at; return how many names were looked at."""
    guarded = (Guarded.CUSTOMER_PASSWORD, Guarded.CUSTOMER_ANSWER)
    names = list_untold_blocks(work, guarded, most)
    for name_hash in names:
        customer = queries.find_customer_by_hash(work, name_hash)
        if customer is not None:
            to = customer.details
            queue(work, customer.id, letters.tries_noticed(to.email, to.given_name))
            record(work, CustomerTold(customer.id))
        mark_told(work, name_hash)
    return len(names)


def _owner(customer_id: UUID) -> Callable[[Work], tuple[bytes, UUID | None]]:
    def find(work: Work) -> tuple[bytes, UUID | None]:
        query = select(CustomerRow.email_hash).where(CustomerRow.id == customer_id)
        email_hash = work.session.scalar(query)
        return email_hash or b"", customer_id if email_hash else None

    return find


def _record_refusal(work: Work, proof: Proof, step: str) -> None:
    record(work, SignInRefused(proof.owner_id or NOBODY, step, proof.blocked))
