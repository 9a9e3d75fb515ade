"""Accounts for colleagues; in and out, never by a password alone; changing how one signs in."""

from dataclasses import replace
from functools import partial
from uuid import UUID, uuid4

from sqlalchemy import select

from portal.governance.audit.events import NOBODY, AuditEvent
from portal.governance.audit.trail import record
from portal.identity.credentials.queries import find_secrets
from portal.identity.credentials.rules import Guarded, Secrets, Verification, normalise_password
from portal.identity.credentials.service import (
    count_try,
    forget_tries,
    prove,
    renew_password_hash,
    replace_secrets,
    still_holds,
)
from portal.identity.mfa import service as factors
from portal.identity.mfa.queries import find_passkey_owner, get_factors
from portal.identity.mfa.rules import Way
from portal.identity.sessions.rules import SessionStage
from portal.identity.sessions.service import (
    end_session,
    end_sessions,
    lock_row,
    lock_session,
    note_proved,
    record_sign_in,
    start_session,
)
from portal.identity.staff_accounts import emails, events
from portal.identity.staff_accounts.models import StaffRow
from portal.identity.staff_accounts.queries import find_owner, get_colleague, list_open_ways
from portal.identity.staff_accounts.rules import (
    GUARDED,
    STAFF_EMAIL,
    AlreadyStaffError,
    Colleague,
    LastFactorError,
    NewColleague,
    StaffSignIn,
    spell_staff_email,
)
from portal.messaging.email.message import Email
from portal.messaging.email.outbox import queue
from portal.platform.core.clock import spell_moment
from portal.platform.core.constraints import unless_taken
from portal.platform.core.errors import NotFoundError
from portal.platform.core.ids import SessionId, StaffId
from portal.platform.core.sealing import place
from portal.platform.core.visit import STAFF, Device, Visit
from portal.platform.core.work import Work, Works
from portal.platform.encryption.hashing import Hasher
from portal.platform.settings import Settings


def add_staff(work: Work, new: NewColleague) -> StaffId:
    """Give somebody an account that opens nothing before they join; raises `AlreadyStaffError`."""
    lock_session(work)
    staff_id = StaffId(uuid4())
    work.create_key(staff_id)
    row = StaffRow(
        id=staff_id,
        email_hash=work.vault.lookup_hash(STAFF_EMAIL, spell_staff_email(new.email)),
        sealed=work.seal(staff_id, place("staff_member", staff_id), new.words()),
        role=new.role,
        added_at=work.now,
    )
    with unless_taken(work, StaffRow, "email_hash", AlreadyStaffError()):
        work.session.add(row)
    record(work, events.StaffAdded(staff_id, new.role))
    return staff_id


def check_password(works: Works, hasher: Hasher, email: str, password: str) -> StaffSignIn:
    """Look at a password; when it is right, return the token of a half-open session with it."""

    def find(work: Work) -> tuple[bytes, UUID | None]:
        email_hash = work.vault.lookup_hash(STAFF_EMAIL, spell_staff_email(email))
        query = select(StaffRow.id).where(
            StaffRow.email_hash == email_hash, StaffRow.closed_at.is_(None)
        )
        return email_hash, work.session.scalar(query)

    proof = prove(works, hasher, Guarded.STAFF_PASSWORD, find, password)
    renewed = hasher.hash(normalise_password(password)) if proof.outdated else None
    with works() as work:
        row = lock_colleague(work, proof.owner_id) if proof.right and proof.owner_id else None
        if row is None or not still_holds(work, proof):  # changed or closed while it was compared
            _refuse(work, proof, "password")
            return StaffSignIn(replace(proof, right=False))
        if renewed:
            renew_password_hash(work, row.id, renewed)
        if not get_factors(work, row.id).are_strong:
            _refuse(work, proof, "unfinished")
            return StaffSignIn(proof, is_unfinished=True)
        return StaffSignIn(proof, start_session(work, STAFF, row.id, SessionStage.HALF).token)


