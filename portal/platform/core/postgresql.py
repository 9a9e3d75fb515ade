"""How PostgreSQL is opened: with limits on both sides, so that nobody waits for a dead server."""

from dataclasses import dataclass
from typing import Any, TypeVar

import psycopg
from psycopg.abc import PQGen
from psycopg.pq import TransactionStatus
from sqlalchemy import URL, Dialect, Engine, create_engine, event
from sqlalchemy.pool import NullPool

Found = TypeVar("Found")
CONNECT_SECONDS = 2
"""The fewest that libpq knows."""
GRACE_SECONDS = 0.5
"""How much longer than the server's own limit we wait before a server counts as frozen."""
SILENT_MILLISECONDS = 6_000
"""How long what was sent may stay unconfirmed by the other machine: one whose power failed."""


@dataclass(frozen=True, slots=True)
class Timeouts:
    """How long one statement may take, and wait for a lock, in seconds; 0: without limit."""

    statement: int
    lock: int
    idle: int = 30


PAGES = Timeouts(statement=5, lock=4)
"""Of pages: with connecting it is less than ten seconds until somebody reads that it is no use."""
JOBS = Timeouts(statement=15, lock=5)
"""Of the worker and of commands, some of whose statements look at all there is."""


def open_postgresql(url: URL, limits: Timeouts, *, pooled: bool = True) -> Engine:
    """Open a database with limits; values never reach exception texts (`hide_parameters`)."""
    pool: dict[str, Any] = (
        {"pool_pre_ping": True, "pool_size": 5, "max_overflow": 5, "pool_timeout": 5}
        if pooled
        else {"poolclass": NullPool}
    )
    engine = create_engine(
        url,
        hide_parameters=True,
        connect_args={
            "connect_timeout": CONNECT_SECONDS,
            "tcp_user_timeout": SILENT_MILLISECONDS,
            "keepalives_idle": 5,
            "keepalives_interval": 2,
            "keepalives_count": 3,
            "options": f"-c statement_timeout={limits.statement * 1000}"
            f" -c lock_timeout={limits.lock * 1000}"
            f" -c idle_in_transaction_session_timeout={limits.idle * 1000}",
        },
        **pool,
    )
    if limits.statement:
        _give_up_after(engine, limits.statement + GRACE_SECONDS)
    return engine


def _give_up_after(engine: Engine, seconds: float) -> None:
    class Impatient(ImpatientConnection):
        limit = seconds

    @event.listens_for(engine, "do_connect")
    def connect(
        dialect: Dialect, record: object, args: list[Any], given: dict[str, Any]
    ) -> Impatient:
        del dialect, record
        return Impatient.connect(*args, **given)


class ImpatientConnection(psycopg.Connection[Any]):
    """Gives up a server that says nothing: one that is stopped, though its machine confirms all.

    The server's own limit ends a slow statement; this one is for a server that cannot.
    """

    limit: float

    def wait(self, gen: PQGen[Found], interval: float = 0.1, timeout: float | None = None) -> Found:
        """Wait for an answer; raises `OperationalError`, and closes, when none comes in time."""
        try:
            return super().wait(gen, interval, timeout or self.limit)
        except psycopg.OperationalError:
            if self.pgconn.transaction_status == TransactionStatus.ACTIVE:
                self.close()
            raise
