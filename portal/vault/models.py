"""Tables of the keyring, a small database of its own: never in the main one, nor in its backups."""

from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import LargeBinary, MetaData, String
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from portal.kernel.database import NAMES, Moment


class KeyringBase(DeclarativeBase):
    """Base of every table of the keyring."""

    metadata = MetaData(naming_convention=NAMES)
    type_annotation_map = {  # noqa: RUF012  # SQLAlchemy's own spelling
        datetime: Moment,
        bytes: LargeBinary,
    }


class PersonKey(KeyringBase):
    """One person's data key, wrapped by the master key."""

    __tablename__ = "person_key"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    wrapped: Mapped[bytes]


class Secret(KeyringBase):
    """A secret of the installation, wrapped by the master key; it outlives a change of master."""

    __tablename__ = "secret"

    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    wrapped: Mapped[bytes]


class Erasure(KeyringBase):
    """One line of the erasure ledger: that somebody was erased, and when; never who."""

    __tablename__ = "erasure"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    person_hash: Mapped[bytes] = mapped_column(unique=True)
    erased_at: Mapped[datetime]
