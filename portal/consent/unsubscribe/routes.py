"""The page linked from marketing emails; mail programs post to it by themselves."""

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from portal.consent.unsubscribe import queries, service
from portal.consent.unsubscribe.rules import FIELD, ONE_CLICK
from portal.platform.web.access import Access, access
from portal.platform.web.forms import tokenless
from portal.platform.web.transaction import reading, unit_of_work

bp = Blueprint("unsubscribe", __name__)


@bp.route("/unsubscribe/<purpose>/<token>", methods=["GET", "POST"])
@access(Access.ANYONE)
@tokenless
def unsubscribe(purpose: str, token: str) -> ResponseReturnValue:
    """Show the page; stop the emails on POST only (RFC 8058, 3.1).

    The unguessable address of the page authorises it: a mail program has no form token. It has no
    rate limit by network either, because the servers of a mail provider post for all its users.
    """
    with reading() as work:
        email_hash = queries.find_email_hash(work, purpose, token)
        title = queries.find_title(work, purpose)
    if email_hash is None:
        return render_template("consent/unsubscribe/unsubscribe.html", title=None), 410
    everything = "everything" in request.form
    is_done = request.method == "POST" and request.form.get(FIELD) == ONE_CLICK
    is_new = False
    if is_done:
        with unit_of_work() as work:
            is_new = service.unsubscribe(work, purpose, email_hash, everything=everything)
    facts = {"title": title, "is_done": is_done, "is_new": is_new, "everything": everything}
    return render_template(
        "consent/unsubscribe/unsubscribe.html", field=(FIELD, ONE_CLICK), **facts
    )
