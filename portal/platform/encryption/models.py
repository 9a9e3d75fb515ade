"""Tables of the keyring, a small database of its own: never in the main one, nor in its backups."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, Index, Integer, LargeBinary, MetaData, String, Text, text
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from portal.platform.core.database import NAMES, Moment


class KeyringBase(DeclarativeBase):
    """Base of every table of the keyring."""

    metadata = MetaData(naming_convention=NAMES)
    type_annotation_map = {  # noqa: RUF012  # SQLAlchemy's own spelling
        datetime: Moment,
        bytes: LargeBinary,
    }


class PersonKey(KeyringBase):
    """One person's data key, wrapped by the master key.

    It is made before the transaction that needs it commits; `unsettled_since` says since when, and
    is empty once a committed row was seen that needs it.
    """

    __tablename__ = "person_key"
    __table_args__ = (
        Index(
            "ix_person_key_unsettled_since",
            "unsettled_since",
            postgresql_where=text("unsettled_since IS NOT NULL"),
            sqlite_where=text("unsettled_since IS NOT NULL"),
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    wrapped: Mapped[bytes]
    unsettled_since: Mapped[datetime | None]


class Secret(KeyringBase):
    """A secret of the installation, wrapped by the master key; it outlives a change of master."""

    __tablename__ = "secret"

    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    wrapped: Mapped[bytes]


class ErasureRow(KeyringBase):
    """One line of the erasure ledger: that somebody was erased, and when; never who.

    Lines are numbered as they are written, so that a main database can say which of them it
    has carried out. The receipt is a text without a personal detail, once it is issued.
    """

    __tablename__ = "erasure"
    __table_args__ = {"sqlite_autoincrement": True}  # noqa: RUF012  # SQLAlchemy's own spelling

    number: Mapped[int] = mapped_column(
        BigInteger().with_variant(Integer, "sqlite"), primary_key=True
    )
    person_hash: Mapped[bytes] = mapped_column(unique=True)
    erased_at: Mapped[datetime]
    reference: Mapped[str] = mapped_column(String(20), unique=True)
    receipt: Mapped[str | None] = mapped_column(Text)


class Suppression(KeyringBase):
    """Somebody who is not to be contacted: the keyed hash of an address or a number.

    `kind` is the channel; or one purpose by it, `offers:email`, where the no was to that alone.
    `since` is when it was last said.
    It is kept here because it must outlive a restored copy of the main database.
    """

    __tablename__ = "suppression"

    kind: Mapped[str] = mapped_column(String(50), primary_key=True)
    value_hash: Mapped[bytes] = mapped_column(primary_key=True)
    since: Mapped[datetime]


class Note(KeyringBase):
    """Something the installation must remember although its main database is put back."""

    __tablename__ = "note"

    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    value: Mapped[str] = mapped_column(Text)
