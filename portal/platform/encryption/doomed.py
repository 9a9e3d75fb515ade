"""Keys that are to be destroyed once the transaction that ended their use has committed.

A document that has served (an unconfirmed form, an email that was sent) takes its key with
it, so that no old copy of the database can be read. The list is part of the transaction; the
worker destroys what is on it.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import delete, insert, select, union_all
from sqlalchemy.orm import Mapped, mapped_column

from portal.platform.core.database import Base
from portal.platform.core.work import Work

SETTLED_AFTER = timedelta(days=1)
"""How old a key is when it is asked whether anything uses it."""
KEY_OWNERS = (
    ("customer", "id"),
    ("staff_member", "id"),
    ("unconfirmed_registration", "id"),
    ("case_file", "person_id"),
    ("letter", "person_id"),
    ("announcement", "id"),
    ("legal_hold", "person_id"),
    ("cancellation_underway", "customer_id"),
    ("connector_erasure", "id"),
    ("listed_person", "id"),
    ("doomed_key", "id"),
)
"""The columns that say whose key something is sealed with, or that it is about to go."""


class DoomedKey(Base):
    """A key that nothing needs any more."""

    __tablename__ = "doomed_key"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    doomed_at: Mapped[datetime]


def doom_keys(work: Work, key_ids: Iterable[UUID]) -> None:
    """List keys for destruction."""
    rows = [{"id": key_id, "doomed_at": work.now} for key_id in key_ids]
    if rows:
        work.session.execute(insert(DoomedKey), rows)


def destroy_unused(work: Work, most: int = 500) -> int:
    """Destroy keys that were made for a transaction that never committed; return how many it saw.

    A transaction that rolls back takes its keys with it (`open_work`); what is left here is of
    processes that were killed in between. A key is asked about once, a day after it was made.
    """
    asked = work.vault.list_maybe_unused_keys(work.now - SETTLED_AFTER, most)
    used = _find_used(work, asked)
    work.vault.settle_keys(used)
    unused = [one for one in asked if one not in used]
    work.vault.discard_keys(unused)
    return len(asked)


def find_is_maybe_unused(work: Work) -> bool:
    """Tell whether any key that may be unused is old enough to be checked."""
    return bool(work.vault.list_maybe_unused_keys(work.now - SETTLED_AFTER, 1))


def _find_used(work: Work, key_ids: list[UUID]) -> set[UUID]:
    columns = (Base.metadata.tables[table].c[name] for table, name in KEY_OWNERS)
    parts = [select(column).where(column.in_(key_ids)) for column in columns]
    return set(work.session.scalars(union_all(*parts))) if key_ids else set()


def find_is_doomed(work: Work) -> bool:
    """Tell whether any key is on the list."""
    return work.session.scalar(select(DoomedKey.id).limit(1)) is not None


def destroy_doomed(work: Work, most: int = 500) -> int:
    """Destroy the keys on the list, then strike them off; return how many."""
    key_ids = list(work.session.scalars(select(DoomedKey.id).limit(most)))
    if key_ids:
        work.vault.discard_keys(key_ids)
        work.session.execute(delete(DoomedKey).where(DoomedKey.id.in_(key_ids)))
    return len(key_ids)
