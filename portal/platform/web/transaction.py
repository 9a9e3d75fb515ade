"""Open a unit of work for the person who makes this request."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Concatenate, ParamSpec, TypeVar

from flask import current_app, g

from portal.platform.core.visit import Visit
from portal.platform.core.work import Work, open_reading, open_work
from portal.platform.encryption.sealing import Vault
from portal.platform.web import identity
from portal.platform.web.runtime import runtime

P = ParamSpec("P")
R = TypeVar("R")


@contextmanager
def unit_of_work(*, looks_at_role: bool = True) -> Iterator[Work]:
    """Open a writing transaction; it commits where the `with` block ends.

    Where the page is for some roles only, the role of whoever acts is looked at again in it, and
    stays what it is until the commit. Raises `NotAllowedError`.
    """
    with _opened_by(open_work) as work:
        if looks_at_role and g.get("task"):
            get_allowed = current_app.extensions["authority"]
            get_allowed(work, {identity.get_visit().person_id: g.task})
        yield work


def unit_with_own_look() -> AbstractContextManager[Work]:
    """Open a writing transaction for a service that looks at roles itself, or at none."""
    return unit_of_work(looks_at_role=False)


def reading() -> AbstractContextManager[Work]:
    """Open a transaction that only reads."""
    return _opened_by(open_reading)


def act(verb: Callable[Concatenate[Work, Visit, P], R], *given: P.args, **named: P.kwargs) -> R:
    """Let whoever is signed in do one thing, in a unit of work of its own."""
    with unit_of_work() as work:
        return verb(work, identity.get_visit(), *given, **named)


def retry_after(
    error: type[Exception],
    verb: Callable[Concatenate[Work, P], R],
    *given: P.args,
    **named: P.kwargs,
) -> R:
    """Do one thing in a unit of work, and once more in another where it raised this error.

    For what another request was saving at the same moment: by the second time it is done.
    """
    try:
        with unit_of_work() as work:
            return verb(work, *given, **named)
    except error:
        with unit_of_work() as work:
            return verb(work, *given, **named)


def request_vault() -> Vault:
    """Return the vault of this request: a person's key is looked up once."""
    if "vault" not in g:
        g.vault = Vault(runtime().keyring)
    vault: Vault = g.vault
    return vault


def _opened_by(opener: Callable[..., AbstractContextManager[Work]]) -> AbstractContextManager[Work]:
    parts = runtime()
    return opener(
        parts.sessions,
        identity.current_actor(),
        parts.clock,
        request_vault(),
        announces=parts.receiver.is_there,
        nation=parts.nation,
    )
