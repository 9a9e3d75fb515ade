"""What people read when something is wrong: plain words, no codes, a way on."""

from http import HTTPStatus

from flask import Flask, g, make_response, render_template, request
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from werkzeug.exceptions import Forbidden, HTTPException, RequestEntityTooLarge
from werkzeug.wrappers import Response

from portal.platform.core.errors import (
    KeyGoneError,
    NotAllowedError,
    NotFoundError,
    StaleError,
    WrongClockError,
)
from portal.platform.core.log import get_logger
from portal.platform.core.texts import _
from portal.platform.core.trouble import TroubleKind, find_trouble

log = get_logger(__name__)
SWALLOWED_BYTES = 32 * 1024 * 1024
PIECE_BYTES = 64 * 1024

PAGES = {
    400: (_("We couldn’t read that"), _("Go back, load the page again and send it once more.")),
    403: (_("We couldn’t accept that request"), _("Open the page on our website and try again.")),
    404: (
        _("Page not found"),
        _("Check the address. If it’s right, you may not be allowed to open this page."),
    ),
    405: (
        _("Page not found"),
        _("This page can’t be opened on its own. Use the button to start again."),
    ),
    409: (
        _("This has changed"),
        _("It was changed somewhere else while you were looking. Load the page again."),
    ),
    413: (_("That’s too long"), _("Send less text and try again.")),
    414: (_("That address is too long"), _("Check the link and try again.")),
    429: (
        _("Too many attempts"),
        _("They came from your internet connection in a short time. It may not have been you."),
    ),
    500: (
        _("Something went wrong"),
        _("It was our mistake, not yours. Nothing was partly saved. Try again in a few minutes."),
    ),
    503: (_("Try again in a minute"), _("The service is busy. Nothing you saved is lost.")),
}
NOT_IN_ROLE = (
    _("Your role doesn’t cover this"),
    _("If you need it, ask an administrator."),
)
NOT_SAVED = (
    _("We can’t save anything right now"),
    _("What you sent just now wasn’t saved. Nothing else is lost. Try again in a minute."),
)
"""Of a database that can be read and takes no changes: it is a standby, or its disk is full."""
TAKES_NOTHING = frozenset({TroubleKind.READ_ONLY, TroubleKind.DISK})
REFUSED = frozenset({HTTPStatus.BAD_REQUEST, HTTPStatus.FORBIDDEN})
"""Forged forms, forged names, and what a role may not: logged without who (ASVS 16.3.2)."""
OTHERS = (_("We couldn’t do that"), _("Go back, load the page again and try once more."))


class NotInRoleError(Forbidden):
    """A colleague asks for what their role may not."""


def init_app(app: Flask) -> None:
    """Answer every error with a page of ours."""
    app.register_error_handler(HTTPException, _on_http)
    app.register_error_handler(RequestEntityTooLarge, _on_too_large)
    app.register_error_handler(NotFoundError, lambda _: error_page(404))
    app.register_error_handler(
        NotAllowedError, lambda error: error_page(403, words=next(iter(error.args), None))
    )
    app.register_error_handler(StaleError, lambda _: error_page(409))
    app.register_error_handler(KeyGoneError, _on_erased)
    app.register_error_handler(WrongClockError, lambda _: error_page(503, words=NOT_SAVED))
    app.register_error_handler(IntegrityError, _on_clash)
    app.register_error_handler(DBAPIError, _on_database)
    app.register_error_handler(PoolTimeoutError, _on_database)
    app.register_error_handler(Exception, _on_anything)


def error_page(status: int, *paragraphs: str, words: tuple[str, str] | None = None) -> Response:
    """Return the page for a status, and more if there is; above 499 it asks no database."""
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        g.nobody = True
    title, lead = words or PAGES.get(status, OTHERS)
    facts = {"title": title, "lead": lead, "paragraphs": paragraphs}
    offers_form = status != HTTPStatus.TOO_MANY_REQUESTS and words is not NOT_SAVED
    page = render_template("platform/errors/page.html", offers_form=offers_form, **facts)
    response = make_response(page, status)
    if status == HTTPStatus.SERVICE_UNAVAILABLE:
        response.headers["Retry-After"] = "30"
    return response


def _on_http(error: HTTPException) -> Response:
    if error.code and error.code < HTTPStatus.BAD_REQUEST:  # a redirect made by the router
        return Response.force_type(error.get_response(request.environ))
    if error.code in REFUSED:
        log.warning("request-refused", status=error.code, endpoint=request.endpoint)
    words = NOT_IN_ROLE if isinstance(error, NotInRoleError) else None
    response = error_page(error.code or 500, words=words)
    for name, value in error.get_headers():
        if name == "Allow":
            response.headers[name] = value
    return response


def _on_too_large(error: RequestEntityTooLarge) -> Response:
    """Read the rest away, so that the sender hears the answer and not a broken line."""
    del error
    left = min(request.content_length or 0, SWALLOWED_BYTES)
    stream = request.environ["wsgi.input"]
    while left > 0:
        piece = stream.read(min(PIECE_BYTES, left))
        if not piece:
            break
        left -= len(piece)
    return error_page(413)


def _on_erased(error: KeyGoneError) -> Response:
    """Answer a request that was under way while its person was erased."""
    log.info("person-gone", place=error.place)
    g.nobody = True
    return error_page(404)


def _on_clash(error: IntegrityError) -> Response:
    """Answer a request whose row went, or came, while it was under way; nothing of it is kept."""
    log.warning("rows-clashed", error=type(error.orig).__name__)
    return error_page(409)


def _on_database(error: DBAPIError | PoolTimeoutError) -> Response:
    """Answer when a database is in trouble; a statement that it does not take is our own fault."""
    trouble = find_trouble(error)
    if trouble.kind is TroubleKind.OTHER and not isinstance(error, OperationalError):
        return _on_anything(error)
    name, kind = type(error).__name__, str(trouble.kind)
    log.warning("database-trouble", error=name, database=trouble.database, trouble=kind)
    return error_page(503, words=NOT_SAVED if trouble.kind in TAKES_NOTHING else None)


def _on_anything(error: Exception) -> Response:
    log.error("request-failed", endpoint=request.endpoint, exc_info=error)
    return error_page(500)
