"""The cookie that recognises a browser and opens nothing: it greets, it never signs in."""

from flask import request
from werkzeug.wrappers import Response

from portal.platform.web.runtime import runtime

HALF_A_YEAR = 180 * 24 * 3600


def token() -> str | None:
    """Return the token that the browser shows."""
    return request.cookies.get(_name())


def may_be_second_tab() -> bool:
    """Tell whether a browser is loading a page of its own accord, as it does for each tab."""
    return request.headers.get("Sec-Fetch-Mode") == "navigate"


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
