"""Invite colleagues, let them join, change their roles, close the accounts of those who leave.

An administrator starts all this, and never sees or chooses a password (ASVS 6.4.6).
"""

from uuid import UUID

from sqlalchemy import ColumnElement

from portal.desk.case_records.models import CaseRow, is_open
from portal.desk.case_records.service import lock_cases
from portal.desk.cases.events import CaseAssigned
from portal.desk.cases.rules import Step
from portal.desk.cases.service import enter
from portal.desk.queue.service import forget_views
from portal.desk.staff_admin.queries import find_invited, find_is_indispensable
from portal.desk.staff_admin.rules import BACK_IN_QUEUE, Joined
from portal.governance.audit.trail import record
from portal.identity.credentials.rules import Secrets, normalise_password
from portal.identity.credentials.service import forget_owner as forget_secrets
from portal.identity.credentials.service import forget_tries, keep_secrets
from portal.identity.form_drafts.service import forget_owner as forget_drafts
from portal.identity.mfa import service as factors
from portal.identity.mfa.models import Authenticator
from portal.identity.mfa.rules import Way
from portal.identity.one_time_tokens.rules import TokenPurpose
from portal.identity.one_time_tokens.service import end_tokens, issue_token, use_token
from portal.identity.realms.rules import COLLEAGUES
from portal.identity.sessions.rules import SessionStage
from portal.identity.sessions.service import (
    end_session,
    end_sessions,
    has_session,
    lock_session,
    start_session,
)
from portal.identity.sign_in.queries import find_owner
from portal.identity.sign_in.service import open_session
from portal.identity.staff_accounts import emails
from portal.identity.staff_accounts.events import (
    FactorAdded,
    InvitationUsed,
    RoleChanged,
    StaffClosed,
    StaffInvited,
)
from portal.identity.staff_accounts.models import StaffRow
from portal.identity.staff_accounts.queries import (
    get_at_work,
    get_colleague,
    list_locked,
)
from portal.identity.staff_accounts.rules import (
    INVITED_WITHIN,
    LastAdministratorError,
    Role,
)
from portal.identity.staff_accounts.service import lock_colleague
from portal.messaging.email.outbox import queue
from portal.platform.core.errors import NotFoundError
from portal.platform.core.ids import StaffId
from portal.platform.core.sealing import place
from portal.platform.core.visit import STAFF, Device, Visit
from portal.platform.core.work import Work, Works
from portal.platform.encryption.hashing import Hasher
from portal.platform.settings import Settings


def invite(work: Work, staff_id: StaffId) -> str:
    """Email a colleague a link to join, or to set up sign-in again; return its path.

    Once, ten minutes, newest only. Their credentials stay valid until it is used. Raises
    `NotFoundError` for one who has left.
    """
    lock_colleague(work, staff_id)
    to = get_colleague(work, staff_id)
    token = issue_token(work, TokenPurpose.JOIN_DESK, staff_id, INVITED_WITHIN)
    path = f"/staff/join/{token}"
    queue(work, staff_id, emails.invitation(to.email, path))
    record(work, StaffInvited(staff_id))
    return path


def join(works: Works, hasher: Hasher, token: str, password: str) -> str:
    """Save the password of an invited colleague; return the token of a session for setting up.

    Earlier credentials are deleted, and every session ends. Empty for a dead link.
    """
    hashed = hasher.hash(normalise_password(password))
    with works() as work:
        found = find_invited(work, token)
        if found is None:
            return ""
        _lock(work, found.id)
        if use_token(work, TokenPurpose.JOIN_DESK, token) is None:
            return ""
        end_sessions(work, found.id)
        factors.forget_owner(work, found.id)
        forget_tries(work, find_owner(work, COLLEAGUES, found.id)[0], *COLLEAGUES.guarded)
        keep_secrets(work, found.id, Secrets(hashed, "", "", work.now))
        factors.begin_authenticator(work, found.id)
        record(work, InvitationUsed(found.id))
        return start_session(work, STAFF, found.id, SessionStage.SETTING_UP).token


def set_up_authenticator(work: Work, visit: Visit, code: str, device: Device) -> Joined | None:
    """Activate the first authenticator by its first code, and sign its owner in."""
    if not _may_set_up(work, visit):
        return None
    if not factors.confirm_authenticator(work, visit.person_id, code):
        return None
    return _enrolled(work, visit, Way.AUTHENTICATOR, device)


