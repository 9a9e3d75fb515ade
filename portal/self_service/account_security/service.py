"""Change how somebody signs in and where they are signed in; every change is told.

Each change ends every other session (ASVS 7.4.3); `visit` is the session that stays.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from uuid import UUID

from portal.desk.case_records.rules import Topic
from portal.desk.cases.rules import Message
from portal.desk.cases.service import open_case
from portal.governance.audit.events import AuditEvent
from portal.governance.audit.trail import record
from portal.identity.account_recovery.service import end_ways_back
from portal.identity.accounts.queries import get_customer
from portal.identity.credentials.rules import normalise_answer, normalise_password
from portal.identity.credentials.service import disown_password, keep_secrets, replace_secrets
from portal.identity.mfa import service as factors
from portal.identity.mfa.queries import get_factors
from portal.identity.mfa.rules import Way
from portal.identity.realms.rules import REALMS
from portal.identity.sessions.queries import list_remembered
from portal.identity.sessions.service import end_session, end_sessions, forget_browsers
from portal.identity.sign_in.queries import find_recipient
from portal.identity.sign_in.service import lock_owner
from portal.identity.staff_accounts import emails as staff_emails
from portal.identity.staff_accounts import events as staff_events
from portal.messaging.email.message import Email
from portal.messaging.email.outbox import queue
from portal.platform.core.clock import spell_moment
from portal.platform.core.errors import NotFoundError
from portal.platform.core.ids import CustomerId, SessionId
from portal.platform.core.texts import _
from portal.platform.core.visit import CUSTOMER, STAFF, Visit
from portal.platform.core.work import Work, Works
from portal.platform.encryption.hashing import Hasher
from portal.platform.settings import Settings
from portal.self_service.account_security import emails, events
from portal.self_service.account_security.queries import (
    get_passkey_owner,
    get_secrets,
    get_strange_sign_in,
)
from portal.self_service.account_security.rules import LastFactorError, ShortPasswordError
from portal.self_service.email_change.service import end_waiting


@dataclass(frozen=True, slots=True)
class Notices:
    """What is written to somebody of a realm about a change, and which event records it.

    An email is written to an address, with the name in its greeting.
    """

    password_changed: Callable[[str, str], Email]
    authenticator_added: Callable[[str, str], Email]
    passkey_added: Callable[[str, str], Email]
    passkey_removed: Callable[[str, str, bool], Email]
    """Told also whether the security question is asked again."""
    codes_made: Callable[[str, str], Email]
    record_password: Callable[[UUID], AuditEvent]
    record_authenticator: Callable[[UUID, bool], AuditEvent]
    """Told also whether it takes the place of another."""
    record_passkey: Callable[[UUID], AuditEvent]
    record_passkey_removed: Callable[[UUID], AuditEvent]
    record_codes: Callable[[UUID], AuditEvent]
    record_ended: Callable[[UUID, str], AuditEvent]


NOTICES = {
    CUSTOMER: Notices(
        password_changed=emails.password_changed,
        authenticator_added=emails.authenticator_added,
        passkey_added=emails.passkey_added,
        passkey_removed=lambda to, name, back: emails.passkey_removed(
            to, name, is_question_back=back
        ),
        codes_made=emails.codes_made,
        record_password=events.PasswordChanged,
        record_authenticator=events.AuthenticatorAdded,
        record_passkey=events.PasskeyAdded,
        record_passkey_removed=events.PasskeyRemoved,
        record_codes=events.CodesMade,
        record_ended=events.SessionsEnded,
    ),
    STAFF: Notices(
        password_changed=staff_emails.password_changed,
        authenticator_added=partial(staff_emails.factor_added, what=_("An authenticator app")),
        passkey_added=partial(staff_emails.factor_added, what=_("A passkey")),
        passkey_removed=lambda to, name, _: staff_emails.passkey_removed(to, name),
        codes_made=staff_emails.codes_made,
        record_password=staff_events.StaffPasswordChanged,
        record_authenticator=lambda me, _: staff_events.FactorAdded(me, Way.AUTHENTICATOR),
        record_passkey=partial(staff_events.FactorAdded, way=Way.PASSKEY),
        record_passkey_removed=partial(staff_events.FactorRemoved, way=Way.PASSKEY),
        record_codes=staff_events.StaffCodesMade,
        record_ended=staff_events.StaffSessionsEnded,
    ),
}


def change_password(works: Works, hasher: Hasher, visit: Visit, password: str) -> bool:
    """Keep a new password and forget remembered browsers; False when it is the very same.

    Raises `StaleError` when another one was chosen while this one was compared.
    """
    me, notices = visit.person_id, NOTICES[visit.kind]
    with works() as work:
        before = get_secrets(work, me)
    if hasher.verify(normalise_password(password), before.password_hash):
        return False
    hashed = hasher.hash(normalise_password(password))
    with works() as work:
        to = _lock(work, visit)
        secrets = get_secrets(work, me).renew(hashed, password, work.now)
        replace_secrets(work, me, before, secrets)
        forget_browsers(work, me)
        _end_what_was_sent(work, visit)
        _finish(work, visit, notices.password_changed(*to), notices.record_password(me))
    return True


def begin_authenticator(work: Work, visit: Visit) -> None:
    """Begin to set up an authenticator app; the one in use, if any, goes on meanwhile."""
    _get_locked(work, visit)
    factors.begin_authenticator(work, visit.person_id)


def begin_passkey(work: Work, visit: Visit, settings: Settings) -> str:
    """Return what a browser needs to make a passkey, as JSON."""
    _get_locked(work, visit)
    owner = get_passkey_owner(work, REALMS[visit.kind], visit.person_id)
    return factors.begin_passkey(work, settings, owner)


def confirm_authenticator(work: Work, visit: Visit, code: str) -> list[str] | None:
    """Take a new authenticator into use by its first code; None for a wrong one.

    The one before ends with that. Returns the recovery codes where it is the first strong factor;
    they are shown once.
    """
    me, notices = visit.person_id, NOTICES[visit.kind]
    to, before = _lock(work, visit), get_factors(work, me)
    if not factors.confirm_authenticator(work, me, code):
        return None
    another = before.authenticator_added_at is not None
    event = notices.record_authenticator(me, another)
    _finish(work, visit, notices.authenticator_added(*to), event)
    return [] if before.are_strong else _make_codes(work, visit)


def add_passkey(
    work: Work, visit: Visit, settings: Settings, answer: str, name: str
) -> list[str] | None:
    """Keep a passkey that the browser made; None when it does not fit what was asked.

    Returns the recovery codes where it is the first strong factor; they are shown once.
    """
    me, notices = visit.person_id, NOTICES[visit.kind]
    to, before = _lock(work, visit), get_factors(work, me)
    if not factors.add_passkey(work, settings, me, answer, name):
        return None
    _finish(work, visit, notices.passkey_added(*to), notices.record_passkey(me))
    return [] if before.are_strong else _make_codes(work, visit)


def remove_passkey(work: Work, visit: Visit, passkey_id: UUID) -> None:
    """Take a passkey away; raises `NotFoundError`, also for another's.

    Raises `LastFactorError` for a colleague's last one, and `ShortPasswordError` where a
    customer's password would be left alone.
    """
    me, notices = visit.person_id, NOTICES[visit.kind]
    to = _lock(work, visit)
    if not factors.remove_passkey(work, me, passkey_id):
        raise NotFoundError
    back = _drop_useless_codes(work, visit)
    event = notices.record_passkey_removed(me)
    _finish(work, visit, notices.passkey_removed(*to, back), event)


def replace_codes(work: Work, visit: Visit) -> list[str]:
    """Make recovery codes anew; raises `NotFoundError` where nothing needs them."""
    me, notices = visit.person_id, NOTICES[visit.kind]
    to = _lock(work, visit)
    if not get_factors(work, me).are_strong:
        raise NotFoundError
    codes = factors.make_recovery_codes(work, me)
    _finish(work, visit, notices.codes_made(*to), notices.record_codes(me))
    return codes


def end_one(work: Work, visit: Visit, session_id: SessionId) -> None:
    """Sign somebody out in one place; raises `NotFoundError`, also for another's session."""
    _get_locked(work, visit)
    if not end_session(work, session_id, visit.person_id):
        raise NotFoundError
    _end_waiting(work, visit)
    record(work, NOTICES[visit.kind].record_ended(visit.person_id, "one"))


