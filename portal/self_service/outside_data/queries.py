"""Reading by what other systems find a customer, and what they asked for of a system."""

from portal.desk.case_records.models import CaseRow, are_shown, is_open
from portal.desk.case_records.queries import list_typed
from portal.desk.case_records.rules import Topic
from portal.desk.cases.queries import CASES, list_cases
from portal.desk.cases.rules import Case
from portal.identity.accounts.queries import get_customer
from portal.identity.contact_index.queries import get_references
from portal.platform.core.connectors import References
from portal.platform.core.ids import CustomerId
from portal.platform.core.other_systems import OtherSystems
from portal.platform.core.work import Work
from portal.self_service.outside_data.rules import SYSTEM

MOST_READ = 50
"""Open messages of a customer that are looked through for one that asks for something."""


def get_own_references(
    work: Work, systems: OtherSystems, customer_id: CustomerId
) -> dict[str, References]:
    """Return by what each system that can be asked finds a customer, by the system's slug.

    Only by what was proved: the address that they confirmed. Anybody can type a billing number.
    """
    if not any(one.connector for one in systems):
        return {}
    email = get_customer(work, customer_id).details.email
    return get_references(work, systems, customer_id, email)


def find_asked(work: Work, customer_id: CustomerId, system: str) -> Case | None:
    """Return a customer's open message that asks for what a system holds, the first due of them."""
    wanted = are_shown(customer_id, work.now) & is_open() & (CaseRow.topic == Topic.COPY)
    query = CASES.where(wanted).order_by(CaseRow.due_on, CaseRow.id).limit(MOST_READ)
    found = list_cases(work, query)
    return next((one for one in found if list_typed(work, one.id).get(SYSTEM) == system), None)
