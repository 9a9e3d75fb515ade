"""Reading how a profile changed, and which billing account numbers were a customer's."""

from uuid import UUID

from sqlalchemy import literal, select, union_all

from portal.identity.accounts.models import CustomerRow
from portal.identity.profile_changes.models import ProfileChangeRow
from portal.identity.profile_changes.rules import NUMBER, ChangeSet, FieldChange
from portal.platform.core.ids import CustomerId
from portal.platform.core.sealing import place
from portal.platform.core.work import Work

CHANGED = "profile_change"
"""For what place a change is sealed."""


def list_changes(work: Work, customer_id: CustomerId, limit: int = 3) -> list[ChangeSet]:
    """Return the latest changes of a profile, newest first."""
    rows = work.session.scalars(
        select(ProfileChangeRow)
        .where(ProfileChangeRow.customer_id == customer_id)
        .order_by(ProfileChangeRow.changed_at.desc(), ProfileChangeRow.id)
        .limit(limit)
    )
    return [_read(work, row) for row in rows]


def list_account_numbers(work: Work, customer_id: UUID) -> frozenset[str]:
    """Return every billing account number of a customer: today's and all that were theirs before.

    Whatever shows somebody's words without fresh proof masks all of them: a number that was changed
    or removed may still be the real one. One statement; nothing of a customer who is gone.
    """
    now = select(literal("customer"), CustomerRow.id, CustomerRow.sealed)
    before = select(literal(CHANGED), ProfileChangeRow.id, ProfileChangeRow.sealed)
    rows = work.session.execute(
        union_all(
            now.where(CustomerRow.id == customer_id),
            before.where(ProfileChangeRow.customer_id == customer_id),
        )
    )
    found = set[str]()
    for table, row_id, sealed in rows:
        words = work.vault.find(customer_id, place(table, row_id), sealed) or {}
        if table == CHANGED:
            found |= {one for name, *both in words["changes"] if name == NUMBER for one in both}
        else:
            found.add(words.get(NUMBER, ""))
    return frozenset(filter(None, found))


def _read(work: Work, row: ProfileChangeRow) -> ChangeSet:
    words = work.vault.open(row.customer_id, place(CHANGED, row.id), row.sealed)
    return ChangeSet(row.changed_at, tuple(FieldChange(*change) for change in words["changes"]))
