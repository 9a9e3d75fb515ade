"""A form that cannot be taken comes back as it was filled in, to be sent again.

Its page is made anew, as if it had only been opened: nothing of what was sent is carried out, kept
or counted, whoever sent it. Passwords, answers and codes stay empty (`fields.is_secret`). A
form that was made for somebody else comes back as the reader's own. What another site sends never
comes as far (`access.guard`).
"""

from http import HTTPStatus

from flask import Flask, abort, current_app, g, make_response, request
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import ImmutableMultiDict
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect
from werkzeug.wrappers import Response

from portal.platform.core.log import get_logger
from portal.platform.core.texts import _
from portal.platform.web import access, forms, identity
from portal.platform.web import typed as words
from portal.platform.web.forms import Returned

log = get_logger(__name__)
NOT_SENT = _("Send this form again")
NOTHING_SENT = _("Nothing was sent")
WHY = _("Nothing was sent. You may have signed in or out in another tab while this page was open.")
AGAIN = _("Check it, then send it again.")
NOT_YOURS = (
    _("Someone else was signed in when this form was opened"),
    _("Nothing was sent. It was filled in by whoever was signed in here before you."),
    _("This page now shows your own details."),
)


def init_app(app: Flask) -> None:
    """Ask for the form token of everything that is sent, behind the guard of `access`."""
    app.before_request(_ask_for_token)


def _ask_for_token() -> ResponseReturnValue | None:
    """Bring a form back whose token is not this browser's; runs before every request."""
    if request.endpoint is None or request.method in access.SAFE_METHODS:
        return None
    if not forms.needs_token(current_app.view_functions[request.endpoint]):
        return None
    is_other = _is_of_another()
    if forms.has_token() and not is_other:
        return None
    endpoint, status = request.endpoint, HTTPStatus.BAD_REQUEST
    if is_other:
        answer = bring_back(status, *NOT_YOURS)
    else:
        answer = bring_back(status, NOT_SENT, WHY, title_without=NOTHING_SENT, closing=AGAIN)
    if answer is None:
        abort(status)
    log.warning("request-refused", status=int(status), endpoint=endpoint)
    return answer


def bring_back(
    status: HTTPStatus, title: str, *paragraphs: str, title_without: str = "", closing: str = ""
) -> Response | None:
    """Draw the page of the form that this request sent, with what was typed still in it.

    What the page has no field for any more is printed on it (`typed`), below `title_without`.
    `closing` is said where a field came back; with it, a button alone comes back too. The answer
    has `status`. Whoever has signed in meanwhile, and is led elsewhere by the page, goes there.
    Returns None where the address has no page for whoever asks.
    """
    typed = {name: request.form.getlist(name) for name in request.form if name != "csrf_token"}
    if request.url_rule is None or not (typed or closing):
        return None
    adapter = current_app.create_url_adapter(request)
    try:
        rule, given = adapter.match(method="GET", return_rule=True)  # type: ignore[union-attr]
    except (HTTPException, RequestRedirect):
        return None
    if _is_of_another():
        typed = {}
        words.forget()
    g.returned = Returned(title, paragraphs, typed, title_without or title, closing)
    request.method, request.form = "GET", ImmutableMultiDict()
    request.url_rule, request.view_args = rule, dict(given)
    answer = _open_page()
    if answer.status_code == HTTPStatus.OK:
        answer.status_code = status
        return answer
    g.returned = None
    is_led_on = answer.status_code == HTTPStatus.SEE_OTHER and identity.current_visit() is not None
    return answer if is_led_on else None


def _is_of_another() -> bool:
    """Tell whether what was sent is a form of somebody else than who is signed in now."""
    return forms.is_of_another(identity.spell_owner(identity.current_actor().id))


def _open_page() -> Response:
    """Answer the request as a page that is opened is answered, with the guard before it."""
    turned_away = access.guard()
    if turned_away is not None or request.endpoint is None:
        return make_response(turned_away or ("", HTTPStatus.NOT_FOUND))
    view = current_app.ensure_sync(current_app.view_functions[request.endpoint])
    return make_response(view(**request.view_args or {}))
