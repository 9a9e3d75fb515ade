"""Let people back in: by link and proof, or by the desk."""

from dataclasses import dataclass, replace
from functools import partial

from portal.account.queries import get_customer
from portal.account.rules import Customer
from portal.account.service import Errand, lock_customer, mail_link
from portal.audit.events import NOBODY
from portal.audit.trail import record
from portal.casefiles.service import find_locked_owner, lock_case
from portal.cases.queries import get_case
from portal.cases.rules import Step
from portal.cases.service import enter, note_move
from portal.credentials.queries import find_secrets
from portal.credentials.rules import (
    Guarded,
    Secrets,
    is_short,
    normalise_answer,
    normalise_password,
)
from portal.credentials.rules import Proof as Compared
from portal.credentials.service import (
    count_try,
    forget_tries,
    keep_secrets,
    prove,
    still_holds,
)
from portal.entrance.queries import find_owner
from portal.entrance.rules import ALL_GUARDED
from portal.factors.service import forget_owner as forget_factors
from portal.factors.service import use_authenticator, use_recovery_code
from portal.kernel.ids import CustomerId
from portal.kernel.work import Work, Works
from portal.links.rules import Purpose
from portal.links.service import end_tokens, issue_token, use_token
from portal.mail.outbox import queue
from portal.recovery import letters
from portal.recovery.events import (
    CustomerLetBackIn,
    LinkAsked,
    NumbersViewed,
    PasswordReset,
    ProofRefused,
    SecretsReplaced,
)
from portal.recovery.queries import find_recovering
from portal.recovery.rules import GUARDED, LET_BACK_IN_WITHIN, RESET_WITHIN, Proof
from portal.sessions.service import end_sessions, forget_browsers
from portal.vault.hashing import Hasher

TO_NEW_PASSWORD = Errand(
    Guarded.CUSTOMER_LINK,
    Purpose.RESET_PASSWORD,
    RESET_WITHIN,
    lambda to, token: letters.choose_password(to, f"/forgotten/{token}"),
    letters.no_account,
)


@dataclass(frozen=True, slots=True)
class Reset:
    """What came of a try to choose a new password with a link."""

    done: bool = False
    is_alive: bool = True
    blocked: bool = False


@dataclass(frozen=True, slots=True)
class Chosen:
    """What somebody typed beside a link. Never printed."""

    password: str
    proof: str = ""
    question: str = ""

    def __repr__(self) -> str:
        return "Chosen(…)"


def ask_for_link(work: Work, typed: str) -> None:
    """Write a link to a new password, or that there is no account, to an address."""
    customer_id = mail_link(work, typed, TO_NEW_PASSWORD)
    record(work, LinkAsked(customer_id or NOBODY))


def send_link(work: Work, customer_id: CustomerId) -> None:
    """Write a link to a new password to a customer whose account may be in other hands.

    The customer is locked.
    """
    to = get_customer(work, customer_id).details
    token = issue_token(work, Purpose.RESET_PASSWORD, customer_id, RESET_WITHIN)
    queue(work, customer_id, letters.choose_password(to.email, f"/forgotten/{token}"))
    record(work, LinkAsked(customer_id))


def end_ways_back(work: Work, customer_id: CustomerId) -> None:
    """Have links to a new password that were sent before open nothing any more."""
    for purpose in (Purpose.RESET_PASSWORD, Purpose.LET_BACK_IN):
        end_tokens(work, purpose, customer_id)


