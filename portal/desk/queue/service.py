"""Search the cases of the desk, assign several at once, download a list, keep views of it."""

from collections.abc import Iterable
from urllib.parse import urlencode
from uuid import UUID

from sqlalchemy import delete

from portal.desk.cases.rules import Case
from portal.desk.cases.service import assign_case
from portal.desk.queue import staff_queries
from portal.desk.queue.events import CaseFound, CaseSearched, QueueDownloaded
from portal.desk.queue.models import SavedViewRow
from portal.desk.queue.packaging import MOST_IN_TABLE
from portal.desk.queue.rules import (
    MOST_VIEWS,
    ChosenCase,
    LeftReason,
    QueueFilters,
    TooManyViewsError,
    ViewNameTakenError,
)
from portal.governance.audit.trail import record
from portal.identity.staff_accounts.queries import get_acting_role, get_at_work
from portal.identity.staff_accounts.service import lock_colleague
from portal.platform.core.errors import NotAllowedError, NotFoundError, StaleError
from portal.platform.core.ids import StaffId
from portal.platform.core.work import Work, Works


def search_cases(work: Work, typed: str) -> list[Case]:
    """Return the cases of a reference or an address, and record the search."""
    found = staff_queries.list_found(work, typed)
    record(work, CaseSearched(work.actor.id or UUID(int=0), len(found)))
    role = get_acting_role(work)
    for one in found:
        record(work, CaseFound(one.customer_id or one.id, role, one.id))
    return found


def assign_chosen(
    works: Works, chosen: Iterable[ChosenCase], staff_id: StaffId
) -> dict[str, LeftReason]:
    """Assign cases to a colleague, each in its own unit of work and under its own lock.

    Returns the references of those that stay as they are, with why: nothing of one case depends on
    another. `NotFoundError` where nobody at the desk is that colleague.
    """
    left: dict[str, LeftReason] = {}
    for one in chosen:
        try:
            with works() as work:
                get_at_work(work, staff_id)
                _assign(work, one, staff_id)
        except StaleError:
            left[one.reference] = LeftReason.CHANGED
        except NotAllowedError:
            left[one.reference] = LeftReason.NOT_ALLOWED
    return left


def _assign(work: Work, one: ChosenCase, staff_id: StaffId) -> None:
    """Assign a case; one that is gone meanwhile counts as changed."""
    try:
        assign_case(work, one.reference, staff_id, one.version)
    except NotFoundError as error:
        raise StaleError from error


def download_cases(work: Work, staff_id: StaffId, filters: QueueFilters) -> list[Case]:
    """Return the cases of a lane as it is narrowed and sorted, and record that they were taken."""
    found = staff_queries.list_shown(work, staff_id, filters, MOST_IN_TABLE)
    record(work, QueueDownloaded(staff_id, filters.view, len(found)))
    return found


def save_view(work: Work, staff_id: StaffId, name: str, filters: QueueFilters) -> None:
    """Keep filters under a name.

    Raises `ViewNameTakenError`, `TooManyViewsError`, and `NotFoundError` for who has left.
    """
    _lock(work, staff_id)
    if len(staff_queries.list_views(work, staff_id)) >= MOST_VIEWS:
        raise TooManyViewsError
    _refuse_taken(work, staff_id, name)
    said = urlencode(filters.args())
    work.session.add(SavedViewRow(staff_id=staff_id, name=name, said=said, saved_at=work.now))


def rename_view(work: Work, staff_id: StaffId, view_id: UUID, name: str) -> None:
    """Give a view another name; raises `ViewNameTakenError`, and `NotFoundError` for another's."""
    _lock(work, staff_id)
    row = _get_own(work, staff_id, view_id)
    if row.name != name:
        _refuse_taken(work, staff_id, name)
        row.name = name


def delete_view(work: Work, staff_id: StaffId, view_id: UUID) -> None:
    """Delete a view; raises `NotFoundError` for another's."""
    _lock(work, staff_id)
    work.session.delete(_get_own(work, staff_id, view_id))


def forget_views(work: Work, staff_id: UUID) -> None:
    """Delete the views of a colleague who leaves, and is locked."""
    work.session.execute(delete(SavedViewRow).where(SavedViewRow.staff_id == staff_id))


def _lock(work: Work, staff_id: StaffId) -> None:
    if lock_colleague(work, staff_id) is None:
        raise NotFoundError


def _get_own(work: Work, staff_id: StaffId, view_id: UUID) -> SavedViewRow:
    row = work.session.get(SavedViewRow, view_id)
    if row is None or row.staff_id != staff_id:
        raise NotFoundError
    return row


def _refuse_taken(work: Work, staff_id: StaffId, name: str) -> None:
    if any(one.name == name for one in staff_queries.list_views(work, staff_id)):
        raise ViewNameTakenError
