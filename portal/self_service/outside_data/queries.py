"""Reading by what other systems find a customer."""

from portal.identity.accounts.queries import get_customer
from portal.platform.core.addresses import spell_email
from portal.platform.core.connectors import References
from portal.platform.core.ids import CustomerId
from portal.platform.core.other_systems import OtherSystems
from portal.platform.core.work import Work


def get_references(
    work: Work, systems: OtherSystems, customer_id: CustomerId
) -> dict[str, References]:
    """Return by what each system that can be asked finds a customer, by the system's slug.

    Only by what was proved: the address that they confirmed. Anybody can type a billing number.
    """
    asked = {one.slug: one.connector for one in systems if one.connector is not None}
    if not asked:
        return {}
    email = spell_email(get_customer(work, customer_id).details.email)
    return {slug: one.refer_to(customer_id, email) for slug, one in asked.items()}
