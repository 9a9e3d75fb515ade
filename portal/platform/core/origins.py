"""The origin of a web address, as browsers write it: in `Origin`, in `Host` and of a passkey.

Whoever compares what a browser says with an address that somebody typed compares this spelling.
"""

import re
from functools import lru_cache
from ipaddress import IPv4Address, IPv6Address
from urllib.parse import urlsplit

from idna import encode

USUAL_PORTS = {"http": 80, "https": 443}
LONGEST_HOST = 253
LABEL = re.compile(r"(?!-)[a-z0-9_-]{1,63}(?<!-)")
LIKE_A_NUMBER = re.compile(r"\d+|0x[0-9a-f]*")
"""What a last label may look like only in an IPv4 address (WHATWG URL, "ends in a number")."""


@lru_cache(maxsize=16)
def serialize_origin(url: str) -> str:
    """Return the origin of a web address in ASCII (RFC 6454, 6.2); raises `ValueError`.

    Scheme and host are in lower case, a name with other letters is spelled `xn--…` (UTS 46),
    the usual port and a closing dot of the name are left out, and so is what follows the host.
    """
    parts = urlsplit(url)
    if parts.scheme not in USUAL_PORTS:
        raise ValueError("Not an address of the web")
    host, port = spell_host(parts.hostname or ""), parts.port
    name = f"[{host}]" if ":" in host else host
    is_usual = port in {None, USUAL_PORTS[parts.scheme]}
    return f"{parts.scheme}://{name}" + ("" if is_usual else f":{port}")


def spell_host(host: str) -> str:
    """Return a name or an IP address, without brackets, as browsers write it; or `ValueError`."""
    if ":" in host:
        address = IPv6Address(host)
        if address.scope_id:
            raise ValueError("An address of one link is no address of the web")
        return str(address)
    name = host.lower() if host.isascii() else encode(host, uts46=True).decode("ascii")
    name = name.removesuffix(".")
    labels = name.split(".")
    if len(name) > LONGEST_HOST or not all(LABEL.fullmatch(one) for one in labels):
        raise ValueError("Not the name of a host")
    return str(IPv4Address(name)) if LIKE_A_NUMBER.fullmatch(labels[-1]) else name
