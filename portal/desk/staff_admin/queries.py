"""Reading colleagues, invitations, and how many cases each has."""

from uuid import UUID

from sqlalchemy import func, select

from portal.desk.case_records.models import CaseRow, is_open
from portal.desk.staff_admin.rules import ListedColleague
from portal.identity.one_time_tokens.queries import find_token_subject
from portal.identity.one_time_tokens.rules import TokenPurpose
from portal.identity.staff_accounts.models import StaffRow
from portal.identity.staff_accounts.queries import get_colleague, list_colleagues, list_joined
from portal.identity.staff_accounts.rules import Colleague, Role
from portal.platform.core.errors import NotFoundError
from portal.platform.core.work import Work


def list_members(work: Work) -> list[ListedColleague]:
    """Return all who work at the desk today, by name."""
    joined = list_joined(work)
    return [ListedColleague(one, one.id in joined) for one in list_colleagues(work)]


def find_invited(work: Work, token: str) -> Colleague | None:
    """Return the colleague of an invitation, without using it; None for a dead one."""
    staff_id = find_token_subject(work, TokenPurpose.JOIN_DESK, token)
    try:
        return get_colleague(work, staff_id) if staff_id else None
    except NotFoundError:
        return None


def find_is_indispensable(work: Work, staff_id: UUID) -> bool:
    """Tell whether a colleague is the only administrator who can sign in."""
    query = select(StaffRow.id).where(
        StaffRow.role == Role.ADMINISTRATOR, StaffRow.closed_at.is_(None)
    )
    return set(work.session.scalars(query)) & list_joined(work) == {staff_id}


def count_open_cases(work: Work, staff_id: UUID) -> int:
    """Count the open cases assigned to a colleague."""
    query = select(func.count()).select_from(CaseRow)
    mine = (CaseRow.assigned_to == staff_id) & is_open()
    return work.session.scalar(query.where(mine)) or 0
