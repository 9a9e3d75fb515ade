"""Statements that are built once, and asked again and again with other values.

Building a statement about one person anew for each page takes many times as long as asking it.
"""

from collections.abc import Callable
from datetime import datetime, timedelta, tzinfo
from functools import cached_property
from typing import Any, Generic, TypeVar, cast
from uuid import UUID

from sqlalchemy import BindParameter, Date, Uuid, bindparam
from sqlalchemy.sql.base import Executable

from portal.platform.core.database import Moment
from portal.platform.core.ids import CustomerId

PERSON = "person_id"
S = TypeVar("S", bound=Executable)

Reckonings = dict[str, Callable[[datetime], object]]
"""How the values of a statement are reckoned from the moment at which it is asked, by name."""


class MomentToCome:
    """Stands for the moment at which a statement will be asked, while it is being built.

    It can do what conditions on rows do with a moment: reckon with a length, ask for its day.
    """

    def __init__(
        self, known: Reckonings, name: str, reckon: Callable[[datetime], datetime]
    ) -> None:
        self._known, self._name, self._reckon = known, name, reckon

    def __sub__(self, length: timedelta) -> "MomentToCome":
        """Stand for a moment so long before."""
        name = f"{self._name}_less_{int(length.total_seconds())}"
        return MomentToCome(self._known, name, lambda now: self._reckon(now) - length)

    def astimezone(self, zone: tzinfo) -> "MomentToCome":
        """Stand for the same moment, as clocks somewhere say it."""
        return MomentToCome(
            self._known, f"{self._name}_in_{zone}", lambda now: self._reckon(now).astimezone(zone)
        )

    def date(self) -> BindParameter[Any]:
        """Return the parameter for its day."""
        name = f"{self._name}_day".replace("/", "_")
        self._known[name] = lambda now: self._reckon(now).date()
        return bindparam(name, type_=Date())

    def __clause_element__(self) -> BindParameter[Any]:
        """Return the parameter for it: what SQLAlchemy asks of what stands in a statement."""
        name = self._name.replace("/", "_")
        self._known[name] = self._reckon
        return bindparam(name, type_=Moment())


class PreparedStatement(Generic[S]):
    """A statement about a person at a moment, and what to ask it with.

    It is built when it is first asked. Two threads may build it at the same time: either will do.
    """

    def __init__(self, build: Callable[[CustomerId, datetime], S]) -> None:
        self._build = build

    @cached_property
    def _built(self) -> tuple[S, Reckonings]:
        known: Reckonings = {}
        person = cast("CustomerId", bindparam(PERSON, type_=Uuid()))
        now = cast("datetime", MomentToCome(known, "now", lambda now: now))
        return self._build(person, now), known

    def __call__(
        self, person_id: UUID, now: datetime, **others: object
    ) -> tuple[S, dict[str, Any]]:
        """Return the statement with its values: `session.execute(*prepared(person_id, now))`.

        `others` are the values of parameters that it names itself (`bindparam`).
        """
        statement, known = self._built
        reckoned = {name: reckon(now) for name, reckon in known.items()}
        return statement, {PERSON: person_id, **reckoned, **others}


def prepared(build: Callable[[CustomerId, datetime], S]) -> PreparedStatement[S]:
    """Make of a function that builds a statement about a person at a moment a prepared one.

    The function sees parameters in place of both: what it does with them must not depend on their
    values.
    """
    return PreparedStatement(build)
