"""Search the cases of the desk."""

from uuid import UUID

from portal.desk.cases.rules import Case
from portal.desk.queue import staff_queries
from portal.desk.queue.events import CaseFound, CaseSearched
from portal.governance.audit.trail import record
from portal.identity.staff_accounts.queries import get_acting_role
from portal.platform.core.work import Work


def search_cases(work: Work, typed: str) -> list[Case]:
    """Return the cases of a reference or an address, and record the search."""
    found = staff_queries.list_found(work, typed)
    record(work, CaseSearched(work.actor.id or UUID(int=0), len(found)))
    role = get_acting_role(work)
    for one in found:
        record(work, CaseFound(one.customer_id or one.id, role, one.id))
    return found
