"""Account recovery: by link and proof, or by the desk's link."""

from dataclasses import dataclass
from functools import partial

from portal.governance.audit.events import NOBODY
from portal.governance.audit.trail import record
from portal.identity.account_recovery import emails
from portal.identity.account_recovery.events import (
    PasswordLinkAsked,
    PasswordReset,
    ProofRefused,
    SecretsReplaced,
)
from portal.identity.account_recovery.queries import find_recovering
from portal.identity.account_recovery.rules import (
    GUARDED,
    RESET_WITHIN,
    DisownedPasswordError,
    RequiredFactor,
)
from portal.identity.accounts.queries import get_customer
from portal.identity.accounts.rules import Customer
from portal.identity.accounts.service import LinkRequest, lock_customer, mail_link
from portal.identity.credentials.queries import find_secrets
from portal.identity.credentials.rules import (
    Guarded,
    Secrets,
    normalise_answer,
    normalise_password,
)
from portal.identity.credentials.rules import Verification as Compared
from portal.identity.credentials.service import (
    count_try,
    forget_tries,
    keep_secrets,
    prove,
    still_holds,
)
from portal.identity.mfa.service import forget_owner as forget_factors
from portal.identity.mfa.service import use_authenticator, use_recovery_code
from portal.identity.one_time_tokens.rules import TokenPurpose
from portal.identity.one_time_tokens.service import end_tokens, issue_token, use_token
from portal.identity.realms.rules import CUSTOMERS
from portal.identity.sessions.service import end_sessions, forget_browsers
from portal.identity.sign_in.queries import find_owner
from portal.messaging.email.outbox import queue
from portal.platform.core.ids import CustomerId
from portal.platform.core.work import Work, Works
from portal.platform.encryption.hashing import Hasher

TO_NEW_PASSWORD = LinkRequest(
    Guarded.CUSTOMER_LINK,
    TokenPurpose.RESET_PASSWORD,
    RESET_WITHIN,
    lambda to, token: emails.choose_password(to, f"/forgotten/{token}"),
    emails.no_account,
)


@dataclass(frozen=True, slots=True)
class Reset:
    """The result of an attempt to choose a new password with a link."""

    done: bool = False
    is_alive: bool = True
    blocked: bool = False


@dataclass(frozen=True, slots=True)
class Chosen:
    """The fields typed beside a link. Never printed."""

    password: str
    proof: str = ""
    question: str = ""

    def __repr__(self) -> str:
        return "Chosen(…)"


def ask_for_link(work: Work, typed: str) -> None:
    """Email an address a link to a new password, or that it has no account."""
    customer_id = mail_link(work, typed, TO_NEW_PASSWORD)
    record(work, PasswordLinkAsked(customer_id or NOBODY))


def send_link(work: Work, customer_id: CustomerId) -> None:
    """Email a link to a new password to a customer whose account may be in other hands.

    The customer is locked.
    """
    to = get_customer(work, customer_id).details
    token = issue_token(work, TokenPurpose.RESET_PASSWORD, customer_id, RESET_WITHIN)
    queue(work, customer_id, emails.choose_password(to.email, f"/forgotten/{token}"))
    record(work, PasswordLinkAsked(customer_id))


def end_ways_back(work: Work, customer_id: CustomerId) -> None:
    """Invalidate the links to a new password that were sent before."""
    for purpose in (TokenPurpose.RESET_PASSWORD, TokenPurpose.LET_BACK_IN):
        end_tokens(work, purpose, customer_id)


def reset_password(works: Works, hasher: Hasher, token: str, chosen: Chosen) -> Reset:
    """Replace a password by link and proof; every session ends, and none is opened.

    Raises `DisownedPasswordError` for a password that its owner has disowned.
    """
    password_hash = hasher.hash(normalise_password(chosen.password))
    with works() as work:
        found = find_recovering(work, TokenPurpose.RESET_PASSWORD, token)
        before = find_secrets(work, found.customer.id) if found else None
    if found is None or found.proof is RequiredFactor.PASSKEY:
        return Reset(is_alive=False)
    disowned = before.password_hash if before and before.password_is_disowned else ""
    is_same = bool(disowned) and hasher.verify(normalise_password(chosen.password), disowned)
    me, answered = found.customer.id, None
    if found.proof is RequiredFactor.QUESTION:
        find = partial(find_owner, realm=CUSTOMERS, person_id=me)
        answered = prove(works, hasher, GUARDED[found.proof], find, chosen.proof)
    with works() as work:
        is_there = lock_customer(work, me) is not None
        outcome = _check(work, me, found.proof, answered, chosen.proof)
        if not outcome.done:
            record(work, ProofRefused(me, outcome.blocked))
            return outcome
        if is_same:
            raise DisownedPasswordError  # only now: what is refused says what the password was
        secrets = find_secrets(work, me)
        used = is_there and use_token(work, TokenPurpose.RESET_PASSWORD, token) is not None
        if not used or secrets is None:
            return Reset(is_alive=False)
        kept = secrets.renew(password_hash, chosen.password, work.now)
        _replace(work, found.customer, kept)
        customer = get_customer(work, me)
        to = customer.details
        email = emails.password_changed(to.email, to.given_name)
        queue(work, me, email.warn(is_leaving=customer.is_closed))
        record(work, PasswordReset(me))
    return Reset(done=True)


def begin_anew(works: Works, hasher: Hasher, token: str, chosen: Chosen) -> bool:
    """Replace password and question, and remove every second step; False for a dead link."""
    password_hash = hasher.hash(normalise_password(chosen.password))
    answer_hash = hasher.hash(normalise_answer(chosen.proof))
    with works() as work:
        found = find_recovering(work, TokenPurpose.LET_BACK_IN, token)
        if found is None or lock_customer(work, found.customer.id) is None:
            return False
        if use_token(work, TokenPurpose.LET_BACK_IN, token) is None:
            return False
        forget_factors(work, found.customer.id)
        _replace(
            work, found.customer, Secrets(password_hash, chosen.question, answer_hash, work.now)
        )
        customer = get_customer(work, found.customer.id)
        to = customer.details
        email = emails.secrets_replaced(to.email, to.given_name)
        queue(work, customer.id, email.warn(is_leaving=customer.is_closed))
        record(work, SecretsReplaced(found.customer.id))
    return True


def _check(
    work: Work, me: CustomerId, proof: RequiredFactor, answered: Compared | None, typed: str
) -> Reset:
    """Check the proof asked beside the link, as required now; the customer is locked.

    A code counts as a try here; an answer was counted when it was compared.
    """
    if answered is not None:
        return Reset(done=still_holds(work, answered), blocked=answered.blocked)
    if not count_try(work, GUARDED[proof], find_owner(work, CUSTOMERS, me)[0]).allowed:
        return Reset(blocked=True)
    return Reset(done=use_authenticator(work, me, typed) or use_recovery_code(work, me, typed))


def _replace(work: Work, customer: Customer, secrets: Secrets) -> None:
    """Save new secrets and end every session: whoever knew the old ones is out (ASVS 7.4.3)."""
    keep_secrets(work, customer.id, secrets)
    end_sessions(work, customer.id)
    forget_browsers(work, customer.id)
    end_ways_back(work, customer.id)
    forget_tries(work, find_owner(work, CUSTOMERS, customer.id)[0], *CUSTOMERS.guarded)
