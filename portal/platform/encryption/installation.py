"""Which main database and which keyring belong together: both keep one number, made once.

Whoever gives the address of another portal's database is told before anything is written to it.
"""

from uuid import UUID, uuid4

from sqlalchemy import select
from sqlalchemy.orm import Mapped, mapped_column

from portal.platform.core.database import Base, wait_in_line
from portal.platform.core.errors import DomainError
from portal.platform.core.work import Work
from portal.platform.encryption.keyring import Keyring

NOTE = "installation"
"""The note in the keyring."""
LOCK = 7_266_186
"""PostgreSQL's advisory lock of whoever makes the number; an arbitrary number that is ours."""


class StrangersError(DomainError):
    """A main database and a keyring that belong to two different portals."""

    code = "strangers"

    def __init__(self) -> None:
        super().__init__(
            "The main database and the keyring belong to two different portals. Look at"
            " PORTAL_DATABASE_URL and PORTAL_KEYRING_URL"
        )


class Installation(Base):
    """The number of the portal whose database this is; one row."""

    __tablename__ = "installation"

    row: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    id: Mapped[UUID]


def join(work: Work, keyring: Keyring, *, is_blank: bool = False) -> None:
    """Write the same number into both databases, where one lacks it or the main one is blank.

    Raises `StrangersError`.
    """
    wait_in_line(work.session, LOCK)
    row, noted = work.session.get(Installation, 1), _read_note(keyring)
    if row is None:
        row = Installation(row=1, id=noted or uuid4())
        work.session.add(row)
    if noted is None:
        keyring.keep_note(NOTE, str(row.id))
    elif row.id != noted and is_blank:
        row.id = noted
    elif row.id != noted:
        raise StrangersError


def are_strangers(work: Work, keyring: Keyring) -> bool:
    """Tell whether both databases have a number, and not the same."""
    found, noted = work.session.scalar(select(Installation.id)), _read_note(keyring)
    return None not in {found, noted} and found != noted


def _read_note(keyring: Keyring) -> UUID | None:
    noted = keyring.read_note(NOTE)
    return UUID(noted) if noted else None
