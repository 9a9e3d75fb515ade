"""Row counts of a database, and the end of its audit trail: a restored backup must have both."""

import sqlite3
from dataclasses import dataclass, field

import psycopg
from psycopg import sql

HEAD = "SELECT position, digest FROM audit_link ORDER BY position DESC LIMIT 1"
TRAIL = "audit_link"


@dataclass(frozen=True, slots=True)
class Counted:
    """Rows of each table, and the newest seal of the audit trail: POSITION:HEX, or nothing."""

    rows: dict[str, int] = field(default_factory=dict)
    head: str = ""

    def compare(self, other: "Counted") -> str:
        """Return the differences to another one in words, or nothing."""
        for table in sorted(self.rows.keys() | other.rows.keys()):
            ours, theirs = self.rows.get(table), other.rows.get(table)
            if ours != theirs:
                return f"{table} has {theirs or 0} rows, and should have {ours or 0}"
        return "" if self.head == other.head else "the audit trail ends elsewhere"

    @property
    def total(self) -> int:
        """The number of rows in all tables."""
        return sum(self.rows.values())


def count_sqlite(connection: sqlite3.Connection) -> Counted:
    """Count the rows of an SQLite database."""
    names = connection.execute(
        "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT GLOB 'sqlite_*'"
    )
    rows = {
        name: int(connection.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0])  # noqa: S608  # a table of ours
        for (name,) in names.fetchall()
    }
    return Counted(rows, _spell(connection.execute(HEAD).fetchone() if TRAIL in rows else None))


def count_postgresql(connection: psycopg.Connection) -> Counted:
    """Count the rows of a PostgreSQL database, in the transaction that is open."""
    query = "SELECT tablename FROM pg_tables WHERE schemaname = current_schema()"
    rows = dict[str, int]()
    for (name,) in connection.execute(query).fetchall():
        counting = sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(name))
        row = connection.execute(counting).fetchone()
        rows[name] = int(row[0]) if row else 0
    return Counted(rows, _spell(connection.execute(HEAD).fetchone() if TRAIL in rows else None))


def _spell(link: tuple[int, bytes] | None) -> str:
    return f"{link[0]}:{bytes(link[1]).hex()}" if link else ""
