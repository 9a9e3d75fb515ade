"""Let customers in and out: password and second step, passkeys, fresh proof, greeting."""

from dataclasses import replace
from functools import partial
from uuid import UUID

from portal.governance.audit.events import NOBODY
from portal.governance.audit.trail import record
from portal.identity.accounts.models import CustomerRow
from portal.identity.accounts.queries import find_customer, find_customer_id
from portal.identity.accounts.service import (
    get_locked,
    lock_customer,
    lock_owner_of,
    reopen_account,
)
from portal.identity.contact_index.queries import get_email_hash
from portal.identity.credentials.rules import Guarded, Verification, normalise_password
from portal.identity.credentials.service import (
    count_try,
    forget_tries,
    mark_told,
    prove,
    renew_password_hash,
    still_holds,
)
from portal.identity.mfa.queries import find_passkey_owner, get_factors
from portal.identity.mfa.rules import Way
from portal.identity.mfa.service import (
    issue_mailed_code,
    use_authenticator,
    use_mailed_code,
    use_passkey,
    use_recovery_code,
)
from portal.identity.sessions.rules import Greeted, Greeting, SessionStage
from portal.identity.sessions.service import (
    end_session,
    find_remembered_owner,
    greet,
    has_session,
    note_proved,
    record_sign_in,
    remember_browser,
    start_session,
)
from portal.identity.sign_in import emails
from portal.identity.sign_in.events import (
    CodeSent,
    CopiedCookieNoticed,
    CustomerProved,
    CustomerSignedIn,
    CustomerSignedOut,
    CustomerTimedOut,
    CustomerTold,
    SignInRefused,
)
from portal.identity.sign_in.queries import find_owner
from portal.identity.sign_in.rules import ALL_GUARDED, GUARDED, MAILINGS, SignIn
from portal.messaging.email.outbox import queue
from portal.platform.core.clock import spell_moment
from portal.platform.core.ids import CustomerId
from portal.platform.core.visit import CUSTOMER, Device, Visit
from portal.platform.core.work import Work, Works
from portal.platform.encryption.hashing import Hasher
from portal.platform.settings import Settings


def check_password(works: Works, hasher: Hasher, email: str, password: str) -> SignIn:
    """Look at a password; a right one gives the token of a half-open session, and what is next."""

    def find(work: Work) -> tuple[bytes, UUID | None]:
        email_hash = get_email_hash(work, email)
        return email_hash, find_customer_id(work, email_hash)

    proof = prove(works, hasher, Guarded.CUSTOMER_PASSWORD, find, password)
    renewed = hasher.hash(normalise_password(password)) if proof.outdated else None
    with works() as work:
        row = lock_owner_of(work, get_email_hash(work, email)) if proof.right else None
        if row is None or row.id != proof.owner_id or not still_holds(work, proof):
            _record_refusal(work, proof, "password")
            return SignIn(replace(proof, right=False))
        if renewed:
            renew_password_hash(work, row.id, renewed)
        token = start_session(work, CUSTOMER, row.id, SessionStage.HALF).token
        return SignIn(proof, token, ways=get_factors(work, row.id).ways)


def check_answer(works: Works, hasher: Hasher, half: Visit, answer: str, device: Device) -> SignIn:
    """Look at an answer; when it is right, the session is open, and a closed account is back."""
    proof = prove(
        works,
        hasher,
        Guarded.CUSTOMER_ANSWER,
        partial(find_owner, customer_id=half.person_id),
        answer,
    )
    with works() as work:
        row = lock_customer(work, CustomerId(half.person_id))
        allowed = Way.QUESTION in get_factors(work, half.person_id).ways
        if row is None or not allowed or not still_holds(work, proof):
            _record_refusal(work, proof, "answer")
            return SignIn(Verification(proof.owner_id, right=False, blocked=proof.blocked))
        return _open(work, row, half, Way.QUESTION, device)


