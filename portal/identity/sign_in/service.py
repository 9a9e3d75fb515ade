"""Sign people in and out: password, second step, passkey, fresh proof; both realms.

Their differences are in the realm (`portal.identity.realms.rules.REALMS`) and in `ACCOUNTS`. What
only customers have is at the end: the question, a code by email, being told of tries.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from uuid import UUID

from portal.governance.audit.events import NOBODY, AuditEvent
from portal.governance.audit.trail import record
from portal.identity.accounts.models import CustomerRow
from portal.identity.accounts.queries import find_customer
from portal.identity.accounts.service import (
    lock_customer,
    lock_owner_of,
    reopen_account,
)
from portal.identity.credentials.rules import Guarded, Verification, normalise_password
from portal.identity.credentials.service import (
    count_try,
    forget_tries,
    mark_told,
    prove,
    renew_password_hash,
    still_holds,
    still_lets_in,
)
from portal.identity.mfa.queries import find_passkey_owner
from portal.identity.mfa.rules import Way
from portal.identity.mfa.service import (
    issue_mailed_code,
    use_authenticator,
    use_mailed_code,
    use_passkey,
    use_recovery_code,
)
from portal.identity.realms.rules import CUSTOMERS, REALMS, Realm
from portal.identity.sessions.queries import find_begun_at
from portal.identity.sessions.rules import HALF_OPEN_FOR, SessionStage
from portal.identity.sessions.service import (
    end_session,
    note_proved,
    record_sign_in,
    start_session,
)
from portal.identity.sign_in import emails
from portal.identity.sign_in.events import (
    CodeSent,
    CustomerProved,
    CustomerSignedIn,
    CustomerSignedOut,
    CustomerTimedOut,
    CustomerTold,
    SignInRefused,
)
from portal.identity.sign_in.queries import (
    find_account,
    find_owner,
    find_recipient,
    list_open_ways,
)
from portal.identity.sign_in.rules import SignedChallenge, SignIn
from portal.identity.staff_accounts import emails as staff_emails
from portal.identity.staff_accounts.events import (
    StaffProved,
    StaffRefused,
    StaffSignedIn,
    StaffSignedOut,
    StaffTimedOut,
)
from portal.identity.staff_accounts.models import StaffRow
from portal.identity.staff_accounts.service import lock_colleague
from portal.messaging.email.message import Email
from portal.messaging.email.outbox import queue
from portal.platform.core.clock import spell_desk_moment, spell_moment
from portal.platform.core.ids import CustomerId
from portal.platform.core.visit import CUSTOMER, STAFF, Device, Visit
from portal.platform.core.work import Work, Works
from portal.platform.encryption.hashing import Hasher
from portal.platform.settings import Settings

Account = CustomerRow | StaffRow


@dataclass(frozen=True, slots=True)
class Accounts:
    """The locks, emails and events of signing in to accounts of one realm."""

    lock: Callable[[Work, UUID], Account | None]
    """Returns the row as it is now; None for whoever is gone."""
    new_device: Callable[[str, str, Device, str], Email]
    spell_moment: Callable[[datetime], str]
    """How their emails tell the time."""
    signed_in: Callable[[UUID, str, bool], AuditEvent]
    refused: Callable[[UUID, str, bool], AuditEvent]
    proved: Callable[[UUID, str], AuditEvent]
    signed_out: Callable[[UUID], AuditEvent]
    timed_out: Callable[[UUID], AuditEvent]


def check_password(works: Works, hasher: Hasher, realm: Realm, email: str, password: str) -> SignIn:
    """Verify a password; a right one gives the token of a half-open session, and the next step."""
    find = partial(find_account, realm=realm, email=email)
    proof = prove(works, hasher, realm.password_tries, find, password)
    renewed = hasher.hash(normalise_password(password)) if proof.outdated else None
    with works() as work:
        owner_id = proof.owner_id if proof.right else None
        row = ACCOUNTS[realm.kind].lock(work, owner_id) if owner_id else None
        is_still_theirs = row is not None and find(work) == (row.email_hash, owner_id)
        if row is None or not is_still_theirs or not still_lets_in(work, proof):
            _refuse(work, realm, proof, "password")
            return SignIn(replace(proof, right=False))
        if renewed:
            renew_password_hash(work, row.id, renewed)
        ways = list_open_ways(work, realm, row.id)
        if realm.must_enrol and not ways:
            _refuse(work, realm, proof, "unfinished")
            return SignIn(proof, is_unfinished=True)
        token = start_session(work, realm.kind, row.id, SessionStage.HALF).token
        return SignIn(proof, token, ways=ways)


def check_code(works: Works, half: Visit, way: Way, code: str, device: Device) -> SignIn:
    """Count a try, then verify an authenticator code, an emailed code or a recovery code."""
    realm, me = REALMS[half.kind], half.person_id
    wrong = Verification(me, right=False, blocked=False)
    with works() as work:
        row = ACCOUNTS[realm.kind].lock(work, me)
        name_hash, _ = find_owner(work, realm, me)
        if not count_try(work, realm.code_tries, name_hash).allowed:
            blocked = replace(wrong, blocked=True)
            _refuse(work, realm, blocked, way)
            return SignIn(blocked)
        allowed = not half.is_setting_up and way in list_open_ways(work, realm, me)
        if row is None or not allowed or not _is_right(work, half, way, code):
            _refuse(work, realm, wrong, way)
            return SignIn(wrong)
        return _open(work, row, half, way, device)


def check_passkey(
    works: Works, settings: Settings, realm: Realm, signed: SignedChallenge, device: Device
) -> SignIn:
    """Sign somebody in by a passkey alone: it is two factors in one.

    No try is counted, because nothing can be guessed; so a stranger's tries at a password do not
    lock out the owner of a passkey.
    """
    with works() as work:
        subject_id, answer = signed.subject_id, signed.answer
        owner_id = find_passkey_owner(work, answer)
        row = ACCOUNTS[realm.kind].lock(work, owner_id) if owner_id else None
        if row is None or not use_passkey(work, settings, subject_id, answer, row.id):
            wrong = Verification(None, right=False, blocked=False)
            _refuse(work, realm, wrong, Way.PASSKEY)
            return SignIn(wrong)
        return _let_in(work, realm, row, Way.PASSKEY, device)


def open_session(work: Work, realm: Realm, person_id: UUID, way: Way, device: Device) -> SignIn:
    """Open a full session for somebody who has proved who they are; None if they are gone."""
    row = ACCOUNTS[realm.kind].lock(work, person_id)
    if row is None:
        return SignIn(Verification(person_id, right=False, blocked=False))
    return _let_in(work, realm, row, way, device)


def prove_again(
    works: Works, hasher: Hasher, visit: Visit, password: str
) -> tuple[Verification, str]:
    """Take a password as fresh proof, valid for five minutes (ASVS 7.5.1).

    Returns the session's new token as well, if it is right.
    """
    realm, me = REALMS[visit.kind], visit.person_id
    proof = _compare(works, hasher, realm, me, password)
    with works() as work:
        proof = _rely_on(work, realm, me, proof)
        if not proof.right:
            return proof, ""
        record(work, ACCOUNTS[realm.kind].proved(me, "password"))
        return proof, note_proved(work, visit.session_id)


def prove_by_passkey(work: Work, settings: Settings, visit: Visit, answer: str) -> str:
    """Take a passkey as fresh proof; return the session's new token, or nothing.

    Somebody else's passkey is refused.
    """
    realm, me = REALMS[visit.kind], visit.person_id
    row = ACCOUNTS[realm.kind].lock(work, me)
    if row is None or not use_passkey(work, settings, visit.session_id, answer, me):
        _refuse(work, realm, Verification(me, right=False, blocked=False), Way.PASSKEY)
        return ""
    record(work, ACCOUNTS[realm.kind].proved(me, Way.PASSKEY))
    return note_proved(work, visit.session_id)


def lock_owner(work: Work, kind: str, person_id: UUID) -> Account | None:
    """Lock the row of a session's owner; None if they are gone."""
    return ACCOUNTS[kind].lock(work, person_id)


