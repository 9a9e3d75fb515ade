"""Change how a customer signs in and where they are signed in; every change is told.

Each change ends every other session (ASVS 7.4.3); `visit` is the session that stays.
"""

from dataclasses import replace
from uuid import UUID

from portal.desk.cases.rules import Message, Topic
from portal.desk.cases.service import open_case
from portal.governance.audit.events import AuditEvent
from portal.governance.audit.trail import record
from portal.identity.account_recovery.service import end_ways_back
from portal.identity.accounts.queries import get_customer
from portal.identity.accounts.rules import Details
from portal.identity.accounts.service import get_locked
from portal.identity.credentials.rules import is_short, normalise_answer, normalise_password
from portal.identity.credentials.service import keep_secrets, replace_secrets
from portal.identity.mfa import service as factors
from portal.identity.mfa.queries import get_factors
from portal.identity.mfa.rules import Holder
from portal.identity.sessions.queries import list_remembered
from portal.identity.sessions.service import end_session, end_sessions, forget_browsers
from portal.messaging.email.message import Email
from portal.messaging.email.outbox import queue
from portal.platform.core.clock import spell_moment
from portal.platform.core.errors import NotFoundError
from portal.platform.core.ids import CustomerId, SessionId
from portal.platform.core.visit import Visit
from portal.platform.core.work import Work, Works
from portal.platform.encryption.hashing import Hasher
from portal.platform.settings import Settings
from portal.self_service.account_security import emails, events
from portal.self_service.account_security.queries import get_secrets, get_strange_sign_in
from portal.self_service.account_security.rules import ShortPasswordError
from portal.self_service.email_change.service import end_waiting


def change_password(works: Works, hasher: Hasher, visit: Visit, password: str) -> bool:
    """Keep a new password and forget remembered browsers; False when it is the very same.

    Raises `StaleError` when another one was chosen while this one was compared.
    """
    me = CustomerId(visit.person_id)
    with works() as work:
        before = get_secrets(work, me)
    if hasher.verify(normalise_password(password), before.password_hash):
        return False
    hashed = hasher.hash(normalise_password(password))
    with works() as work:
        to = _lock(work, me)
        secrets = replace(
            get_secrets(work, me),
            password_hash=hashed,
            password_set_at=work.now,
            password_is_short=is_short(password),
        )
        replace_secrets(work, me, before, secrets)
        forget_browsers(work, me)
        end_waiting(work, me)
        end_ways_back(work, me)
        email = emails.password_changed(to.email, to.given_name)
        _finish(work, visit, email, events.PasswordChanged(me))
    return True


def change_question(works: Works, hasher: Hasher, visit: Visit, question: str, answer: str) -> None:
    """Keep a security question, as it is worded, and its answer."""
    me, hashed = CustomerId(visit.person_id), hasher.hash(normalise_answer(answer))
    with works() as work:
        to = _lock(work, me)
        secrets = replace(get_secrets(work, me), question=question, answer_hash=hashed)
        keep_secrets(work, me, secrets)
        email = emails.question_changed(to.email, to.given_name)
        _finish(work, visit, email, events.QuestionChanged(me))


def begin_authenticator(work: Work, visit: Visit) -> None:
    """Begin to set up an authenticator app; the one in use, if any, goes on meanwhile."""
    _lock(work, CustomerId(visit.person_id))
    factors.begin_authenticator(work, visit.person_id)


def begin_passkey(work: Work, visit: Visit, settings: Settings) -> str:
    """Return what a browser needs to make a passkey, as JSON."""
    to = _lock(work, CustomerId(visit.person_id))
    holder = Holder(visit.person_id, to.email, to.full_name)
    return factors.begin_passkey(work, settings, holder)


def confirm_authenticator(work: Work, visit: Visit, code: str) -> list[str] | None:
    """Take a new authenticator into use by its first code; None for a wrong one.

    Returns the recovery codes where it is the first strong factor; they are shown once.
    """
    me = CustomerId(visit.person_id)
    to, before = _lock(work, me), get_factors(work, me)
    if not factors.confirm_authenticator(work, me, code):
        return None
    email = emails.authenticator_added(to.email, to.given_name)
    another = before.authenticator_added_at is not None
    _finish(work, visit, email, events.AuthenticatorAdded(me, another))
    return [] if before.are_strong else _make_codes(work, me)


def remove_authenticator(work: Work, visit: Visit) -> None:
    """Take the authenticator away; without it and any passkey the question is asked again.

    Raises `NotFoundError`, and `ShortPasswordError` when the password cannot be left alone.
    """
    me = CustomerId(visit.person_id)
    to = _lock(work, me)
    if get_factors(work, me).authenticator_added_at is None:
        raise NotFoundError
    factors.remove_authenticator(work, me)
    back = _drop_useless_codes(work, me)
    email = emails.authenticator_removed(to.email, to.given_name, is_question_back=back)
    _finish(work, visit, email, events.AuthenticatorRemoved(me))