def end_everywhere(work: Work, visit: Visit, *, here: bool) -> None:
    """Sign somebody out everywhere else, or here too."""
    _get_locked(work, visit)
    end_sessions(work, visit.person_id, but=None if here else visit.session_id)
    _end_waiting(work, visit)
    which = "all" if here else "others"
    record(work, NOTICES[visit.kind].record_ended(visit.person_id, which))


def _get_locked(work: Work, visit: Visit) -> None:
    """Lock somebody, so that two changes at once come one after the other.

    Raises `NotFoundError` for whoever is gone.
    """
    if lock_owner(work, visit.kind, visit.person_id) is None:
        raise NotFoundError


def _lock(work: Work, visit: Visit) -> tuple[str, str]:
    """Lock somebody; return their address and the name that greets them, as they are now.

    Raises `NotFoundError` for whoever is gone.
    """
    _get_locked(work, visit)
    to = find_recipient(work, REALMS[visit.kind], visit.person_id)
    if to is None:
        raise NotFoundError
    return to


def _finish(work: Work, visit: Visit, email: Email, event: AuditEvent) -> None:
    """End the other sessions, tell whose account it is, write it in the trail."""
    end_sessions(work, visit.person_id, but=visit.session_id)
    queue(work, visit.person_id, email)
    record(work, event)


