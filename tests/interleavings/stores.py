"""Two databases whose content can be kept under a name and put back, many times a minute."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Protocol

import psycopg
from sqlalchemy import create_engine, text

from portal.operations.schema.model_registry import Base, KeyringBase
from tests.databases import PostgresqlStock, SqliteStock, postgresql

TABLES = {
    "main": [table.name for table in Base.metadata.sorted_tables],
    "keyring": [table.name for table in KeyringBase.metadata.sorted_tables],
}


class Stores(Protocol):
    """A main database and a keyring; `urls` are their addresses, in that order."""

    kind: str
    urls: tuple[str, str]

    def keep(self, name: str) -> None:
        """Keep everything that is there under a name."""

    def put(self, name: str) -> None:
        """Bring back what was kept, and nothing else."""

    def is_waiting(self) -> bool:
        """Tell whether somebody waits for a lock at this moment."""


class SqliteStores:
    """Files, copied page by page."""

    kind = "sqlite"

    def __init__(self, folder: Path) -> None:
        stock = SqliteStock(folder / "stock")
        self._folder = folder
        self.urls = stock.fresh(folder)

    def keep(self, name: str) -> None:
        self._copy("{}", f"{name}-{{}}")

    def put(self, name: str) -> None:
        self._copy(f"{name}-{{}}", "{}")

    def is_waiting(self) -> bool:
        return False  # whoever is held has no transaction open

    def _copy(self, source: str, target: str) -> None:
        for database in TABLES:
            source_path, target_path = (
                self._folder / f"{one.format(database)}.db" for one in (source, target)
            )
            with (
                closing(sqlite3.connect(source_path)) as come_from,
                closing(sqlite3.connect(target_path)) as go_to,
            ):
                come_from.backup(go_to)


class PostgresqlStores:
    """Tables, each beside its kept copies."""

    kind = "postgresql"

    def __init__(self, server: str, folder: Path) -> None:
        self._stock = PostgresqlStock(server)
        self.urls = self._stock.fresh(folder)
        self._filled: dict[str, list[str]] = {}
        self._realms = [_find_realm(url) for url in self.urls]

    def keep(self, name: str) -> None:
        for realm, tables in zip(self._realms, TABLES.values(), strict=True):
            realm.execute(
                f"DROP SCHEMA IF EXISTS kept_{name} CASCADE; CREATE SCHEMA kept_{name}".encode()
            )
            for table in tables:
                made = realm.execute(f"CREATE TABLE kept_{name}.{table} AS TABLE {table}".encode())
                if made.rowcount:
                    self._filled.setdefault(name, []).append(table)

    def put(self, name: str) -> None:
        for realm, tables in zip(self._realms, TABLES.values(), strict=True):
            lines = [f"DELETE FROM {table}" for table in tables]  # noqa: S608  # our own names
            lines += [
                f"INSERT INTO {table} TABLE kept_{name}.{table}"
                for table in tables
                if table in self._filled.get(name, ())
            ]
            realm.execute("; ".join(lines).encode())

    def is_waiting(self) -> bool:
        query = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'"
        found = self._realms[0].execute(query.encode()).fetchone()
        return bool(found and found[0])

    def close(self) -> None:
        for realm in self._realms:
            realm.close()
        self._stock.close()


def _find_realm(url: str) -> psycopg.Connection:
    """Come in where no trigger and no foreign key hinders: the audit trail is taken back, too."""
    address = url.replace("postgresql+psycopg:", "postgresql:")
    return psycopg.connect(address, autocommit=True, options="-c session_replication_role=replica")


@contextmanager
def open_stores(kind: str, folder: Path) -> Iterator[Stores]:
    """Make two empty databases of a kind, with a server of their own where they need one."""
    if kind == "sqlite":
        yield SqliteStores(folder)
        return
    with postgresql(folder) as server:
        _find_deadlocks_soon(server)
        stores = PostgresqlStores(server, folder)
        try:
            yield stores
        finally:
            stores.close()


def _find_deadlocks_soon(server: str) -> None:
    """Nobody waits a second for PostgreSQL to look for a deadlock; nothing here survives a cut."""
    engine = create_engine(server.format("postgres"), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        for line in ("deadlock_timeout = '15ms'", "synchronous_commit = off"):
            connection.execute(text(f"ALTER SYSTEM SET {line}"))
        connection.execute(text("SELECT pg_reload_conf()"))
    engine.dispose()
