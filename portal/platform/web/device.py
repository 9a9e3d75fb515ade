"""Where a request comes from, in words that people understand."""

import ipaddress
from functools import cache, lru_cache
from pathlib import Path

import maxminddb
from flask import request
from ua_parser import parse

from portal.platform.core.log import get_logger
from portal.platform.core.visit import Device
from portal.platform.web.runtime import runtime

log = get_logger(__name__)
KEPT_BITS = {4: 24, 6: 48}
"""How much of a network address is kept: enough to tell a home from a café, not a person."""
LONGEST_AGENT = 500
UNKNOWN = "an unknown device"


def current_device() -> Device:
    """Return the device behind this request."""
    agent = request.headers.get("User-Agent", "")[:LONGEST_AGENT]
    address = request.remote_addr or ""
    return Device(name_device(agent), find_place(address), shorten(address))


@lru_cache(maxsize=1024)
def name_device(agent: str) -> str:
    """Return what people call a browser and what it runs on: Firefox on Windows."""
    found = parse(agent)
    browser = found.user_agent.family if found.user_agent else ""
    system = found.os.family if found.os else ""
    names = [name for name in (browser, system) if name and name != "Other"]
    return " on ".join(names) or UNKNOWN


def shorten(address: str) -> str:
    """Return the network of an address; nothing for what is none."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return ""
    mapped = getattr(found, "ipv4_mapped", None)
    whole = mapped or found
    return str(ipaddress.ip_network(f"{whole}/{KEPT_BITS[whole.version]}", strict=False))


def find_place(address: str) -> str:
    """Return town and country of an address, if the operator has a database of places.

    A place is a courtesy: where the database is damaged or gone, there is none.
    """
    file = runtime().settings.places_file
    if not file:
        return ""
    try:
        found = _open(Path(file)).get(address)
    except ValueError:
        return ""
    except (OSError, maxminddb.InvalidDatabaseError) as error:
        log.warning("places-unreadable", error=type(error).__name__)
        return ""
    if not isinstance(found, dict):
        return ""
    parts = (_name(found, "city"), _name(found, "country"))
    return ", ".join(part for part in parts if part)


@cache
def _open(file: Path) -> maxminddb.Reader:
    return maxminddb.open_database(file)


def _name(found: dict[str, object], level: str) -> str:
    names = found.get(level)
    words = names.get("names") if isinstance(names, dict) else None
    name = words.get("en") if isinstance(words, dict) else None
    return name if isinstance(name, str) else ""