def sign_out(work: Work, visit: Visit) -> None:
    """End the session, half open or full."""
    if end_session(work, visit.session_id) and not visit.is_half:
        record(work, ACCOUNTS[visit.kind].signed_out(visit.person_id))


def time_out(work: Work, visit: Visit) -> None:
    """End a session that was unused for too long; the actor is the system."""
    if end_session(work, visit.session_id) and not visit.is_half:
        record(work, ACCOUNTS[visit.kind].timed_out(visit.person_id))


def _compare(
    works: Works, hasher: Hasher, realm: Realm, person_id: UUID, password: str
) -> Verification:
    find = partial(find_owner, realm=realm, person_id=person_id)
    return prove(works, hasher, realm.proof_tries, find, password)


def _rely_on(work: Work, realm: Realm, person_id: UUID, proof: Verification) -> Verification:
    """Return the result of a password of somebody signed in; they are locked from here on."""
    is_there = ACCOUNTS[realm.kind].lock(work, person_id) is not None
    if not is_there or not still_holds(work, proof):
        _refuse(work, realm, proof, "password-again")
        return replace(proof, right=False)
    forget_tries(work, find_owner(work, realm, person_id)[0], realm.proof_tries)
    return proof


def _is_right(work: Work, half: Visit, way: Way, code: str) -> bool:
    if way is Way.AUTHENTICATOR:
        return use_authenticator(work, half.person_id, code)
    if way is Way.RECOVERY_CODE:
        return use_recovery_code(work, half.person_id, code)
    return way is Way.MAILED_CODE and use_mailed_code(work, half.session_id, code)


def _open(work: Work, row: Account, half: Visit, way: Way, device: Device) -> SignIn:
    """Turn a half-open session into a full one; None if it was ended meanwhile.

    Its owner is locked.
    """
    if not end_session(work, half.session_id):
        return SignIn(Verification(half.person_id, right=False, blocked=False))
    return _let_in(work, REALMS[half.kind], row, way, device)


