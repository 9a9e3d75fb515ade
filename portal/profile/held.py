"""What the profile room holds about a person."""

from collections.abc import Iterable

from sqlalchemy import delete

from portal.kernel.database import deleted
from portal.kernel.held import Fate, Holding, Item
from portal.kernel.ids import CustomerId
from portal.kernel.work import Work
from portal.profile import queries
from portal.profile.models import ProfileChangeRow

MOST = 1_000


def list_items(work: Work, customer_id: CustomerId) -> Iterable[Item]:
    """List every change, field by field."""
    return [
        Item(change.label, f"{change.before or 'nothing'} → {change.after or 'nothing'}")
        for changes in queries.list_changes(work, customer_id, MOST)
        for change in changes.changes
    ]


def erase(work: Work, customer_id: CustomerId) -> int:
    """Delete every change."""
    return deleted(
        work.session, delete(ProfileChangeRow).where(ProfileChangeRow.customer_id == customer_id)
    )


HELD = (
    Holding(
        category="Changes to your profile",
        purpose="To show you what was changed, and to put mistakes right",
        source="You",
        recipients="Nobody",
        retention="Until you cancel",
        fate=Fate.DELETED,
        tables=frozenset({"profile_change"}),
        list_items=list_items,
        erase=erase,
    ),
)