def reset_password(works: Works, hasher: Hasher, token: str, chosen: Chosen) -> Reset:
    """Replace a password by link and proof; every session ends, and nobody is signed in by it."""
    password_hash = hasher.hash(normalise_password(chosen.password))
    with works() as work:
        found = find_recovering(work, Purpose.RESET_PASSWORD, token)
    if found is None or found.proof is Proof.PASSKEY:
        return Reset(is_alive=False)
    me, answered = found.customer.id, None
    if found.proof is Proof.QUESTION:
        find = partial(find_owner, customer_id=me)
        answered = prove(works, hasher, GUARDED[found.proof], find, chosen.proof)
    with works() as work:
        is_there = lock_customer(work, me) is not None
        outcome = _check(work, me, found.proof, answered, chosen.proof)
        if not outcome.done:
            record(work, ProofRefused(me, outcome.blocked))
            return outcome
        secrets = find_secrets(work, me)
        used = is_there and use_token(work, Purpose.RESET_PASSWORD, token) is not None
        if not used or secrets is None:
            return Reset(is_alive=False)
        kept = replace(
            secrets,
            password_hash=password_hash,
            password_set_at=work.now,
            password_is_short=is_short(chosen.password),
        )
        _replace(work, found.customer, kept)
        to = get_customer(work, me).details
        queue(work, me, letters.password_changed(to.email, to.given_name))
        record(work, PasswordReset(me))
    return Reset(done=True)


def view_numbers(work: Work, customer: Customer) -> tuple[str, ...]:
    """Return the numbers in a profile for a colleague who is to ring, and record the look."""
    record(work, NumbersViewed(customer.id))
    return tuple(one for one in (customer.details.telephone, customer.details.mobile) if one)


def let_back_in(work: Work, reference: str, version: int, note: str) -> bool:
    """Send a link to begin anew to the address on file; the note says how we know who it is.

    False when no account has the address of the case. Staff start it, and never see or choose
    what is chosen then (ASVS 6.4.6).
    """
    row = lock_case(work, reference, version)
    case = get_case(work, reference)
    customer = find_locked_owner(work, case.id)
    if customer is None or not case.is_open:
        return False
    token = issue_token(work, Purpose.LET_BACK_IN, customer.id, LET_BACK_IN_WITHIN)
    to = customer.details
    letter = letters.begin_anew(to.email, to.given_name, f"/begin-anew/{token}")
    queue(work, customer.id, letter, row.id)
    enter(work, row, Step.NOTED, note)
    enter(work, row, Step.LET_BACK_IN)
    note_move(work, row, Step.LET_BACK_IN)
    record(work, CustomerLetBackIn(customer.id))
    return True


def begin_anew(works: Works, hasher: Hasher, token: str, chosen: Chosen) -> bool:
    """Replace password and question, and take every second step away; False for a dead link."""
    password_hash = hasher.hash(normalise_password(chosen.password))
    answer_hash = hasher.hash(normalise_answer(chosen.proof))
    with works() as work:
        found = find_recovering(work, Purpose.LET_BACK_IN, token)
        if found is None or lock_customer(work, found.customer.id) is None:
            return False
        if use_token(work, Purpose.LET_BACK_IN, token) is None:
            return False
        forget_factors(work, found.customer.id)
        _replace(
            work, found.customer, Secrets(password_hash, chosen.question, answer_hash, work.now)
        )
        to = get_customer(work, found.customer.id).details
        queue(work, found.customer.id, letters.secrets_replaced(to.email, to.given_name))
        record(work, SecretsReplaced(found.customer.id))
    return True


def _check(
    work: Work, me: CustomerId, proof: Proof, answered: Compared | None, typed: str
) -> Reset:
    """Look at what is asked beside the link, as it is now; the customer is locked.

    A code counts a try here, an answer was counted when it was compared.
    """
    if answered is not None:
        return Reset(done=still_holds(work, answered), blocked=answered.blocked)
    if not count_try(work, GUARDED[proof], find_owner(work, me)[0]).allowed:
        return Reset(blocked=True)
    return Reset(done=use_authenticator(work, me, typed) or use_recovery_code(work, me, typed))


def _replace(work: Work, customer: Customer, secrets: Secrets) -> None:
    """Keep new secrets; whoever knew the old ones is put out everywhere (ASVS 7.4.3)."""
    keep_secrets(work, customer.id, secrets)
    end_sessions(work, customer.id)
    forget_browsers(work, customer.id)
    end_ways_back(work, customer.id)
    forget_tries(work, find_owner(work, customer.id)[0], *ALL_GUARDED)
