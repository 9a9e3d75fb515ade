"""The table of drafts."""

from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import ColumnElement, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from portal.identity.form_drafts.rules import DRAFTS_KEPT, VISITORS_PAGES
from portal.platform.core.database import Base


class Draft(Base):
    """The fields somebody had typed into one page, sealed with their own key.

    What a colleague typed about a customer or a case (`about_id`) is sealed with the key of that
    person, and goes with them; then `path` is a keyed hash, for an address names whom it is about.
    """

    __tablename__ = "draft"
    __table_args__ = (UniqueConstraint("owner_id", "path"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    owner_id: Mapped[UUID]
    about_id: Mapped[UUID | None] = mapped_column(index=True)
    path: Mapped[str] = mapped_column(String(200))
    sealed: Mapped[bytes]
    email_hash: Mapped[bytes | None] = mapped_column(index=True)
    """Of a visitor's draft: the keyed hash of the address in it, which may become a customer's."""
    kept_at: Mapped[datetime] = mapped_column(index=True)


def is_of_page(owner_id: UUID, path: str, path_hash: str) -> ColumnElement[bool]:
    """Return the SQL condition for the draft that somebody has of a page, about anybody or not."""
    return (Draft.owner_id == owner_id) & Draft.path.in_((path, path_hash))


def is_past(now: datetime) -> ColumnElement[bool]:
    """Return the SQL condition for expired drafts of people who were signed in."""
    return (Draft.kept_at < now - DRAFTS_KEPT) & Draft.path.not_in(VISITORS_PAGES)
