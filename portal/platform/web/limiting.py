"""Limits by network address: a page says how often one network may send to it.

They come on top of what the database counts of every account, which hold without them.
"""

import ipaddress
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from http import HTTPStatus
from typing import TypeVar
from weakref import WeakKeyDictionary

from flask import Flask, current_app, request
from flask.typing import ResponseReturnValue, RouteCallable

from portal.platform.core.clock import spell_minute, utc_clock
from portal.platform.core.limits import Limit
from portal.platform.core.log import get_logger
from portal.platform.core.texts import _
from portal.platform.web.access import SAFE_METHODS
from portal.platform.web.errors import error_page
from portal.platform.web.returning import bring_back
from portal.platform.web.runtime import runtime

log = get_logger(__name__)
View = TypeVar("View", bound=RouteCallable)
NETWORK = "network"
"""The kind of the keyed hash that a network is counted by; its address is kept nowhere."""
HOME_BITS = 64
"""What one household has of IPv6: whoever has one address has all of that network."""


class Pace(StrEnum):
    """What is sent, as far as it matters for how often; pages with one pace share one count."""

    SECRETS = "secrets"
    """Passwords, answers and codes: what can be guessed."""
    EMAILS = "letters"
    """What makes the portal write to an address that somebody typed."""
    LOOKING = "looking"
    """What only looks something up."""


LIMITS = {
    Pace.SECRETS: Limit(100, timedelta(minutes=10)),
    Pace.EMAILS: Limit(30, timedelta(hours=1)),
    Pace.LOOKING: Limit(300, timedelta(minutes=10)),
}

TOO_OFTEN = _("Too many attempts")


@dataclass(frozen=True, slots=True)
class Limited:
    """What a page says of how often it may be sent to: see `limited`."""

    pace: Pace
    needs: str = ""


_declared: WeakKeyDictionary[RouteCallable, Limited] = WeakKeyDictionary()


def limited(pace: Pace, *, needs: str = "") -> Callable[[View], View]:
    """Declare that what is sent to the page counts against the sender's network.

    `needs` names the field without which the page does nothing: a form that leaves it empty is
    answered as ever, and counts nothing.
    """

    def declare(view: View) -> View:
        _declared[view] = Limited(pace, needs)
        return view

    return declare


def init_app(app: Flask) -> None:
    """Count behind the guard of `access`: what it turns away is not counted."""
    app.before_request(_count)


def network_of(address: str) -> str:
    """Return whose address it is: an IPv4 address itself, the /64 network of an IPv6 one."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return address
    if isinstance(found, ipaddress.IPv4Address):
        return str(found)
    if found.ipv4_mapped is not None:
        return str(found.ipv4_mapped)
    return str(ipaddress.ip_network((found.packed, HOME_BITS), strict=False))


def _count() -> ResponseReturnValue | None:
    """Answer 429 to a network that sends too often; runs before every request."""
    if request.endpoint is None or request.method in SAFE_METHODS:
        return None
    said = _declared.get(current_app.view_functions[request.endpoint])
    if said is None or (said.needs and not request.form.get(said.needs, "").strip()):
        return None
    pace, endpoint = said.pace, request.endpoint
    parts = runtime()
    who = parts.keyring.hash(NETWORK, network_of(request.remote_addr or "")).hex()
    wait = parts.limits.count(pace, LIMITS[pace], who)
    if not wait:
        return None
    log.warning("limit-reached", pace=pace, endpoint=endpoint)
    when = spell_minute(utc_clock() + timedelta(seconds=wait))
    nothing = _("We didn’t receive what you just sent. Try again at {when}.", when=when)
    sent = bring_back(
        HTTPStatus.TOO_MANY_REQUESTS,
        TOO_OFTEN,
        nothing,
        _other_way(),
    )
    if sent is None:
        sent = error_page(HTTPStatus.TOO_MANY_REQUESTS, nothing, _other_way())
    sent.headers["Retry-After"] = str(wait)
    return sent


def said_of(endpoint: str) -> Limited | None:
    """Return what a page has said; None where it is not limited."""
    return _declared.get(current_app.view_functions[endpoint])


def _other_way() -> str:
    """Say how else we can be reached: a form would be limited as well."""
    return _(
        "If you need help now, call us on {number}.", number=runtime().settings.contact_telephone
    )