def check_code(works: Works, half: Visit, way: Way, code: str, device: Device) -> SignIn:
    """Count a try, then look at a code of an authenticator, an email or a sheet of paper."""
    me = half.person_id
    with works() as work:
        row = lock_customer(work, CustomerId(me))
        name_hash, _ = find_owner(work, me)
        if not count_try(work, GUARDED[way], name_hash).allowed:
            _record_refusal(work, Verification(me, right=False, blocked=True), way)
            return SignIn(Verification(me, right=False, blocked=True))
        allowed = way in get_factors(work, me).ways
        if row is None or not allowed or not _is_right(work, half, way, code):
            _record_refusal(work, Verification(me, right=False, blocked=False), way)
            return SignIn(Verification(me, right=False, blocked=False))
        return _open(work, row, half, way, device)


def check_passkey(
    works: Works, settings: Settings, asked: UUID, answer: str, device: Device
) -> SignIn:
    """Let somebody in by a passkey alone: it is two proofs in one, so nothing else is asked.

    Nothing is counted, because nothing can be guessed; so a stranger's tries at a password
    keep nobody out who has one.
    """
    with works() as work:
        owner_id = find_passkey_owner(work, answer)
        customer = lock_customer(work, CustomerId(owner_id)) if owner_id else None
        if customer is None or not use_passkey(work, settings, asked, answer, customer.id):
            proof = Verification(None, right=False, blocked=False)
            _record_refusal(work, proof, Way.PASSKEY)
            return SignIn(proof)
        return _let_in(work, customer, Way.PASSKEY, device)


def send_code(work: Work, half: Visit) -> bool:
    """Write a code to the address on file; False where codes by letter are not open, or enough."""
    lock_customer(work, CustomerId(half.person_id))
    name_hash, _ = find_owner(work, half.person_id)
    customer = find_customer(work, CustomerId(half.person_id))
    if customer is None or not has_session(work, half.session_id):
        return False
    if Way.MAILED_CODE not in get_factors(work, half.person_id).ways:
        return False
    if not count_try(work, Guarded.CUSTOMER_MAILING, name_hash).allowed:
        return False
    code = issue_mailed_code(work, half.session_id)
    to = customer.details
    queue(work, customer.id, emails.sign_in_code(to.email, to.given_name, code))
    record(work, CodeSent(customer.id))
    return True


def prove_by_password(
    works: Works, hasher: Hasher, customer_id: CustomerId, password: str
) -> Verification:
    """Look at the password of somebody known, before what cannot be undone."""
    find = partial(find_owner, customer_id=customer_id)
    proof = prove(works, hasher, Guarded.CUSTOMER_PROOF, find, password)
    with works() as work:
        if lock_customer(work, customer_id) is None or not still_holds(work, proof):
            _record_refusal(work, proof, "password-again")
            return replace(proof, right=False)
        forget_tries(work, find(work)[0], Guarded.CUSTOMER_PROOF)
    return proof


def prove_again(
    works: Works, hasher: Hasher, visit: Visit, password: str
) -> tuple[Verification, str]:
    """Take a password as fresh proof: what is precious is open for five minutes (ASVS 7.5.1).

    Returns the session's new token beside it, when it is right.
    """
    proof = prove_by_password(works, hasher, CustomerId(visit.person_id), password)
    if not proof.right:
        return proof, ""
    with works() as work:
        get_locked(work, CustomerId(visit.person_id))
        record(work, CustomerProved(visit.person_id, "password"))
        return proof, note_proved(work, visit.session_id)


def prove_by_passkey(work: Work, settings: Settings, visit: Visit, answer: str) -> str:
    """Take a passkey as fresh proof; return the session's new token, or nothing.

    A passkey of somebody else is no proof.
    """
    get_locked(work, CustomerId(visit.person_id))
    if not use_passkey(work, settings, visit.session_id, answer, visit.person_id):
        _record_refusal(
            work, Verification(visit.person_id, right=False, blocked=False), Way.PASSKEY
        )
        return ""
    record(work, CustomerProved(visit.person_id, Way.PASSKEY))
    return note_proved(work, visit.session_id)


