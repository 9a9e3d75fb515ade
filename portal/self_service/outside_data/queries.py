"""Reading by what other systems find a customer."""

from portal.identity.accounts.queries import get_customer
from portal.identity.contact_index.queries import get_references
from portal.platform.core.connectors import References
from portal.platform.core.ids import CustomerId
from portal.platform.core.other_systems import OtherSystems
from portal.platform.core.work import Work


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
