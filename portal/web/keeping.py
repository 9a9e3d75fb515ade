"""Two addresses for scripts and buttons: keep a half-filled form, throw a kept one away.

What is kept is only what the page itself has declared, so that no script decides it.
"""

from flask import Flask, current_app, redirect, request, session
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect

from portal.web import drafts
from portal.web.access import Access, access, entry_of
from portal.web.identity import STAFF_PATH, current_visit, kind_of


def init_app(app: Flask) -> None:
    """Add the addresses, for customers and for the desk."""
    for start, name in (("", ""), (STAFF_PATH, "staff_")):
        for view in (keep, discard):
            app.add_url_rule(
                f"{start}/session/{view.__name__}",
                f"{name}{view.__name__}",
                view,
                methods=["POST"],
            )


@access(Access.ANYONE)
def keep() -> ResponseReturnValue:
    """Keep what is typed into a page whose session is about to end."""
    visit, path = current_visit(), request.form.get("path", "")
    allowed = _kept_of(path)
    if visit is None or kind_of(path) != visit.kind:
        return "", 401
    if allowed:
        drafts.keep(visit.person_id, path, allowed)
        session["draft"] = path
    return "", 204


@access(Access.ANYONE)
def discard() -> ResponseReturnValue:
    """Throw a kept form away, and show its page as it is."""
    visit, path = current_visit(), request.form.get("path", "")
    if visit is None or not _kept_of(path):
        return redirect("/", 303)
    drafts.forget(visit.person_id, path)
    return redirect(path, 303)


def _kept_of(path: str) -> frozenset[str]:
    """Return the fields that the page at a path lets be kept; nothing for what is no page."""
    try:
        endpoint, _ = current_app.url_map.bind("").match(path, method="GET")
    except (HTTPException, RequestRedirect):
        return frozenset()
    return entry_of(endpoint).keeps
