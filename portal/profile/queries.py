"""Reading how a profile changed."""

from sqlalchemy import select

from portal.kernel.ids import CustomerId
from portal.kernel.sealing import place
from portal.kernel.work import Work
from portal.profile.models import ProfileChangeRow
from portal.profile.rules import Change, ChangeSet


def list_changes(work: Work, customer_id: CustomerId, limit: int = 3) -> list[ChangeSet]:
    """Return the latest changes of a profile, newest first."""
    rows = work.session.scalars(
        select(ProfileChangeRow)
        .where(ProfileChangeRow.customer_id == customer_id)
        .order_by(ProfileChangeRow.changed_at.desc(), ProfileChangeRow.id)
        .limit(limit)
    )
    return [_read(work, row) for row in rows]


def _read(work: Work, row: ProfileChangeRow) -> ChangeSet:
    words = work.vault.open(row.customer_id, place("profile_change", row.id), row.sealed)
    return ChangeSet(row.changed_at, tuple(Change(*change) for change in words["changes"]))
