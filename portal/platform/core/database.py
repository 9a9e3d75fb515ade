"""The base of every table, and how the two databases are opened."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any, cast

from sqlalchemy import (
    URL,
    Connection,
    CursorResult,
    DateTime,
    Delete,
    Dialect,
    Engine,
    ExceptionContext,
    LargeBinary,
    MetaData,
    create_engine,
    event,
    func,
    select,
)
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import DeclarativeBase, Session, sessionmaker
from sqlalchemy.pool import QueuePool
from sqlalchemy.types import TypeDecorator

from portal.platform.core.trouble import TroubleKind, note_trouble

NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_name)s",
    "uq": "uq_%(table_name)s_%(column_0_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}
BUSY_MILLISECONDS = 5_000


class Moment(TypeDecorator[datetime]):
    """An aware UTC moment; SQLite keeps no zone, so it is put back on the way out."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Refuse naive moments; store UTC."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("A moment needs its zone")
        utc = value.astimezone(UTC)
        return utc.replace(tzinfo=None) if dialect.name == "sqlite" else utc

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Give the zone back."""
        del dialect
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Base(DeclarativeBase):
    """Base of every table of the main database; constraint names are predictable."""

    metadata = MetaData(naming_convention=NAMES)
    type_annotation_map = {  # noqa: RUF012  # SQLAlchemy's own spelling
        datetime: Moment,
        bytes: LargeBinary,
    }


def open_engine(url: str | URL, *, keyring: bool = False, for_pages: bool = False) -> Engine:
    """Open a database: SQLite or PostgreSQL, by its address.

    Bound values never reach exception texts or logs (`hide_parameters`); an error says in a note
    which database it came from.
    """
    made = make_url(url)
    if made.get_backend_name() == "sqlite":
        engine = _open_sqlite(made, keyring=keyring, milliseconds=BUSY_MILLISECONDS)
    else:
        from portal.platform.core import postgresql  # noqa: PLC0415  # its driver is slow to import

        limits = postgresql.PAGES if for_pages else postgresql.JOBS
        engine = postgresql.open_postgresql(made, limits)
    _note_troubles(engine, "keyring" if keyring else "main")
    return engine


def open_to_migrate(engine: Engine, lock_seconds: int) -> Engine:
    """Open a database once more, without the limits of pages but that on waiting for a lock."""
    is_keyring = engine.get_execution_options().get("database") == "keyring"
    if engine.dialect.name == "sqlite":
        milliseconds = lock_seconds * 1000
        made = _open_sqlite(engine.url, keyring=is_keyring, milliseconds=milliseconds)
    else:
        from portal.platform.core import postgresql  # noqa: PLC0415  # its driver is slow to import

        limits = postgresql.Timeouts(statement=0, lock=lock_seconds, idle=0)
        made = postgresql.open_postgresql(engine.url, limits, pooled=False)
    _note_troubles(made, "keyring" if is_keyring else "main")
    return made


@contextmanager
def opened_patiently(engine: Engine, lock_seconds: int) -> Iterator[Engine]:
    """Open a database once more for statements that look at, or drop, all there is."""
    patient = open_to_migrate(engine, lock_seconds)
    try:
        yield patient
    finally:
        patient.dispose()


def _note_troubles(engine: Engine, database: str) -> None:
    """Have every error say which database it is of, and no connection to a standby be kept."""
    engine.update_execution_options(database=database)

    @event.listens_for(engine, "handle_error")
    def note(context: ExceptionContext) -> None:
        fault = context.sqlalchemy_exception
        if (
            isinstance(fault, DBAPIError)
            and note_trouble(fault, database).kind is TroubleKind.READ_ONLY
        ):
            context.is_disconnect = True  # what is opened anew may be the server that writes


def _open_sqlite(url: URL, *, keyring: bool, milliseconds: int) -> Engine:
    """Open a file. The keyring has no write-ahead journal: a destroyed key is nowhere else."""
    engine = create_engine(url, hide_parameters=True, poolclass=QueuePool, pool_size=8)
    journal = "DELETE" if keyring else "WAL"
    synchronous = "EXTRA" if keyring else "FULL"

    @event.listens_for(engine, "connect")
    def prepare(connection: Any, record: object) -> None:  # noqa: ANN401  # the driver's own type
        del record
        connection.isolation_level = None  # we say BEGIN ourselves
        for pragma in (
            f"busy_timeout={milliseconds}",
            f"journal_mode={journal}",
            f"synchronous={synchronous}",
            "foreign_keys=ON",
            "recursive_triggers=ON",  # a row that is replaced is a row that is deleted
            "secure_delete=ON",
            "trusted_schema=OFF",
        ):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        options = connection.get_execution_options()
        if not options.get("single_statement", False):  # one `SELECT` is a transaction by itself
            connection.exec_driver_sql("BEGIN" if options.get("reading") else "BEGIN IMMEDIATE")

    return engine


class DatabaseSessions:
    """The two ways of opening the main database: to read, and to write."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.writing = sessionmaker(engine, expire_on_commit=False)
        reading = engine.execution_options(reading=True)
        if engine.dialect.name == "postgresql":
            reading = reading.execution_options(postgresql_readonly=True)
        self.reading = sessionmaker(reading, expire_on_commit=False, autoflush=False)


def deleted(session: Session, statement: Delete) -> int:
    """Carry out a deletion and return how many rows went."""
    result = session.execute(statement)
    return cast(CursorResult[Any], result).rowcount


def wait_in_line(session: Session, lock: int) -> None:
    """Let one at a time do something until its commit: by PostgreSQL's advisory lock of a number.

    SQLite's writers come one by one anyway.
    """
    if session.get_bind().dialect.name == "postgresql":
        session.execute(select(func.pg_advisory_xact_lock(lock)))


def truncate_journal(engine: Engine) -> None:
    """Empty SQLite's write-ahead journal; what was deleted is still there until then."""
    if engine.dialect.name == "sqlite":
        connection = engine.raw_connection()
        try:
            connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
        finally:
            connection.close()
