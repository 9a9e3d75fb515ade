"""Where a verb can be held: before each statement and commit, or between two transactions."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, Engine, Table, event

from portal.operations.schema.model_registry import Base, KeyringBase

COMMIT, BEGIN = "COMMIT", "BEGIN IMMEDIATE"
TRAIL = frozenset({"audit_entry", "audit_waiting", "audit_link"})
"""Written by every verb, and only ever added to: two additions never hinder each other."""
TABLES: dict[str, Table] = {
    table.name: table for base in (Base, KeyringBase) for table in base.metadata.sorted_tables
}
NAME = re.compile(r"\b(" + "|".join(sorted(TABLES, key=len, reverse=True)) + r")\b")


@dataclass(frozen=True, slots=True)
class Touch:
    """Tables that a statement reads, changes, and locks rows of."""

    reads: frozenset[str] = frozenset()
    changes: frozenset[str] = frozenset()
    locks: frozenset[str] = frozenset()

    def minds(self, other: "Touch") -> bool:
        """Tell whether it matters which of two comes first."""
        return bool(
            self.changes & other.reads or self.reads & other.changes or self.locks & other.locks
        )

    def with_(self, other: "Touch") -> "Touch":
        return Touch(
            self.reads | other.reads, self.changes | other.changes, self.locks | other.locks
        )


@dataclass(frozen=True, slots=True)
class Step:
    """Something that is about to be asked of a database.

    Before a border its verb can be held; what is no border is heard all the same.
    """

    database: str
    words: str
    is_border: bool

    @property
    def touch(self) -> Touch:
        return touch_of(self.words)

    def __str__(self) -> str:
        return f"{self.database}: {' '.join(self.words.split())[:100]}"


@lru_cache(maxsize=5000)
def touch_of(words: str) -> Touch:
    """Return what a statement touches; rather too much than too little."""
    named = frozenset(NAME.findall(words)) - TRAIL
    if words.lstrip().upper().startswith("SELECT"):
        return Touch(named, locks=named if " FOR " in words else frozenset())
    changed = frozenset(NAME.findall(words)[:1]) - TRAIL
    for name in changed & ({"case_file"} if "DELETE" in words else frozenset()):
        changed |= _cascades_of(name)
    referred = {key.column.table.name for one in changed for key in TABLES[one].foreign_keys}
    return Touch(named, changed, changed | referred)


def _cascades_of(name: str) -> frozenset[str]:
    """Return the tables whose rows go with a row of this one."""
    return frozenset(
        table.name
        for table in TABLES.values()
        for key in table.foreign_keys
        if key.ondelete == "CASCADE" and key.column.table.name == name
    )


class Borders:
    """Hears every step of the two databases of one process.

    PostgreSQL lets two write at once, so that every statement and commit is a border. SQLite lets
    one write at a time: there the borders are the beginnings of writing transactions.
    """

    def __init__(self) -> None:
        self.listener: Callable[[Step], None] | None = None
        self._open = 0

    def watch(self, engine: Engine, name: str) -> None:
        """Hear an engine from now on."""
        if engine.dialect.name == "sqlite":
            self._watch_sqlite(engine, name)
        else:
            self._watch_postgresql(engine, name)

    def _tell(self, name: str, words: str, *, is_border: bool) -> None:
        if self.listener is not None:
            self.listener(Step(name, words, is_border))

    def _watch_postgresql(self, engine: Engine, name: str) -> None:
        @event.listens_for(engine, "before_cursor_execute")
        def statement(connection: Any, cursor: Any, words: str, *rest: Any) -> None:
            del connection, cursor, rest
            self._tell(name, words, is_border=True)

        @event.listens_for(engine, "commit")
        def commit(connection: Connection) -> None:
            del connection
            self._tell(name, COMMIT, is_border=True)

    def _watch_sqlite(self, engine: Engine, name: str) -> None:
        @event.listens_for(engine, "before_cursor_execute")
        def statement(connection: Any, cursor: Any, words: str, *rest: Any) -> None:
            del connection, cursor, rest
            begins = words == BEGIN
            self._tell(name, words, is_border=begins and self._open == 0)
            self._open += begins

        def end(connection: Connection) -> None:
            writes = not connection.get_execution_options().get("reading", False)
            self._open = max(self._open - writes, 0)

        event.listen(engine, "commit", end)
        event.listen(engine, "rollback", end)
