"""Reading by what a customer could be reached before."""

from dataclasses import replace

from portal.identity.accounts.queries import get_customer
from portal.identity.contact_index.rules import Former
from portal.identity.profile_changes.queries import list_changes
from portal.platform.core.ids import CustomerId
from portal.platform.core.work import Work

EVERY = 10_000
REACHING = frozenset({"telephone", "mobile", "address_line_1", "postcode"})
"""The fields by which somebody can be reached."""


def list_former_contacts(work: Work, customer_id: CustomerId) -> list[Former]:
    """Return by what numbers and addresses a customer could be reached before, newest first."""
    reach, found = replace(get_customer(work, customer_id).details.reach, email=""), []
    for changes in list_changes(work, customer_id, EVERY):
        before = {one.field: one.before for one in changes.changes if one.field in REACHING}
        reach = replace(reach, **before)
        found.append(Former(reach, changes.at))
    return found
