"""The cookie that recognises a browser and opens nothing (mission: greet, never sign in)."""

from collections.abc import Callable

from flask import request
from werkzeug.wrappers import Response

from portal.kernel.work import Work
from portal.web.runtime import runtime

HALF_A_YEAR = 180 * 24 * 3600


def token() -> str | None:
    """Return the token that the browser shows."""
    return request.cookies.get(_name())


def find(work: Work, find_name: Callable[[Work, str], str | None]) -> str | None:
    """Return the name to greet by, if the browser is known."""
    shown = token()
    return find_name(work, shown) if shown else None


def set_cookie(response: Response, new: str) -> Response:
    """Have the browser remember."""
    response.set_cookie(
        _name(),
        new,
        max_age=HALF_A_YEAR,
        secure=runtime().settings.secure,
        httponly=True,
        samesite="Lax",
    )
    return response


def drop_cookie(response: Response) -> Response:
    """Have the browser forget."""
    if token():
        response.delete_cookie(
            _name(), secure=runtime().settings.secure, httponly=True, samesite="Lax"
        )
    return response


def _name() -> str:
    return "__Host-remember" if runtime().settings.secure else "remember"
