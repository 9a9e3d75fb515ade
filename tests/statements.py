"""Listening to what is asked of the databases."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from sqlalchemy import Connection, Engine, event

from tests.world import World

TRANSACTION = ("BEGIN", "COMMIT", "ROLLBACK", "SAVEPOINT", "RELEASE", "PRAGMA")


@dataclass
class Heard:
    """The statements sent to each database, in order."""

    main: list[str] = field(default_factory=list)
    keyring: list[str] = field(default_factory=list)

    def starting(self, words: str) -> list[str]:
        """The statements to the main database that begin with certain words."""
        return [one for one in self.main if one.startswith(words)]


@contextmanager
def listening(world: World) -> Iterator[Heard]:
    """Hear every statement but the bounds of transactions."""
    heard = Heard()
    engines: list[tuple[Engine, list[str]]] = [
        (world.parts.sessions.engine, heard.main),
        (world.parts.keyring.engine, heard.keyring),
    ]
    listeners = []
    for engine, kept in engines:

        def hear(
            connection: Connection,
            cursor: object,
            statement: str,
            *rest: object,
            kept: list[str] = kept,
        ) -> None:
            del connection, cursor, rest
            if not statement.lstrip().upper().startswith(TRANSACTION):
                kept.append(" ".join(statement.split()))

        event.listen(engine, "before_cursor_execute", hear)
        listeners.append((engine, hear))
    yield heard
    for engine, hear in listeners:
        event.remove(engine, "before_cursor_execute", hear)
