"""The table of catalogue versions; the first comes with the program and has no row."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, String
from sqlalchemy.orm import Mapped, mapped_column

from portal.platform.core.database import Base


class CatalogueVersion(Base):
    """One version of the catalogue, with its words; never changed.

    `places` says where companies are, by their keys; an earlier release did not ask.
    """

    __tablename__ = "catalogue_version"

    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    purposes: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    places: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    note: Mapped[str] = mapped_column(String(300))
    published_at: Mapped[datetime]
    published_by: Mapped[UUID]