def lock_owner(work: Work, person_id: UUID) -> CustomerRow | None:
    """Lock the customer whose session it is; None for whoever is gone."""
    return lock_customer(work, CustomerId(person_id))


def sign_out(work: Work, visit: Visit) -> None:
    """End the session, half open or open."""
    if end_session(work, visit.session_id) and not visit.is_half:
        record(work, CustomerSignedOut(visit.person_id))


def time_out(work: Work, visit: Visit) -> None:
    """End a session in which nothing happened any more: nobody did it."""
    if end_session(work, visit.session_id) and not visit.is_half:
        record(work, CustomerTimedOut(visit.person_id))


def recognise(work: Work, shown: str, *, may_be_second_tab: bool) -> tuple[str, Greeting]:
    """Return the first name to greet by, with what to keep in the browser from now on.

    An old copy of a token makes every browser forgotten, and its owner is told.
    """
    owner_id = find_remembered_owner(work, shown)
    if owner_id is not None:
        lock_customer(work, CustomerId(owner_id))
    greeting = greet(work, shown, may_be_second_tab=may_be_second_tab)
    owner_id = greeting.owner_id
    customer = find_customer(work, CustomerId(owner_id)) if owner_id else None
    if customer is None:
        return "", greeting
    to = customer.details
    if greeting.outcome is Greeted.STOLEN:
        queue(work, customer.id, emails.copied_cookie(to.email, to.given_name))
        record(work, CopiedCookieNoticed(customer.id))
        return "", greeting
    return to.given_name, greeting


def remember(work: Work, customer_id: CustomerId, shown: str | None, device: Device) -> str:
    """Have a browser greet a customer from now on; return what its cookie holds.

    Raises `NotFoundError` for whoever is gone.
    """
    get_locked(work, customer_id)
    return remember_browser(work, customer_id, shown, device)


def tell_of_tries(works: Works, name_hash: bytes) -> None:
    """Write to the customer whose sign-in was guessed at, if it is anybody's."""
    with works() as work:
        row = lock_owner_of(work, name_hash)
        is_news = mark_told(work, name_hash)  # another worker may have told them just now
        customer = find_customer(work, CustomerId(row.id)) if row is not None else None
        if is_news and customer is not None:
            to = customer.details
            queue(work, customer.id, emails.tries_noticed(to.email, to.given_name))
            record(work, CustomerTold(customer.id))


def _is_right(work: Work, half: Visit, way: Way, code: str) -> bool:
    if way is Way.AUTHENTICATOR:
        return use_authenticator(work, half.person_id, code)
    if way is Way.RECOVERY_CODE:
        return use_recovery_code(work, half.person_id, code)
    return use_mailed_code(work, half.session_id, code)


def _open(work: Work, row: CustomerRow, half: Visit, way: Way, device: Device) -> SignIn:
    """Turn a half-open session into a new one; not when it was ended meanwhile.

    The customer is locked.
    """
    if not end_session(work, half.session_id):
        return SignIn(Verification(half.person_id, right=False, blocked=False))
    return _let_in(work, row, way, device)


def _let_in(work: Work, row: CustomerRow, way: Way, device: Device) -> SignIn:
    before, row.signed_in_at = row.signed_in_at, work.now
    is_back = row.leaves_at is not None
    if is_back:
        reopen_account(work, CustomerId(row.id))
    forget_tries(work, row.email_hash, *ALL_GUARDED, *MAILINGS)
    opened = start_session(work, CUSTOMER, row.id, SessionStage.FULL, before)
    is_new = record_sign_in(work, row.id, opened.id, way, device)
    if is_new:
        to = find_customer(work, CustomerId(row.id))
        if to is not None:
            when = spell_moment(work.now)
            words = to.details
            queue(work, row.id, emails.new_device(words.email, words.given_name, device, when))
    record(work, CustomerSignedIn(row.id, way, is_new))
    return SignIn(Verification(row.id, right=True, blocked=False), opened.token, is_back=is_back)


def _record_refusal(work: Work, proof: Verification, step: str) -> None:
    record(work, SignInRefused(proof.owner_id or NOBODY, step, proof.blocked))
