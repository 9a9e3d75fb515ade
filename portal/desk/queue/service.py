"""Search the cases of the desk, and assign several at once."""

from collections.abc import Iterable
from uuid import UUID

from portal.desk.cases.rules import Case
from portal.desk.cases.service import assign_case
from portal.desk.queue import staff_queries
from portal.desk.queue.events import CaseFound, CaseSearched
from portal.desk.queue.rules import ChosenCase, LeftReason
from portal.governance.audit.trail import record
from portal.identity.staff_accounts.queries import get_acting_role, get_at_work
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