def check_code(works: Works, half: Visit, way: Way, code: str, device: Device) -> StaffSignIn:
    """Count a try, then look at a code of an authenticator or of a sheet of paper."""
    me, wrong = half.person_id, Verification(half.person_id, right=False, blocked=False)
    with works() as work:
        lock_colleague(work, me)
        name_hash, _ = find_owner(work, me)
        if not count_try(work, Guarded.STAFF_CODE, name_hash).allowed:
            blocked = replace(wrong, blocked=True)
            _refuse(work, blocked, way)
            return StaffSignIn(blocked)
        if (
            half.is_enrolling
            or way not in list_open_ways(work, me)
            or not _is_right(work, me, way, code)
        ):
            _refuse(work, wrong, way)
            return StaffSignIn(wrong)
        if not end_session(work, half.session_id):
            return StaffSignIn(wrong)
        return open_session(work, me, way, device)


def check_passkey(
    works: Works, settings: Settings, subject_id: UUID, answer: str, device: Device
) -> StaffSignIn:
    """Let somebody in by a passkey alone: it is two proofs in one, so nothing else is asked."""
    with works() as work:
        owner_id = _use_passkey(work, settings, subject_id, answer)
        if owner_id is None:
            wrong = Verification(None, right=False, blocked=False)
            _refuse(work, wrong, Way.PASSKEY)
            return StaffSignIn(wrong)
        return open_session(work, owner_id, Way.PASSKEY, device)


def lock_colleague(work: Work, staff_id: UUID) -> StaffRow | None:
    """Lock the row of somebody at the desk, as it is now; None for whoever has left."""
    row = lock_row(work, StaffRow, StaffRow.id == staff_id)
    if row is None or row.closed_at is not None:
        return None
    work.note_locked(row.id)
    return row


def open_session(work: Work, staff_id: UUID, way: Way, device: Device) -> StaffSignIn:
    """Open a full session for whoever has proved who they are; not for somebody who has left."""
    row = lock_colleague(work, staff_id)
    if row is None:
        return StaffSignIn(Verification(staff_id, right=False, blocked=False))
    before, row.signed_in_at = row.signed_in_at, work.now
    forget_tries(work, row.email_hash, *GUARDED)
    opened = start_session(work, STAFF, row.id, SessionStage.FULL, before)
    is_new = record_sign_in(work, row.id, opened.id, way, device)
    if is_new:
        to, when = get_colleague(work, row.id), spell_moment(work.now)
        queue(work, row.id, emails.new_device(to.email, to.name, device, when))
    record(work, events.StaffSignedIn(row.id, way, is_new))
    return StaffSignIn(Verification(row.id, right=True, blocked=False), opened.token)


def prove_again(
    works: Works, hasher: Hasher, visit: Visit, password: str
) -> tuple[Verification, str]:
    """Take a password as fresh proof: what is precious is open for five minutes (ASVS 7.5.1).

    Returns the session's new token beside it, when it is right.
    """
    find = partial(find_owner, staff_id=visit.person_id)
    proof = prove(works, hasher, Guarded.STAFF_PROOF, find, password)
    with works() as work:
        if lock_colleague(work, visit.person_id) is None or not still_holds(work, proof):
            _refuse(work, proof, "password-again")
            return replace(proof, right=False), ""
        forget_tries(work, find(work)[0], Guarded.STAFF_PROOF)
        record(work, events.StaffProved(visit.person_id, "password"))
        return proof, note_proved(work, visit.session_id)


def prove_by_passkey(work: Work, settings: Settings, visit: Visit, answer: str) -> str:
    """Take a passkey as fresh proof; return the session's new token, or nothing.

    A passkey of somebody else is no proof.
    """
    if _use_passkey(work, settings, visit.session_id, answer) != visit.person_id:
        _refuse(work, Verification(visit.person_id, right=False, blocked=False), Way.PASSKEY)
        return ""
    record(work, events.StaffProved(visit.person_id, Way.PASSKEY))
    return note_proved(work, visit.session_id)


def sign_out(work: Work, visit: Visit) -> None:
    """End the session, half open or open."""
    if end_session(work, visit.session_id) and not visit.is_half:
        record(work, events.StaffSignedOut(visit.person_id))


def time_out(work: Work, visit: Visit) -> None:
    """End a session in which nothing happened any more: nobody did it."""
    if end_session(work, visit.session_id) and not visit.is_half:
        record(work, events.StaffTimedOut(visit.person_id))


