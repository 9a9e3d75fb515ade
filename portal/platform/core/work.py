"""One unit of work: who acts, when, in which transaction, with which keys."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from portal.platform.core.clock import Clock
from portal.platform.core.database import DatabaseSessions
from portal.platform.core.errors import DeadlockedError
from portal.platform.core.ids import SessionId
from portal.platform.core.log import get_logger
from portal.platform.core.sealing import Sealer
from portal.platform.core.working_days import Nation

log = get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Actor:
    """Whoever is behind a change: a visitor, a customer, a member of staff, or the system.

    `session_id` is the sign-in that they act under; it is looked at again when a row is locked.
    """

    kind: str
    id: UUID | None = None
    session_id: SessionId | None = None


SYSTEM = Actor("system")
VISITOR = Actor("visitor")


class NotLockedError(RuntimeError):
    """A verb would encrypt for somebody whose row it has not locked; a fault of the program.

    What is written without the lock could stay behind when that person is erased meanwhile.
    """


@dataclass(slots=True)
class Work:
    """What every service and query needs, and nothing more.

    `now` is the moment of what is done: it is taken when the transaction begins, and anew when
    a lock was waited for, so that moments follow one another as the changes do. `announces` says
    whether another system is told of changes, `nation` whose bank holidays count.
    """

    session: Session
    actor: Actor
    clock: Clock
    vault: Sealer
    announces: bool = False
    nation: Nation = Nation.ENGLAND_AND_WALES
    now: datetime = field(init=False)
    _locked: set[UUID] = field(init=False, repr=False, default_factory=set)
    _made: list[UUID] = field(init=False, repr=False, default_factory=list)
    _afterwards: list[Callable[[], object]] = field(init=False, repr=False, default_factory=list)

    def __post_init__(self) -> None:
        """Take the moment."""
        self.now = self.clock()

    def note_locked(self, key_id: UUID) -> None:
        """Note that the row of whoever a key belongs to is locked until the commit."""
        self._locked.add(key_id)
        self.take_moment()

    def take_moment(self) -> None:
        """Take the moment anew: a lock may have been waited for."""
        self.now = self.clock()

    def has_locked(self, key_id: UUID) -> bool:
        """Tell whether the row of whoever a key belongs to is locked."""
        return key_id in self._locked

    def create_key(self, key_id: UUID) -> None:
        """Make a key, durable before anything is encrypted with it; nobody else knows it yet."""
        self.vault.create_key(key_id)
        self._made.append(key_id)
        self._locked.add(key_id)

    @contextmanager
    def undoing(self) -> Iterator[None]:
        """Destroy the keys that were made here when the block fails, before anything commits."""
        try:
            yield
        except BaseException:
            with suppress(Exception):  # what stays is swept a day later
                self.vault.discard_keys(self._made)
            raise

    def after_commit(self, do: Callable[[], object]) -> None:
        """Have something done in another database once this transaction is durable, or never.

        What is asked for here must be made up for by the worker: it is done only as far as it goes.
        """
        self._afterwards.append(do)

    def do_afterwards(self) -> None:
        """Do what waits for the commit, which is done; a failure is no failure of that."""
        for do in self._afterwards:
            try:
                do()
            except Exception as error:  # the last resort: what is durable has not failed
                log.exception("afterwards-failed", exc_info=error)

    def seal(self, key_id: UUID, place: str, document: Mapping[str, Any]) -> bytes:
        """Encrypt a document with the key of somebody whose row this transaction has locked.

        Raises `NotLockedError`, and `KeyGoneError` for a destroyed key.
        """
        if not self.has_locked(key_id):
            raise NotLockedError(place.partition(":")[0])
        return self.vault.seal(key_id, place, document)


DEADLOCKED = "40P01"
"""What PostgreSQL calls a deadlock (its manual, appendix A)."""

Works = Callable[[], AbstractContextManager[Work]]
"""Opens units of work one after the other, for what must not hash or send inside one."""


@contextmanager
def open_work(  # noqa: PLR0913  # one a part of a `Work`
    sessions: DatabaseSessions,
    actor: Actor,
    clock: Clock,
    vault: Sealer,
    *,
    announces: bool = False,
    nation: Nation = Nation.ENGLAND_AND_WALES,
    check: Callable[[], None] = lambda: None,
) -> Iterator[Work]:
    """Open a writing transaction; commit when the block ends well, roll back when not.

    `check` is called before the commit, while everything that was written is locked; it may raise.
    This is the only place in the portal that commits to the main database. Nothing slow
    (hashing, mail) belongs inside: writers wait for each other. Raises `DeadlockedError` when
    PostgreSQL ended one of two that waited for each other.
    """
    try:
        with sessions.writing.begin() as session:
            work = Work(session, actor, clock, vault, announces, nation)
            with work.undoing():
                yield work
                check()
    except OperationalError as fault:
        if getattr(fault.orig, "sqlstate", "") == DEADLOCKED:
            raise DeadlockedError from None
        raise
    work.do_afterwards()


@contextmanager
def open_reading(  # noqa: PLR0913  # one a part of a `Work`
    sessions: DatabaseSessions,
    actor: Actor,
    clock: Clock,
    vault: Sealer,
    *,
    announces: bool = False,
    nation: Nation = Nation.ENGLAND_AND_WALES,
) -> Iterator[Work]:
    """Open a transaction that only reads; whatever it did is rolled back."""
    with sessions.reading() as session:
        yield Work(session, actor, clock, vault, announces, nation)
