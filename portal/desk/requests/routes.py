"""Pages of requests that need more than a message: one address for each kind."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from portal.desk.case_records.rules import KEPT_AFTER_CLOSING, TOPICS, Topic
from portal.desk.cases.routes import find_sender, take_in
from portal.desk.requests.forms import ASKED, FORM_OF
from portal.desk.requests.rules import HINTS
from portal.platform.core.clock import spell_length
from portal.platform.core.errors import NotFoundError
from portal.platform.web.access import Access, access
from portal.platform.web.limiting import Pace, limited

bp = Blueprint("requests", __name__)


@bp.route("/contact/<topic>", methods=["GET", "POST"])
@access(Access.ANYONE, keeps=("name", "email", "message", *ASKED))
@limited(Pace.EMAILS, needs="email")
def ask(topic: str) -> ResponseReturnValue:
    """Take a request of one kind from anybody."""
    if topic not in FORM_OF:
        raise NotFoundError
    kind = Topic(topic)
    form = FORM_OF[kind]()
    if form.is_valid_post():
        return take_in(form.content(kind))
    name, address = find_sender()
    if not form.is_submitted():
        form.prepare(name, address)
    facts = {"title": TOPICS[kind], "lead": HINTS[kind], "kept": spell_length(KEPT_AFTER_CLOSING)}
    return render_template(
        "desk/requests/ask.html", form=form, topic=kind, address=address, **facts
    )
