"""Addresses of PostgreSQL databases as its own programs get them: in environment variables.

Never in arguments, which everybody on the machine can list; the variables only their owner can.
libpq (PostgreSQL 34.15) has a variable for most of what an address contains.
"""

import os
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass

import psycopg
from psycopg.conninfo import make_conninfo
from psycopg.pq import Conninfo
from sqlalchemy import URL, Connection, func, select
from sqlalchemy.exc import DBAPIError

from portal.operations.schema.model_registry import Base, KeyringBase
from portal.platform.core.errors import DomainError
from portal.platform.core.trouble import find_trouble

PATIENCE_SECONDS = "10"
"""How long a program tries to reach a server, unless the address says it."""
LONGEST = 300
"""Characters of a program's words that are shown."""
QUOTED = re.compile(r"[\"«„“](.*?)[\"»“”]")
VARIABLES = {
    option.keyword.decode(): option.envvar.decode()
    for option in Conninfo.get_defaults()
    if option.envvar
}
SECRET = frozenset(
    option.keyword.decode()
    for option in Conninfo.get_defaults()
    if not option.envvar and option.dispchar == b"*"
)
PLAIN = frozenset(option.keyword.decode() for option in Conninfo.get_defaults()) - SECRET


class BackupError(DomainError):
    """A backup cannot be made or restored; the text says why, and names files only.

    `is_unchanged` tells that the database holds what it held before.
    """

    code = "copy"

    def __init__(self, text: str, *, is_unchanged: bool = False) -> None:
        super().__init__(text)
        self.is_unchanged = is_unchanged


def explain(fault: OSError | DBAPIError) -> str:
    """Return what a disk or a database refused, without a word that may be of a row."""
    if isinstance(fault, OSError):
        where = f": {fault.filename}" if fault.filename else ""
        return f"{fault.strerror or type(fault).__name__}{where}"
    return f"{type(fault.orig).__name__}. {find_trouble(fault).describe()}"


@dataclass(frozen=True, slots=True)
class DatabaseAddress:
    """A database's address: libpq's variables, other words (not secret), names to show."""

    variables: Mapping[str, str]
    words: str
    names: frozenset[str]

    @property
    def environment(self) -> dict[str, str]:
        """The environment of a program: ours without our settings, and the address."""
        ours = {name: value for name, value in os.environ.items() if not name.startswith("PORTAL_")}
        patience = {"PGCONNECT_TIMEOUT": PATIENCE_SECONDS}
        return {**patience, **ours, **self.variables, "LC_ALL": "C"}

    def connect(self) -> psycopg.Connection:
        """Connect as a program with this address would; raises `BackupError`."""
        found = self.environment
        told = {key: found[name] for key, name in VARIABLES.items() if name in found}
        try:
            return psycopg.connect(make_conninfo(self.words, **told))
        except psycopg.Error as fault:
            raise BackupError(f"The server does not answer: {self.mask(str(fault))}") from None

    def mask(self, said: str) -> str:
        """Return the first line of PostgreSQL's message, without anything that may be of a row.

        Details, contexts and statements are on further lines. In quotation marks stay names of the
        schema and of this address.
        """
        line = next((one for one in said.splitlines() if one.strip()), "")
        known = QUOTED.sub(lambda found: found[0] if found[1] in self.names else '"…"', line)
        return "".join(sign for sign in known if sign.isprintable())[:LONGEST]


def read_address(connection: Connection) -> DatabaseAddress:
    """Return the address of the server that a connection of the portal is connected to.

    Of several hosts it is the one that answered. Raises `BackupError` for what cannot be handed
    over in secret.
    """
    url = connection.engine.url
    _, words = connection.dialect.create_connect_args(url)
    given = {name: str(value) for name, value in words.items() if value is not None}
    for name in given.keys() & SECRET:
        raise BackupError(f"{name} in an address cannot be handed to pg_dump without showing it")
    given |= _find_host(connection)
    variables = {VARIABLES[name]: value for name, value in given.items() if name in VARIABLES}
    rest = {name: value for name, value in given.items() if name in PLAIN - VARIABLES.keys()}
    return DatabaseAddress(
        variables, make_conninfo("", dbname=given["dbname"], **rest), _find_names(url)
    )


def refuse_elsewhere(connection: Connection, address: DatabaseAddress) -> None:
    """Refuse an address that leads to another database than a connection does.

    The connection takes an advisory lock on a random number. Through the address it must be found
    taken: a clone or a standby that answers does not know it. Raises `BackupError`.
    """
    number = secrets.randbits(62)
    connection.execute(select(func.pg_advisory_xact_lock(number)))
    with address.connect() as other:
        row = other.execute("SELECT pg_try_advisory_xact_lock(%s)", (number,)).fetchone()
    if row is None or row[0]:
        raise BackupError(
            "PostgreSQL's programs would reach another server than the portal: the address leads"
            " to several. Give the address of one server",
            is_unchanged=True,
        )


def _find_host(connection: Connection) -> dict[str, str]:
    found = connection.connection.driver_connection
    if not isinstance(found, psycopg.Connection):
        raise TypeError("Not a connection to PostgreSQL")
    info = found.info
    host = {"host": info.host, "port": str(info.port), "dbname": info.dbname}
    return {**host, "hostaddr": info.hostaddr} if info.hostaddr else host


def _find_names(url: URL) -> frozenset[str]:
    """Return the names that may be shown: of the schema, and the address but its password."""
    names = {str(part) for part in (url.host, url.username, url.database) if part}
    for tables in (Base.metadata, KeyringBase.metadata):
        for table in tables.sorted_tables:
            columns = {column.name for column in table.columns}
            names |= {table.name, *columns, *(f"{table.name}_{one}_seq" for one in columns)}
            names |= {str(rule.name) for rule in table.constraints}
            names |= {str(index.name) for index in table.indexes}
    return frozenset(names)
