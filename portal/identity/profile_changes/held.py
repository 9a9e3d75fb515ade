"""Personal data of the profile changes room."""

from collections.abc import Iterable

from portal.identity.profile_changes import queries
from portal.identity.profile_changes.models import ProfileChangeRow
from portal.identity.profile_changes.rules import FieldChange
from portal.platform.core.holdings import (
    ALL,
    CONTRACT,
    Fate,
    HeldFor,
    Holding,
    Item,
    LawfulBasis,
    Rule,
)
from portal.platform.core.ids import CustomerId
from portal.platform.core.rows import count_of, erasure_of, spans_of
from portal.platform.core.texts import _, join
from portal.platform.core.work import Work

NOTHING = _("nothing")


def list_items(work: Work, customer_id: CustomerId) -> Iterable[Item]:
    """List every change, field by field."""
    return [
        Item(
            change.label,
            join((change.before or NOTHING, change.after or NOTHING), " → "),
            changes.at,
        )
        for changes in queries.list_changes(work, customer_id, ALL)
        for change in map(FieldChange.worded, changes.changes)
    ]


HELD = (
    Holding(
        category=_("Changes to your profile"),
        slug="profile-changes",
        part=HeldFor.ACCOUNT,
        spans=spans_of((ProfileChangeRow.customer_id, ProfileChangeRow.changed_at)),
        purpose=_("To show you what was changed, and to put mistakes right"),
        source=_("You"),
        recipients=_("Nobody"),
        basis=LawfulBasis.CONTRACT,
        rules=(
            Rule("changes", _("What was changed, and when"), _("we delete your account"), CONTRACT),
        ),
        fate=Fate.DELETED,
        tables=frozenset({"profile_change"}),
        list_items=list_items,
        count=count_of(ProfileChangeRow.customer_id),
        erase=erasure_of(ProfileChangeRow.customer_id),
    ),
)
