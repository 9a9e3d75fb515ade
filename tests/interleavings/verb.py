"""What a verb of the table is: a service call by somebody, with what it is given."""

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from portal.governance.retention.service import purge
from portal.identity.sessions.service import has_session
from portal.operations.worker.worker import Worker
from portal.platform.core.errors import DomainError
from portal.platform.core.visit import Visit
from portal.platform.core.work import SYSTEM, VISITOR, Actor, Work
from portal.platform.runtime import Runtime
from tests.interleavings.facts import Facts

Given = Callable[[Facts], tuple[Any, ...]] | tuple[Any, ...]
HANDED_DOWN = frozenset({"works", "work", "hasher", "context", "settings", "register"})
"""Parameters that every service is given by whoever calls it: parts of the runtime."""

CUSTOMERS = frozenset({"me", "other"})


class SignedOutError(DomainError):
    """The page sends whoever asks to sign in."""

    code = "signed-out"


@dataclass(frozen=True, slots=True)
class Verb:
    """A call; `given` are its own arguments, read from the facts where they depend on them.

    `by` is `visitor`, `system`, `me` or the name of a colleague.
    """

    by: str
    does: Callable[..., Any]
    given: Given = ()
    also: Mapping[str, Any] = field(default_factory=dict)
    locks: Callable[[Work, Any], object | None] | None = None
    """What its caller locks before; where that is gone, nothing is done."""
    piecemeal: bool = False
    """Does many small things, each in its own transaction: anything may happen between two."""


@dataclass(frozen=True, slots=True)
class Read:
    """An argument that is read in the same unit of work, as the page does."""

    query: Callable[..., Any]
    args: tuple[Any, ...]


def by(who: str, does: Callable[..., Any], given: Given = (), **also: Any) -> Verb:
    """A verb of somebody's."""
    return Verb(who, does, given, also)


def locked(verb: Verb, locks: Callable[[Work, Any], object | None]) -> Verb:
    """A verb whose caller locks the person before, by the first of its arguments."""
    return replace(verb, locks=locks)


def job(does: Callable[[Worker], None], *, piecemeal: bool = False) -> Verb:
    """A job of the worker's."""
    return Verb("system", does, piecemeal=piecemeal)


def read(query: Callable[..., Any], *args: Any) -> Read:
    return Read(query, args)


def act(verb: Verb, facts: Facts, parts: Runtime, worker: Worker) -> object:
    """Carry a verb out as the pages, the worker and the commands do."""
    wanted = list(inspect.signature(verb.does).parameters)
    own = verb.given(facts) if callable(verb.given) else verb.given
    _look_at_sessions(parts, own)
    if wanted[:1] == ["self"]:
        verb.does(worker)
        return None
    visit = next((one for one in own if isinstance(one, Visit)), None)
    actor = _actor(verb.by, facts, visit)
    if "works" in wanted:
        handed = _hand_down(parts, lambda: parts.work(actor))
        done = _call(verb, wanted, own, handed, None)
        return None if verb.does is purge else done
    with parts.work(actor) as work:
        if verb.locks is not None and verb.locks(work, own[0]) is None:
            return None
        return _call(verb, wanted, own, _hand_down(parts, work), work)


def _look_at_sessions(parts: Runtime, given: tuple[Any, ...]) -> None:
    """A page first asks who is behind a request: its session may be over by now."""
    for one in given:
        if isinstance(one, Visit):
            with parts.reading() as work:
                if not has_session(work, one.session_id):
                    raise SignedOutError


def _hand_down(parts: Runtime, work: object) -> dict[str, object]:
    return {
        "work": work,
        "works": work,
        "hasher": parts.hasher,
        "context": parts.context,
        "settings": parts.settings,
        "register": parts.register,
    }


def _call(
    verb: Verb,
    wanted: list[str],
    given: tuple[Any, ...],
    handed: dict[str, object],
    work: Work | None,
) -> object:
    own = iter(given)
    args = []
    for name in wanted:
        if name in HANDED_DOWN:
            args.append(handed[name])
        elif name not in verb.also:
            found = next(own, inspect.Parameter.empty)
            if found is inspect.Parameter.empty:
                break
            args.append(found.query(work, *found.args) if isinstance(found, Read) else found)
    return verb.does(*args, **verb.also)


def _actor(name: str, facts: Facts, visit: Visit | None) -> Actor:
    if name == "visitor":
        return VISITOR
    if name == "system":
        return SYSTEM
    person = getattr(facts, name)
    kind = "customer" if name in CUSTOMERS else "staff"
    if visit is None:
        visit = facts.visit if name == "me" else facts.visits.get(name)
    return Actor(kind, person.id, visit.session_id if visit else None)
