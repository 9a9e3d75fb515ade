"""Pages of a message without an account: asking for a link, the message, another link."""

from flask import Blueprint, flash, redirect, render_template, session, url_for
from flask.typing import ResponseReturnValue

from portal.desk.case_links import queries, service
from portal.desk.case_links.forms import FindMessageForm
from portal.desk.case_links.rules import FOLLOWING
from portal.desk.cases.forms import AddMessageForm
from portal.desk.cases.queries import list_deadline_events
from portal.desk.cases.rules import KEPT_AFTER_CLOSING, Case
from portal.messaging.email.undelivered import find_is_delayed
from portal.platform.core.clock import london_day, spell_day
from portal.platform.core.due import explain_due
from portal.platform.core.holdings import spell_length
from portal.platform.web.access import Access, access
from portal.platform.web.forms import ButtonForm
from portal.platform.web.limiting import Pace, limited
from portal.platform.web.transaction import reading, unit_of_work

bp = Blueprint("case_links", __name__)


@bp.route("/follow", methods=["GET", "POST"])
@access(Access.ANYONE)
@limited(Pace.EMAILS, needs="reference")
def ask() -> ResponseReturnValue:
    """Email a link to a message; the answer is the same whether there is one or not."""
    form = FindMessageForm()
    if form.is_valid_post():
        with unit_of_work() as work:
            service.ask_for_link(work, form.reference.data or "", form.email.data or "")
        return redirect(url_for(".sent"), 303)
    return render_template("desk/case_links/ask.html", form=form)


@bp.get("/follow/sent")
@access(Access.ANYONE)
def sent() -> ResponseReturnValue:
    """Say what happens next."""
    with reading() as work:
        is_delayed = find_is_delayed(work)
    return render_template("desk/case_links/sent.html", is_delayed=is_delayed)


@bp.route("/follow/<token>", methods=["GET", "POST"])
@access(Access.ANYONE)
@limited(Pace.LOOKING)
def link(token: str) -> ResponseReturnValue:
    """Open a message by its link; a GET only looks, so that a mail scanner's visit does nothing."""
    form = ButtonForm()
    if form.is_valid_post():
        with unit_of_work() as work:
            opened = service.open_link(work, token)
        if opened:
            session[FOLLOWING] = opened
            return redirect(url_for(".show"), 303)
    with reading() as work:
        found = queries.find_linked(work, token)
    status = 200 if found else 410
    return render_template("desk/case_links/link.html", case=found, token=token), status


@bp.post("/follow/<token>/again")
@access(Access.ANYONE)
@limited(Pace.EMAILS)
def again(token: str) -> ResponseReturnValue:
    """Email another link in place of a dead one."""
    with unit_of_work() as work:
        is_known = service.renew_link(work, token)
    return redirect(url_for(".sent" if is_known else ".ask"), 303)


@bp.route("/follow/message", methods=["GET", "POST"])
@access(Access.ANYONE)
@limited(Pace.EMAILS, needs="message")
def show() -> ResponseReturnValue:
    """Show the message that a link opened, oldest entry first, and take the visitor's addition."""
    form, token = AddMessageForm(), session.get(FOLLOWING, "")
    if form.is_valid_post():
        with unit_of_work() as work:
            kept = service.add_visitors_answer(work, token, form.message.data or "")
        if kept:
            session[FOLLOWING], due_on = kept
            flash(f"We have added it to your message. We’ll answer by {spell_day(due_on)}.", "ok")
            return redirect(url_for(".show"), 303)
    return _show(form, token)


def _show(form: AddMessageForm, token: str) -> ResponseReturnValue:
    with reading() as work:
        found = queries.find_followed(work, token)
        if found is None:
            return render_template("desk/case_links/link.html", case=None, token=None), 410
        if queries.find_has_account(work, found):
            return redirect(url_for("cases.show", reference=found.reference), 303)
        events = list_deadline_events(work, found.id)
        reasons = explain_due(london_day(found.received_at), events, work.nation)
        is_late = found.days_left(london_day(work.now)) < 0
    return _draw(form, found, {"reasons": reasons, "is_late": is_late})


def _draw(form: AddMessageForm, found: Case, facts: dict[str, object]) -> str:
    entries = [told for one in reversed(found.entries) if (told := one.as_told()) is not None]
    kept = spell_length(KEPT_AFTER_CLOSING)
    return render_template(
        "desk/case_links/show.html", form=form, case=found, entries=entries, kept=kept, **facts
    )