def set_up_passkey(
    work: Work, visit: Visit, settings: Settings, answer: str, device: Device
) -> Joined | None:
    """Save the first passkey, which needs no authenticator beside it, and sign its owner in."""
    if not _may_set_up(work, visit):
        return None
    if not factors.add_passkey(work, settings, visit.person_id, answer, device.name):
        return None
    factors.remove_authenticator(work, visit.person_id)
    return _enrolled(work, visit, Way.PASSKEY, device)


def equip(work: Work, staff_id: StaffId, password_hash: str, secret: str) -> None:
    """Give a made-up colleague a password and an authenticator whose secret is known."""
    keep_secrets(work, staff_id, Secrets(password_hash, "", "", work.now))
    words = {"secret": secret, "pending": ""}
    sealed = work.seal(staff_id, place("authenticator", staff_id), words)
    row = Authenticator(owner_id=staff_id, sealed=sealed, added_at=work.now, last_step=0)
    row.confirmed_at = work.now
    work.session.add(row)


def change_role(work: Work, staff_id: StaffId, role: Role) -> bool:
    """Change a colleague's role; it applies from their next click. False for the same role.

    Raises `NotFoundError` and `LastAdministratorError`.
    """
    row = _lock(work, staff_id)
    before = Role(row.role)
    if before is role:
        return False
    _refuse_last(work, row)
    row.role = role
    record(work, RoleChanged(staff_id, before, role))
    return True


def close_account(work: Work, staff_id: StaffId, to: StaffId | None) -> int:
    """Close the account of a colleague who leaves; return how many open cases were reassigned.

    The cases are assigned to `to`, or go back to the queue. Sessions, secrets, second steps and
    links end at once; the account itself stays, because cases name it. Raises `NotFoundError` and
    `LastAdministratorError`.
    """
    row = _lock(work, staff_id)
    _refuse_last(work, row)
    if to is not None:
        _lock(work, to)
        get_at_work(work, to)
    if to == staff_id:
        raise NotFoundError
    lock_cases(
        work, _are_open_of(staff_id)
    )  # customers and cases come before sessions, here as everywhere
    end_sessions(work, staff_id)  # whatever they were doing is done, or refused
    handed = _hand_over(work, staff_id, to)
    row.closed_at = work.now
    end_tokens(work, TokenPurpose.JOIN_DESK, staff_id)
    for forget in (factors.forget_owner, forget_secrets, forget_drafts, forget_views):
        forget(work, staff_id)
    forget_tries(work, row.email_hash, *COLLEAGUES.guarded)
    record(work, StaffClosed(staff_id, handed))
    return handed


def _lock(work: Work, staff_id: StaffId) -> StaffRow:
    """Lock all who are at the desk, and return one of them."""
    rows = list_locked(work)
    lock_session(work)
    row = next((one for one in rows if one.id == staff_id), None)
    if row is None:
        raise NotFoundError
    for one in rows:
        work.note_locked(one.id)
    return row


def _refuse_last(work: Work, row: StaffRow) -> None:
    if find_is_indispensable(work, row.id):
        raise LastAdministratorError


def _hand_over(work: Work, staff_id: StaffId, to: StaffId | None) -> int:
    """Assign a colleague's open cases to another, or to nobody, each with its entry.

    What the other may not have goes back into the queue.
    """
    found = lock_cases(work, _are_open_of(staff_id))
    for row in found:
        row.assigned_to = None if row.kept_from == to else to
        enter(work, row, Step.ASSIGNED, "" if row.assigned_to else BACK_IN_QUEUE)
        record(work, CaseAssigned(row.id, row.assigned_to))
    return len(found)


def _are_open_of(staff_id: StaffId) -> ColumnElement[bool]:
    return (CaseRow.assigned_to == staff_id) & is_open()


def _may_set_up(work: Work, visit: Visit) -> bool:
    """Tell whether this session is for setting up; its colleague stays locked until the commit."""
    is_there = lock_colleague(work, visit.person_id) is not None
    return visit.is_setting_up and is_there and has_session(work, visit.session_id)


def _enrolled(work: Work, visit: Visit, way: Way, device: Device) -> Joined:
    me: UUID = visit.person_id
    codes = tuple(factors.make_recovery_codes(work, me))
    record(work, FactorAdded(me, way))
    end_session(work, visit.session_id)
    return Joined(open_session(work, COLLEAGUES, me, way, device).token, codes)
