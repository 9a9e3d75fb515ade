"""What SQLAlchemy compiled for one test's database serves the next one's of the same kind.

A cache of compiled statements holds each under the dialect of its engine, and a test has engines of
its own; so each test would compile every statement anew: an eighth of the time of a whole run.
"""

from collections.abc import Iterator, MutableMapping
from typing import Any

from sqlalchemy import Dialect, Engine
from sqlalchemy.orm import Mapper
from sqlalchemy.util import LRUCache

KEPT = 5_000
"""Statements kept: more than a whole run has."""


class SharedCache(MutableMapping[tuple[Any, ...], Any]):
    """Statements compiled for any engine of one kind of database."""

    def __init__(self) -> None:
        self._kept: LRUCache[tuple[Any, ...], Any] = LRUCache(KEPT)

    def __getitem__(self, key: tuple[Any, ...]) -> Any:  # SQLAlchemy's own types
        return self._kept[_without_engine(key)]

    def get(self, key: tuple[Any, ...], default: Any = None) -> Any:
        return self._kept.get(_without_engine(key), default)

    def __setitem__(self, key: tuple[Any, ...], compiled: Any) -> None:
        self._kept[_without_engine(key)] = compiled

    def __delitem__(self, key: tuple[Any, ...]) -> None:
        del self._kept[_without_engine(key)]

    def __iter__(self) -> Iterator[tuple[Any, ...]]:
        return iter(self._kept)

    def __len__(self) -> int:
        return len(self._kept)


def _without_engine(key: tuple[Any, ...]) -> tuple[Any, ...]:
    return tuple(part.name if isinstance(part, Dialect) else part for part in key)


def share() -> None:
    """Let every engine and every mapper use what was compiled for others of its kind.

    Both names are SQLAlchemy's own; were they to go, a run would only take longer.
    """
    cache = SharedCache()
    Engine._execution_options = Engine._execution_options.union({"compiled_cache": cache})
    Mapper._compiled_cache = cache  # type: ignore[method-assign, assignment]
