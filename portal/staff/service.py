"""Add people to the desk; let them in and out."""

from dataclasses import dataclass
from uuid import UUID, uuid4

from sqlalchemy import select

from portal.audit.trail import record
from portal.credentials.rules import (
    Guarded,
    Proof,
    Secrets,
    normalise_answer,
    normalise_password,
)
from portal.credentials.service import forget_tries, keep_secrets, prove
from portal.kernel.constraints import unless_taken
from portal.kernel.ids import StaffId
from portal.kernel.sealing import place
from portal.kernel.visit import Visit
from portal.kernel.work import Work, Works
from portal.sessions.rules import Stage
from portal.sessions.service import end_session, has_session, start_session
from portal.staff import queries
from portal.staff.events import StaffAdded, StaffRefused, StaffSignedIn, StaffSignedOut
from portal.staff.models import StaffRow
from portal.staff.rules import STAFF_EMAIL, AlreadyStaffError, Role, spell_staff_email
from portal.vault.hashing import Hasher

NOBODY = UUID(int=0)


@dataclass(frozen=True, slots=True, kw_only=True)
class NewColleague:
    """Somebody who is to work at the desk. Never printed."""

    name: str
    email: str
    role: Role
    password: str
    question: str
    answer: str

    def __repr__(self) -> str:
        return "NewColleague(…)"


def add_staff(works: Works, hasher: Hasher, new: NewColleague) -> StaffId:
    """Give somebody an account at the desk; raises `AlreadyStaffError`."""
    password_hash = hasher.hash(normalise_password(new.password))
    answer_hash = hasher.hash(normalise_answer(new.answer))
    staff_id = StaffId(uuid4())
    with works() as work:
        work.vault.create_key(staff_id)
        words = {"name": new.name, "email": new.email}
        with unless_taken(work, StaffRow, "email_hash", AlreadyStaffError()):
            work.session.add(
                StaffRow(
                    id=staff_id,
                    email_hash=work.vault.lookup_hash(STAFF_EMAIL, spell_staff_email(new.email)),
                    sealed=work.vault.seal(staff_id, place("staff_member", staff_id), words),
                    role=new.role,
                    added_at=work.now,
                )
            )
        keep_secrets(work, staff_id, Secrets(password_hash, new.question, answer_hash, work.now))
        record(work, StaffAdded(staff_id, new.role))
    return staff_id


def check_password(works: Works, hasher: Hasher, email: str, password: str) -> tuple[Proof, str]:
    """Look at a password; when it is right, return the token of a half-open session with it."""

    def find(work: Work) -> tuple[bytes, UUID | None]:
        email_hash = work.vault.lookup_hash(STAFF_EMAIL, spell_staff_email(email))
        query = select(StaffRow.id).where(
            StaffRow.email_hash == email_hash, StaffRow.closed_at.is_(None)
        )
        return email_hash, work.session.scalar(query)

    proof = prove(works, hasher, Guarded.STAFF_PASSWORD, find, password)
    with works() as work:
        if not proof.right or proof.owner_id is None:
            record(work, StaffRefused(proof.owner_id or NOBODY, "password", proof.blocked))
            return proof, ""
        return proof, start_session(work, queries.STAFF, proof.owner_id, Stage.HALF)


def check_answer(works: Works, hasher: Hasher, half: Visit, answer: str) -> tuple[Proof, str]:
    """Look at an answer; when it is right, return the token of the session that is open now."""

    def find(work: Work) -> tuple[bytes, UUID | None]:
        query = select(StaffRow.email_hash).where(StaffRow.id == half.person_id)
        return work.session.scalar(query) or b"", half.person_id

    proof = prove(works, hasher, Guarded.STAFF_ANSWER, find, answer)
    with works() as work:
        if not proof.right or not has_session(work, half.session_id):
            record(work, StaffRefused(half.person_id, "answer", proof.blocked))
            return proof, ""
        row = work.session.get_one(StaffRow, half.person_id)
        before, row.signed_in_at = row.signed_in_at, work.now
        end_session(work, half.session_id)
        forget_tries(work, row.email_hash, Guarded.STAFF_PASSWORD, Guarded.STAFF_ANSWER)
        record(work, StaffSignedIn(row.id))
        return proof, start_session(work, queries.STAFF, row.id, Stage.FULL, before)


def sign_out(work: Work, visit: Visit) -> None:
    """End the session."""
    end_session(work, visit.session_id)
    record(work, StaffSignedOut(visit.person_id))
