"""What somebody typed and the page that answers has no field for: printed on it, to be copied.

Nothing of it is done. It was sent just now, or kept while somebody signed in again. Only words
are printed, never a secret or a choice; and nothing that another site sent (`access.guard` notes
what may be printed, once it has looked at that).
"""

import re
from http import HTTPStatus

from flask import Flask, Response, g, render_template, request

from portal.platform.web import forms

SIGN = "<!--typed-->"
"""Where a page has room for it; nothing that somebody types can hold one (it is escaped)."""
_FIELDS = re.compile(r"<(?:input|textarea|select)\b[^>]*>")
_NAME = re.compile(r'\bname="([^"]*)"')
_UNSEEN = re.compile(r'\btype="?hidden\b')
Words = dict[str, list[str]]


def init_app(app: Flask) -> None:
    """Have every answer to a form that was not taken hold what was typed into it."""
    app.jinja_env.globals["typed_sign"] = _sign
    app.after_request(_fill)


def note() -> None:
    """Note the words that this request brings: it comes from no other site."""
    sent = {name: request.form.getlist(name) for name in request.form}
    g.typed = forms.pick_words(sent)


def forget() -> None:
    """Print nothing of what this request brings: it is another person's."""
    g.typed = {}


def noted() -> Words:
    """Return the words that this request has brought, by field."""
    words: Words = g.get("typed") or {}
    return words


def _sign() -> str:
    return SIGN if noted() or forms.laid_ready() is not None or forms.returned() else ""


def _fill(response: Response) -> Response:
    """Say what became of a form that was not taken, where the page has room for it."""
    if response.mimetype != "text/html" or response.is_streamed or not _sign():
        return response
    page = response.get_data(as_text=True)
    if SIGN not in page:
        return response
    drawn = _list_drawn(page)
    back = forms.returned()
    is_refused = back is not None or response.status_code >= HTTPStatus.BAD_REQUEST
    kept = forms.pick_words(forms.kept() or {}) if back is None else {}
    typed = noted() or kept
    lost = [one for name, those in typed.items() if name not in drawn for one in those]
    facts = {
        "returned": back,
        "was_kept": bool(kept) and not noted(),
        "came_back": back is not None and bool(drawn & set(back.fields)),
        "still_here": "" if lost or not noted() else forms.still_here(),
        "words": list(dict.fromkeys(lost)),
    }
    said = render_template("components/typed.html", **facts) if is_refused or kept else ""
    response.set_data(page.replace(SIGN, said, 1))
    return response


def _list_drawn(page: str) -> set[str]:
    """Return the names of the fields that people see in a page."""
    fields = (one for one in _FIELDS.findall(page) if not _UNSEEN.search(one))
    return {name for one in fields for name in _NAME.findall(one)}
