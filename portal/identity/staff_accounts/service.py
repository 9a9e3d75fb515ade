"""Create staff accounts, and lock them for changes."""

from uuid import UUID, uuid4

from portal.governance.audit.trail import record
from portal.identity.sessions.service import (
    lock_row,
    lock_session,
)
from portal.identity.staff_accounts import events
from portal.identity.staff_accounts.models import StaffRow
from portal.identity.staff_accounts.rules import (
    STAFF_EMAIL,
    AlreadyStaffError,
    NewColleague,
    spell_staff_email,
)
from portal.platform.core.constraints import unless_taken
from portal.platform.core.ids import StaffId
from portal.platform.core.sealing import place
from portal.platform.core.work import Work


def add_staff(work: Work, new: NewColleague) -> StaffId:
    """Create an account that cannot be used before its owner joins; raises `AlreadyStaffError`."""
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


def lock_colleague(work: Work, staff_id: UUID) -> StaffRow | None:
    """Lock a colleague's row and return it as it is now; None for one who has left."""
    row = lock_row(work, StaffRow, StaffRow.id == staff_id)
    if row is None or row.closed_at is not None:
        return None
    work.note_locked(row.id)
    return row
