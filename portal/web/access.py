"""Every page says who may see it; a page that says nothing stops the program from starting."""

from collections.abc import Callable
from enum import StrEnum
from typing import TypeVar
from weakref import WeakKeyDictionary

from flask import Flask, abort, current_app, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue, RouteCallable

from portal.kernel.visit import Ended
from portal.web import identity
from portal.web.runtime import runtime

View = TypeVar("View", bound=RouteCallable)
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
MOST_FIELDS = 200
OWN_SITES = frozenset({"same-origin", "none"})


class Access(StrEnum):
    """Who may see a page."""

    ANYONE = "anyone"
    CUSTOMER = "customer"
    STAFF = "staff"


_declared: WeakKeyDictionary[RouteCallable, Access] = WeakKeyDictionary()


def access(needed: Access) -> Callable[[View], View]:
    """Declare who may see the page."""

    def declare(view: View) -> View:
        _declared[view] = needed
        return view

    return declare


def init_app(app: Flask) -> None:
    """Refuse to start with an undeclared page, then stand at the door."""
    refuse_silent_pages(app)
    app.before_request(_guard)


def refuse_silent_pages(app: Flask) -> None:
    """Raise `RuntimeError` naming the pages that do not say who may see them."""
    silent = sorted(name for name, view in app.view_functions.items() if view not in _declared)
    if silent:
        raise RuntimeError(f"These pages do not say who may see them: {silent}")


def _guard() -> ResponseReturnValue | None:
    """Turn away forged senders and whoever may not see the page; runs before every request."""
    if _hostname() not in _hostnames():
        abort(400)
    unsafe = request.method not in SAFE_METHODS
    if unsafe and request.headers.get("Sec-Fetch-Site", "none") not in OWN_SITES:
        abort(403)
    if unsafe and sum(1 for _ in request.form.items(multi=True)) > MOST_FIELDS:
        abort(413)
    if request.endpoint is None:
        return None  # no such page: Flask answers 404 by itself
    needed = _declared[current_app.view_functions[request.endpoint]]
    if needed is Access.ANYONE or identity.current_visit() is not None:
        return None
    return _ask_to_sign_in(needed)


def _ask_to_sign_in(needed: Access) -> ResponseReturnValue:
    """Send the person to the sign-in page, and back afterwards."""
    if identity.why_ended() is Ended.IDLE:
        minutes = max(1, runtime().settings.session_idle_seconds // 60)
        unit = "minute" if minutes == 1 else "minutes"
        flash(f"You were signed out because nothing happened for {minutes} {unit}.", "info")
    elif identity.why_ended() is Ended.TOO_LONG:
        flash("You were signed out. For your safety a visit cannot last longer than this.", "info")
    door = "staff.sign_in" if needed is Access.STAFF else "account.sign_in"
    back = request.path if request.method in SAFE_METHODS else None
    return redirect(url_for(door, next=back), 303)


def next_path(fallback: str) -> str:
    """Return where to go after signing in: a page of ours that was asked for, or `fallback`."""
    wanted = request.args.get("next", "")
    kind = identity.kind_of(request.path)
    ours = wanted.startswith("/") and not wanted.startswith(("//", "/\\"))
    plain = ours and all(sign.isalnum() or sign in "/-_" for sign in wanted)
    return wanted if plain and identity.kind_of(wanted) == kind else fallback


def _hostname() -> str:
    host = request.host.lower()
    return host.rsplit(":", 1)[0] if not host.endswith("]") else host


def _hostnames() -> frozenset[str]:
    settings = runtime().settings
    local = {"localhost", "127.0.0.1", "[::1]"} if not settings.secure else set()
    return frozenset({settings.host.lower(), *local})