def _let_in(work: Work, realm: Realm, row: Account, way: Way, device: Device) -> SignIn:
    accounts = ACCOUNTS[realm.kind]
    before, row.signed_in_at = row.signed_in_at, work.now
    is_back = realm.can_return and isinstance(row, CustomerRow) and row.leaves_at is not None
    if is_back:
        reopen_account(work, CustomerId(row.id))
    forget_tries(work, row.email_hash, *realm.guarded, *realm.mailings)
    opened = start_session(work, realm.kind, row.id, SessionStage.FULL, before)
    is_new = record_sign_in(work, row.id, opened.id, way, device)
    to = find_recipient(work, realm, row.id) if is_new else None
    if to is not None:
        queue(work, row.id, accounts.new_device(*to, device, accounts.spell_moment(work.now)))
    record(work, accounts.signed_in(row.id, way, is_new))
    return SignIn(Verification(row.id, right=True, blocked=False), opened.token, is_back=is_back)


def _refuse(work: Work, realm: Realm, proof: Verification, step: str) -> None:
    record(work, ACCOUNTS[realm.kind].refused(proof.owner_id or NOBODY, step, proof.blocked))


ACCOUNTS = {
    CUSTOMER: Accounts(
        lock=lambda work, person_id: lock_customer(work, CustomerId(person_id)),
        new_device=emails.new_device,
        spell_moment=spell_moment,
        signed_in=CustomerSignedIn,
        refused=SignInRefused,
        proved=CustomerProved,
        signed_out=CustomerSignedOut,
        timed_out=CustomerTimedOut,
    ),
    STAFF: Accounts(
        lock=lock_colleague,
        new_device=staff_emails.new_device,
        spell_moment=spell_desk_moment,
        signed_in=StaffSignedIn,
        refused=StaffRefused,
        proved=StaffProved,
        signed_out=StaffSignedOut,
        timed_out=StaffTimedOut,
    ),
}

# ------------------------------------------------------------------------------ customers alone


def check_answer(works: Works, hasher: Hasher, half: Visit, answer: str, device: Device) -> SignIn:
    """Verify the answer to the security question; a right one opens the session."""
    me, find = half.person_id, partial(find_owner, realm=CUSTOMERS, person_id=half.person_id)
    proof = prove(works, hasher, Guarded.CUSTOMER_ANSWER, find, answer)
    with works() as work:
        row = lock_customer(work, CustomerId(me))
        allowed = Way.QUESTION in list_open_ways(work, CUSTOMERS, me)
        if row is None or not allowed or not still_holds(work, proof):
            _refuse(work, CUSTOMERS, proof, "answer")
            return SignIn(Verification(proof.owner_id, right=False, blocked=proof.blocked))
        return _open(work, row, half, Way.QUESTION, device)


def send_code(work: Work, half: Visit) -> bool:
    """Email a code to the address on file; False where such codes are not open, or too many."""
    lock_customer(work, CustomerId(half.person_id))
    name_hash, _ = find_owner(work, CUSTOMERS, half.person_id)
    customer = find_customer(work, CustomerId(half.person_id))
    begun_at = find_begun_at(work, half.session_id)
    if customer is None or begun_at is None:
        return False
    if Way.MAILED_CODE not in list_open_ways(work, CUSTOMERS, half.person_id):
        return False
    if not count_try(work, Guarded.CUSTOMER_MAILING, name_hash).allowed:
        return False
    code = issue_mailed_code(work, half.session_id)
    to = customer.details
    ends_at = begun_at + HALF_OPEN_FOR  # with the half-open session: the code may live longer
    queue(work, customer.id, emails.sign_in_code(to.email, to.given_name, code, ends_at))
    record(work, CodeSent(customer.id))
    return True


def prove_by_password(
    works: Works, hasher: Hasher, customer_id: CustomerId, password: str
) -> Verification:
    """Verify the password of a customer named by a link, before an irreversible action."""
    proof = _compare(works, hasher, CUSTOMERS, customer_id, password)
    with works() as work:
        is_theirs = lock_customer(work, customer_id) is not None and still_lets_in(work, proof)
        proof = proof if is_theirs else replace(proof, right=False)
        return _rely_on(work, CUSTOMERS, customer_id, proof)


def tell_of_tries(works: Works, name_hash: bytes) -> None:
    """Email the customer whose account somebody tries to sign in to, if it is anybody's."""
    with works() as work:
        row = lock_owner_of(work, name_hash)
        is_news = mark_told(work, name_hash)  # another worker may have told them just now
        customer = find_customer(work, CustomerId(row.id)) if row is not None else None
        if is_news and customer is not None:
            to = customer.details
            email = emails.tries_noticed(to.email, to.given_name)
            queue(work, customer.id, email.warn(is_leaving=customer.is_closed))
            record(work, CustomerTold(customer.id))
