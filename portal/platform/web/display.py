"""The cookie of display settings: the server draws pages by it, so that nothing flashes."""

from datetime import timedelta

from flask import Flask, request
from werkzeug.wrappers import Response

from portal.platform.core.display import Display
from portal.platform.web.runtime import runtime

SHOWN_FOR = timedelta(days=365)
"""How long a browser remembers."""


def init_app(app: Flask) -> None:
    """Have pages be drawn as the browser's owner likes them."""
    app.jinja_env.globals["display"] = current_display


def current_display() -> Display:
    """Return how this browser's owner likes pages."""
    return Display.read(request.cookies.get(_name()))


def remember_display(response: Response, chosen: Display) -> Response:
    """Have the browser remember; it forgets where nothing is chosen."""
    name, spelled, is_secure = _name(), chosen.spell(), runtime().settings.secure
    if spelled:
        response.set_cookie(
            name, spelled, max_age=SHOWN_FOR, secure=is_secure, httponly=True, samesite="Lax"
        )
    elif name in request.cookies:
        response.delete_cookie(name, secure=is_secure, httponly=True, samesite="Lax")
    return response


def _name() -> str:
    return "__Host-display" if runtime().settings.secure else "display"