def end_others(work: Work, visit: Visit, session_id: SessionId | None = None) -> None:
    """Sign a colleague out in one place, or everywhere else; raises `NotFoundError`."""
    _lock(work, visit)
    if session_id is None:
        end_sessions(work, visit.person_id, but=visit.session_id)
    elif not end_session(work, session_id, visit.person_id):
        raise NotFoundError
    record(work, events.StaffSessionsEnded(visit.person_id, "one" if session_id else "others"))


def change_password(works: Works, hasher: Hasher, visit: Visit, password: str) -> bool:
    """Keep a new password; False when it is the very same; raises `StaleError` as for customers."""
    spelled = normalise_password(password)
    with works() as work:
        before = find_secrets(work, visit.person_id)
    if before is None or hasher.verify(spelled, before.password_hash):
        return False
    hashed = hasher.hash(spelled)
    with works() as work:
        to = _lock(work, visit)
        replace_secrets(work, to.id, before, Secrets(hashed, "", "", work.now))
        email = emails.password_changed(to.email, to.name)
        _finish(work, visit, email, events.StaffPasswordChanged(to.id))
    return True


def begin_authenticator(work: Work, visit: Visit) -> None:
    """Begin to set up an authenticator app; the one in use goes on meanwhile."""
    factors.begin_authenticator(work, _lock(work, visit).id)


def confirm_authenticator(work: Work, visit: Visit, code: str) -> bool:
    """Take a new authenticator into use by its first code; the one before ends with that."""
    to = _lock(work, visit)
    if not factors.confirm_authenticator(work, to.id, code):
        return False
    email = emails.factor_added(to.email, to.name, "An authenticator app")
    _finish(work, visit, email, events.FactorAdded(to.id, Way.AUTHENTICATOR))
    return True


def add_passkey(work: Work, visit: Visit, settings: Settings, answer: str, name: str) -> bool:
    """Keep a passkey that the browser made; False when it does not fit what was asked."""
    to = _lock(work, visit)
    if not factors.add_passkey(work, settings, to.id, answer, name):
        return False
    email = emails.factor_added(to.email, to.name, "A passkey")
    _finish(work, visit, email, events.FactorAdded(to.id, Way.PASSKEY))
    return True


def remove_passkey(work: Work, visit: Visit, passkey_id: UUID) -> None:
    """Take a passkey away; raises `NotFoundError`, and `LastFactorError` for the last one."""
    to = _lock(work, visit)
    if not factors.remove_passkey(work, to.id, passkey_id):
        raise NotFoundError
    if not get_factors(work, to.id).are_strong:
        raise LastFactorError
    email = emails.passkey_removed(to.email, to.name)
    _finish(work, visit, email, events.FactorRemoved(to.id, Way.PASSKEY))


def replace_codes(work: Work, visit: Visit) -> list[str]:
    """Make ten recovery codes anew; they are shown once."""
    to = _lock(work, visit)
    codes = factors.make_recovery_codes(work, to.id)
    _finish(work, visit, emails.codes_made(to.email, to.name), events.StaffCodesMade(to.id))
    return codes


def _use_passkey(work: Work, settings: Settings, subject_id: UUID, answer: str) -> UUID | None:
    """Return which colleague, locked by now, signed the challenge of `subject_id`, or None."""
    owner_id = find_passkey_owner(work, answer)
    if owner_id is None or lock_colleague(work, owner_id) is None:
        return None
    return owner_id if factors.use_passkey(work, settings, subject_id, answer, owner_id) else None


def _is_right(work: Work, staff_id: UUID, way: Way, code: str) -> bool:
    if way is Way.AUTHENTICATOR:
        return factors.use_authenticator(work, staff_id, code)
    return way is Way.RECOVERY_CODE and factors.use_recovery_code(work, staff_id, code)


def _lock(work: Work, visit: Visit) -> Colleague:
    """Lock a colleague, so that two changes at once come one after the other."""
    lock_colleague(work, visit.person_id)
    return get_colleague(work, visit.person_id)


def _finish(work: Work, visit: Visit, email: Email, event: AuditEvent) -> None:
    end_sessions(work, visit.person_id, but=visit.session_id)
    queue(work, visit.person_id, email)
    record(work, event)


def _refuse(work: Work, proof: Verification, step: str) -> None:
    record(work, events.StaffRefused(proof.owner_id or NOBODY, step, proof.blocked))