def add_passkey(
    work: Work, visit: Visit, settings: Settings, answer: str, name: str
) -> list[str] | None:
    """Keep a passkey that the browser made; None when it does not fit what was asked.

    Returns the recovery codes where it is the first strong factor; they are shown once.
    """
    me = CustomerId(visit.person_id)
    to, before = _lock(work, me), get_factors(work, me)
    if not factors.add_passkey(work, settings, me, answer, name):
        return None
    email = emails.passkey_added(to.email, to.given_name)
    _finish(work, visit, email, events.PasskeyAdded(me))
    return [] if before.are_strong else _make_codes(work, me)


def remove_passkey(work: Work, visit: Visit, passkey_id: UUID) -> None:
    """Take a passkey away; raises `NotFoundError`, also for another's, and `ShortPasswordError`."""
    me = CustomerId(visit.person_id)
    to = _lock(work, me)
    if not factors.remove_passkey(work, me, passkey_id):
        raise NotFoundError
    back = _drop_useless_codes(work, me)
    email = emails.passkey_removed(to.email, to.given_name, is_question_back=back)
    _finish(work, visit, email, events.PasskeyRemoved(me))


def replace_codes(work: Work, visit: Visit) -> list[str]:
    """Make recovery codes anew; raises `NotFoundError` where nothing needs them."""
    me = CustomerId(visit.person_id)
    to = _lock(work, me)
    if not get_factors(work, me).are_strong:
        raise NotFoundError
    codes = factors.make_recovery_codes(work, me)
    _finish(work, visit, emails.codes_made(to.email, to.given_name), events.CodesMade(me))
    return codes


def end_one(work: Work, visit: Visit, session_id: SessionId) -> None:
    """Sign somebody out in one place; raises `NotFoundError`, also for another's session."""
    get_locked(work, CustomerId(visit.person_id))
    if not end_session(work, session_id, visit.person_id):
        raise NotFoundError
    end_waiting(work, CustomerId(visit.person_id))
    record(work, events.SessionsEnded(visit.person_id, "one"))


def end_everywhere(work: Work, visit: Visit, *, here: bool) -> None:
    """Sign somebody out everywhere else, or here too."""
    get_locked(work, CustomerId(visit.person_id))
    end_sessions(work, visit.person_id, but=None if here else visit.session_id)
    end_waiting(work, CustomerId(visit.person_id))
    record(work, events.SessionsEnded(visit.person_id, "all" if here else "others"))


def forget_browser(work: Work, visit: Visit, browser_id: UUID) -> None:
    """Let one browser greet nobody any more; raises `NotFoundError`, also for another's."""
    get_locked(work, CustomerId(visit.person_id))
    if browser_id not in {one.id for one in list_remembered(work, visit.person_id)}:
        raise NotFoundError
    forget_browsers(work, visit.person_id, browser_id)
    record(work, events.BrowserForgotten(visit.person_id))


def report_sign_in(work: Work, visit: Visit, record_id: UUID) -> None:
    """End every session but this one, forget browsers, and tell the desk of a strange sign-in.

    Raises `NotFoundError` for this very session, for another's, and for one that is too old.
    Said twice, it is one case; twice at once, the second raises `AlreadySentError`.
    """
    me = CustomerId(visit.person_id)
    to = _lock(work, me)
    strange = get_strange_sign_in(work, visit, record_id)
    when = spell_moment(strange.happened_at)
    text = f"I do not recognise the sign-in of {when}. Please look at it."
    message = Message(
        name=to.full_name, email=to.email, topic=Topic.OTHER, service="", text=text,
        once=str(record_id),
    )  # fmt: skip
    open_case(work, message, me)
    forget_browsers(work, me)
    end_waiting(work, me)
    email = emails.sign_in_reported(to.email, to.given_name, when)
    _finish(work, visit, email, events.SignInReported(me))


def _lock(work: Work, customer_id: CustomerId) -> Details:
    """Lock a customer, so that two changes at once come one after the other."""
    get_locked(work, customer_id)
    return get_customer(work, customer_id).details


def _finish(work: Work, visit: Visit, email: Email, event: AuditEvent) -> None:
    """End the other sessions, tell the customer, write it in the trail."""
    end_sessions(work, visit.person_id, but=visit.session_id)
    queue(work, visit.person_id, email)
    record(work, event)


def _make_codes(work: Work, customer_id: CustomerId) -> list[str]:
    record(work, events.CodesMade(customer_id))
    return factors.make_recovery_codes(work, customer_id)


def _drop_useless_codes(work: Work, customer_id: CustomerId) -> bool:
    """Take the recovery codes away where nothing strong is left; tell whether that is so.

    Raises `ShortPasswordError` where the password is too short to be left alone.
    """
    if get_factors(work, customer_id).are_strong:
        return False
    if get_secrets(work, customer_id).password_is_short:
        raise ShortPasswordError
    factors.forget_recovery_codes(work, customer_id)
    return True
