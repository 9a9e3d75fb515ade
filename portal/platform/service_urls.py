"""What an address in a setting may look like: of databases, of other services, of the portal."""

from pathlib import Path
from urllib.parse import SplitResult, parse_qs, urlsplit

from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from portal.platform.core.origins import spell_host

THIS_MACHINE = frozenset({"localhost", "127.0.0.1", "::1"})
WITH_TLS = frozenset({"smtps", "smtp+starttls", "rediss", "https"})
IN_MEMORY = frozenset({"", ":memory:"})


def is_database(url: str) -> bool:
    """Tell whether it is an address of a SQLite file or of a PostgreSQL database."""
    try:
        found = make_url(url)
        is_whole = _split(url) is not None
    except (ArgumentError, ValueError):
        return False
    if found.drivername == "sqlite":
        return (found.database or "") not in IN_MEMORY
    return is_whole and found.drivername == "postgresql+psycopg" and bool(found.database)


def are_one(url: str, other: str) -> bool:
    """Tell whether two addresses of databases lead to one, as far as they say so themselves."""
    one, another = make_url(url), make_url(other)
    if one.drivername == another.drivername == "sqlite":
        return Path(one.database or "").resolve() == Path(another.database or "").resolve()
    return one == another


def is_public(url: str) -> bool:
    """Tell whether people can be sent to the portal there: scheme and host, perhaps a port."""
    found = _split(url)
    return (
        is_web(url) and found is not None and found.path in {"", "/"} and found.username is None
    ) and not (found.query or found.fragment)


def is_web(url: str) -> bool:
    """Tell whether it is an address of the web, which a client can ask for as it stands."""
    found = _split(url)
    return (
        found is not None
        and found.scheme in {"http", "https"}
        and _has_host(found)
        and (found.path + found.query).isascii()
    )


def is_redis(url: str) -> bool:
    """Tell whether it is an address of a Redis; its client finds out only when it is needed."""
    found = _split(url)
    if found is None or not _has_host(found):
        return False
    number = found.path.removeprefix("/") or "0"
    return (
        found.scheme in {"redis", "rediss"}
        and number.isascii()
        and number.isdigit()
        and not found.query + found.fragment
    )


def is_private(url: str) -> bool:
    """Tell whether nobody between here and there can read along: this machine, or TLS."""
    found = _split(url)
    if found is None:
        return False
    query = parse_qs(found.query)
    if found.scheme.startswith("postgresql"):
        hosts = query.get("host", []) + ([found.hostname] if found.hostname else [])
        here = all(host in THIS_MACHINE or host.startswith("/") for host in hosts)
        return here or query.get("sslmode") == ["verify-full"]
    return found.scheme in WITH_TLS or (found.hostname or "localhost") in THIS_MACHINE


def _has_host(found: SplitResult) -> bool:
    """Tell whether the host is one that can be looked up at all."""
    try:
        return bool(spell_host(found.hostname or ""))
    except ValueError:
        return False


def _split(url: str) -> SplitResult | None:
    """Return the parts of an address; None where it has none, or a port that is none."""
    try:
        found = urlsplit(url)
        return found if found.port != 0 and url.isprintable() and " " not in url else None
    except ValueError:
        return None
