"""Reading how a profile changed."""

from dataclasses import replace

from sqlalchemy import select

from portal.identity.accounts.queries import get_customer
from portal.identity.contact_index.rules import Former
from portal.platform.core.ids import CustomerId
from portal.platform.core.sealing import place
from portal.platform.core.work import Work
from portal.self_service.profile.models import ProfileChangeRow
from portal.self_service.profile.rules import ChangeSet, FieldChange

EVERY = 10_000
REACHING = frozenset({"telephone", "mobile", "address_line_1", "postcode"})
"""The fields by which somebody can be reached."""


def list_changes(work: Work, customer_id: CustomerId, limit: int = 3) -> list[ChangeSet]:
    """Return the latest changes of a profile, newest first."""
    rows = work.session.scalars(
        select(ProfileChangeRow)
        .where(ProfileChangeRow.customer_id == customer_id)
        .order_by(ProfileChangeRow.changed_at.desc(), ProfileChangeRow.id)
        .limit(limit)
    )
    return [_read(work, row) for row in rows]


def list_former_contacts(work: Work, customer_id: CustomerId) -> list[Former]:
    """Return by what numbers and addresses a customer could be reached before, newest first."""
    reach, found = replace(get_customer(work, customer_id).details.reach, email=""), []
    for changes in list_changes(work, customer_id, EVERY):
        before = {one.field: one.before for one in changes.changes if one.field in REACHING}
        reach = replace(reach, **before)
        found.append(Former(reach, changes.at))
    return found


def _read(work: Work, row: ProfileChangeRow) -> ChangeSet:
    words = work.vault.open(row.customer_id, place("profile_change", row.id), row.sealed)
    return ChangeSet(row.changed_at, tuple(FieldChange(*change) for change in words["changes"]))
