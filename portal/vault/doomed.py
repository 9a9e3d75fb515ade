"""Keys that are to be destroyed once the transaction that ended their use has committed.

A document that has served (an unconfirmed form, a letter that was sent) takes its key with
it, so that no old copy of the database can be read. The list is part of the transaction; the
worker destroys what is on it.
"""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Mapped, mapped_column

from portal.kernel.database import Base
from portal.kernel.work import Work


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