def _make_codes(work: Work, visit: Visit) -> list[str]:
    record(work, NOTICES[visit.kind].record_codes(visit.person_id))
    return factors.make_recovery_codes(work, visit.person_id)


def _drop_useless_codes(work: Work, visit: Visit) -> bool:
    """Take the recovery codes away where nothing strong is left; tell whether that is so.

    Raises `LastFactorError` where something strong has to be left, and `ShortPasswordError` where
    the password is too short to be left alone.
    """
    if get_factors(work, visit.person_id).are_strong:
        return False
    if REALMS[visit.kind].must_enrol:
        raise LastFactorError
    if get_secrets(work, visit.person_id).password_is_short:
        raise ShortPasswordError
    factors.forget_recovery_codes(work, visit.person_id)
    return True


def _end_waiting(work: Work, visit: Visit) -> None:
    """End a change of address that waits to be confirmed: customers alone ask for one."""
    if visit.kind == CUSTOMER:
        end_waiting(work, CustomerId(visit.person_id))


def _end_what_was_sent(work: Work, visit: Visit) -> None:
    """End links that were sent before to another address, or to a new password."""
    _end_waiting(work, visit)
    if visit.kind == CUSTOMER:
        end_ways_back(work, CustomerId(visit.person_id))


# ------------------------------------------------------------------------------ customers alone


def change_question(works: Works, hasher: Hasher, visit: Visit, question: str, answer: str) -> None:
    """Keep a security question, as it is worded, and its answer."""
    me, hashed = CustomerId(visit.person_id), hasher.hash(normalise_answer(answer))
    with works() as work:
        to = _lock(work, visit)
        secrets = replace(get_secrets(work, me), question=question, answer_hash=hashed)
        keep_secrets(work, me, secrets)
        _finish(work, visit, emails.question_changed(*to), events.QuestionChanged(me))


def remove_authenticator(work: Work, visit: Visit) -> None:
    """Take the authenticator away; without it and any passkey the question is asked again.

    Raises `NotFoundError`, and `ShortPasswordError` when the password cannot be left alone.
    """
    me = CustomerId(visit.person_id)
    to = _lock(work, visit)
    if get_factors(work, me).authenticator_added_at is None:
        raise NotFoundError
    factors.remove_authenticator(work, me)
    back = _drop_useless_codes(work, visit)
    email = emails.authenticator_removed(*to, is_question_back=back)
    _finish(work, visit, email, events.AuthenticatorRemoved(me))


def forget_browser(work: Work, visit: Visit, browser_id: UUID) -> None:
    """Let one browser greet nobody any more; raises `NotFoundError`, also for another's."""
    _get_locked(work, visit)
    if browser_id not in {one.id for one in list_remembered(work, visit.person_id)}:
        raise NotFoundError
    forget_browsers(work, visit.person_id, browser_id)
    record(work, events.BrowserForgotten(visit.person_id))


def report_sign_in(work: Work, visit: Visit, record_id: UUID) -> None:
    """End every session but this one, disown the password, and tell the desk of a strange sign-in.

    Whoever was in may know the password, so it lets nobody in any more, and until another is chosen
    their pages lead to where that is done. Browsers are forgotten, and a change of address ends.
    Raises `NotFoundError` for this very session, for another's, and for one that is too old.
    Said twice, it is one case; twice at once, the second raises `AlreadySentError`.
    """
    me = CustomerId(visit.person_id)
    _get_locked(work, visit)
    to = get_customer(work, me).details
    strange = get_strange_sign_in(work, visit, record_id)
    when = spell_moment(strange.happened_at)
    text = _("I don’t recognise the sign-in of {when}. Please look into it.", when=when)
    message = Message(
        name=to.full_name, email=to.email, topic=Topic.OTHER, service="", text=text,
        once=str(record_id),
    )  # fmt: skip
    open_case(work, message, me)
    disown_password(work, me)
    forget_browsers(work, me)
    end_waiting(work, me)
    email = emails.sign_in_reported(to.email, to.given_name, when)
    _finish(work, visit, email, events.SignInReported(me))
