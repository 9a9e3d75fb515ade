"""Open a unit of work for the person who makes this request."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Concatenate, ParamSpec, TypeVar

from flask import g

from portal.kernel.visit import Visit
from portal.kernel.work import Work, open_reading, open_work
from portal.vault.sealing import Vault
from portal.web import identity
from portal.web.runtime import runtime

P = ParamSpec("P")
R = TypeVar("R")


def unit_of_work() -> AbstractContextManager[Work]:
    """Open a writing transaction; it commits where the `with` block ends."""
    return _opened_by(open_work)


def reading() -> AbstractContextManager[Work]:
    """Open a transaction that only reads."""
    return _opened_by(open_reading)


def act(verb: Callable[Concatenate[Work, Visit, P], R], *given: P.args, **named: P.kwargs) -> R:
    """Let whoever is signed in do one thing, in a unit of work of its own."""
    with unit_of_work() as work:
        return verb(work, identity.get_visit(), *given, **named)


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
