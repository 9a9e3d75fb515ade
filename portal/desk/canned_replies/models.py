"""Tables of the canned replies room: the replies and their versions; the company's own words."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import JSON, ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from portal.desk.canned_replies.rules import LONGEST_TITLE
from portal.platform.core.database import Base


class CannedReplyRow(Base):
    """A reply; `newest` is the number of the version that is offered today.

    `uses` counts the messages it was sent in. Which ones is not kept.
    """

    __tablename__ = "canned_reply"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    newest: Mapped[int]
    uses: Mapped[int]
    retired_at: Mapped[datetime | None]
    retired_by: Mapped[UUID | None]


class CannedReplyVersionRow(Base):
    """One version: title, kinds of request and text; never changed."""

    __tablename__ = "canned_reply_version"

    reply_id: Mapped[UUID] = mapped_column(ForeignKey("canned_reply.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    title: Mapped[str] = mapped_column(String(LONGEST_TITLE))
    topics: Mapped[list[str]] = mapped_column(JSON)
    text: Mapped[str] = mapped_column(Text)
    published_at: Mapped[datetime]
    published_by: Mapped[UUID]
