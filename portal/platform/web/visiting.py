"""What a page does with its session, for customers and the desk alike: five addresses each.

Sign out, look whether it is still there, stay, keep a half-filled form, throw a kept one away. What
is kept is only what the page itself has declared, so that no script decides it.
"""

from http import HTTPStatus

from flask import Flask, Response, abort, current_app, redirect, request, session, url_for
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect

from portal.platform.web import drafts, forms, origins
from portal.platform.web.access import Access, access, entry_of
from portal.platform.web.identity import (
    cookie_name,
    current_visit,
    half_visit,
    kind_of,
    let_out,
    realms,
    session_store,
    uncounted,
    why_ended,
)
from portal.platform.web.transaction import unit_of_work

ADDRESSES = {
    "sign_out": "/sign-out",
    "look": "/session",
    "stay": "/session/stay",
    "keep": "/session/keep",
    "discard": "/session/discard",
}


def init_app(app: Flask) -> None:
    """Add the addresses, for customers and for the desk."""
    for realm in app.extensions["realms"].values():
        start, name = realm.path, f"{realm.path.lstrip('/')}_" if realm.path else ""
        for view in (sign_out, look, stay, keep, discard):
            path = f"{start}{ADDRESSES[view.__name__]}"
            methods = ["GET"] if view is look else ["POST"]
            app.add_url_rule(path, f"{name}{view.__name__}", view, methods=methods)


@access(Access.ANYONE)
@forms.tokenless
def sign_out() -> ResponseReturnValue:
    """End the session; where it has ended already, by another tab or by itself, say so too.

    A tab whose form token is old signs out as well, where the browser says that a page of ours
    asks. Whoever shows no session keeps all cookies: another site's form brings none (`SameSite`).
    """
    kind, visit = kind_of(request.path), current_visit() or half_visit()
    why = "idle" if request.form.get("reason") == "idle" else None
    if visit is not None:
        if not forms.has_token() and not origins.is_ours():
            abort(400)
        sessions = session_store()
        with unit_of_work() as work:
            (sessions.time_out if why else sessions.sign_out)(work, visit)
    shown = visit is not None or cookie_name(kind) in request.cookies
    answer = redirect(url_for(f"{realms()[kind].blueprint}.signed_out", why=why), 303)
    return let_out(answer, kind) if shown else answer


@access(Access.ANYONE)
@uncounted
def look() -> ResponseReturnValue:
    """Say whose session it is, by its number, or why it is none; so tabs agree on signing out.

    To ask keeps no session alive: a page asks by itself, whenever somebody comes back to its tab.
    """
    visit = current_visit()
    if visit is not None:
        return Response(str(visit.session_id), mimetype="text/plain")
    return Response(str(why_ended() or ""), HTTPStatus.UNAUTHORIZED, mimetype="text/plain")


@access(Access.ANYONE)
def stay() -> ResponseReturnValue:
    """Keep the session alive; the visit itself has written down that it was used."""
    return ("", 204) if current_visit() else ("", 401)


@access(Access.ANYONE)
def keep() -> ResponseReturnValue:
    """Keep what is typed into a page whose session is about to end."""
    visit, path = current_visit(), request.form.get("path", "")
    allowed = kept_of(path)
    if visit is None or kind_of(path) != visit.kind:
        return "", 401
    if allowed:
        drafts.keep(visit, path, allowed)
        session["draft"] = path
    return "", 204


@access(Access.ANYONE)
def discard() -> ResponseReturnValue:
    """Throw a kept form away, and show its page as it is."""
    visit, path = current_visit(), request.form.get("path", "")
    if visit is None or not kept_of(path):
        return redirect("/", 303)
    drafts.forget(visit.person_id, path)
    return redirect(path, 303)


def kept_of(path: str) -> frozenset[str]:
    """Return the fields that the page at a path lets be kept; nothing for what is no page."""
    if not path.startswith("/") or path.startswith("//"):
        return frozenset()  # the router would overlook it; a browser reads another site in it
    try:
        endpoint, _ = current_app.url_map.bind("").match(path, method="GET")
    except (HTTPException, RequestRedirect):
        return frozenset()
    return entry_of(endpoint).keeps
