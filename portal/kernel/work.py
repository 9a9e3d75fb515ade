"""One unit of work: who acts, when, in which transaction, with which keys."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from portal.kernel.clock import Clock
from portal.kernel.database import Sessions
from portal.kernel.due import Nation
from portal.kernel.sealing import Sealer


@dataclass(frozen=True, slots=True)
class Actor:
    """Whoever is behind a change: a visitor, a customer, a member of staff, or the system."""

    kind: str
    id: UUID | None = None


SYSTEM = Actor("system")
VISITOR = Actor("visitor")


@dataclass(frozen=True, slots=True)
class Work:
    """What every service and query needs, and nothing more.

    `announces` says whether another system is told of changes, `nation` whose bank holidays count.
    """

    session: Session
    actor: Actor
    now: datetime
    vault: Sealer
    announces: bool = False
    nation: Nation = Nation.ENGLAND_AND_WALES


Works = Callable[[], AbstractContextManager[Work]]
"""Opens units of work one after the other, for what must not hash or send inside one."""


@contextmanager
def open_work(  # noqa: PLR0913  # one a part of a `Work`
    sessions: Sessions,
    actor: Actor,
    clock: Clock,
    vault: Sealer,
    *,
    announces: bool = False,
    nation: Nation = Nation.ENGLAND_AND_WALES,
) -> Iterator[Work]:
    """Open a writing transaction; commit when the block ends well, roll back when not.

    This is the only place in the portal that commits to the main database. Nothing slow
    (hashing, mail) belongs inside: writers wait for each other.
    """
    with sessions.writing.begin() as session:
        yield Work(session, actor, clock(), vault, announces, nation)


@contextmanager
def open_reading(  # noqa: PLR0913  # one a part of a `Work`
    sessions: Sessions,
    actor: Actor,
    clock: Clock,
    vault: Sealer,
    *,
    announces: bool = False,
    nation: Nation = Nation.ENGLAND_AND_WALES,
) -> Iterator[Work]:
    """Open a transaction that only reads; whatever it did is rolled back."""
    with sessions.reading() as session:
        yield Work(session, actor, clock(), vault, announces, nation)
