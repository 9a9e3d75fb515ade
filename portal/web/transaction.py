"""Open a unit of work for the person who makes this request."""

from contextlib import AbstractContextManager

from flask import g

from portal.kernel.work import Work, open_reading, open_work
from portal.vault.sealing import Vault
from portal.web import identity
from portal.web.runtime import runtime


def unit_of_work() -> AbstractContextManager[Work]:
    """Open a writing transaction; it commits where the `with` block ends."""
    parts = runtime()
    return open_work(parts.sessions, identity.current_actor(), parts.clock, request_vault())


def reading() -> AbstractContextManager[Work]:
    """Open a transaction that only reads."""
    parts = runtime()
    return open_reading(parts.sessions, identity.current_actor(), parts.clock, request_vault())


def request_vault() -> Vault:
    """Return the vault of this request: a person's key is looked up once."""
    if "vault" not in g:
        g.vault = Vault(runtime().keyring)
    vault: Vault = g.vault
    return vault
