"""Whether a request comes from a page of ours: what the browser says of where it was made."""

from urllib.parse import urlsplit

from flask import request

from portal.platform.core.origins import USUAL_PORTS
from portal.platform.web.runtime import runtime

OWN_SITES = frozenset({"same-origin", "none"})
Origin = tuple[str, str, int | None]
"""Scheme, host and port (RFC 6454)."""


def is_forged() -> bool:
    """Tell whether a page of another site made this request.

    `Sec-Fetch-Site` says it where the browser is new enough; `Origin` where it is older, and where
    that is missing too, `Referer`. Nothing of the three is no browser, such as the mail server that
    presses one-click unsubscribe (RFC 8058): other proofs decide there. An `Origin` of "null" is
    none of ours: our pages tell our own site where they are (`Referrer-Policy: same-origin`).
    """
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site not in OWN_SITES
    told = request.headers.get("Origin") or request.headers.get("Referer")
    return told is not None and read_origin(told) not in _own_origins()


def is_ours() -> bool:
    """Tell whether the browser says of itself that a page of ours made this request."""
    site = request.headers.get("Sec-Fetch-Site")
    told = request.headers.get("Origin") or request.headers.get("Referer")
    if site is not None:
        return site == "same-origin"
    return told is not None and read_origin(told) in _own_origins()


def read_origin(text: str) -> Origin | None:
    """Return the origin of an address; None for what is no address of the web."""
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError:
        return None
    if parts.scheme not in USUAL_PORTS or not parts.hostname:
        return None
    return parts.scheme, parts.hostname, port or USUAL_PORTS[parts.scheme]


def _own_origins() -> set[Origin | None]:
    """Return where our pages are: at the public address, and where this request was sent.

    What was sent to has a name of ours: `access` has looked at it before.
    """
    return {read_origin(runtime().settings.address), read_origin(request.host_url)} - {None}
