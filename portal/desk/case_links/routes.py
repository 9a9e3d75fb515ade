"""Pages of a message without an account: asking for a link, the message, another link."""

from datetime import date

from flask import Blueprint, flash, redirect, render_template, session, url_for
from flask.typing import ResponseReturnValue

from portal.desk.case_links import queries, service
from portal.desk.case_links.forms import FindMessageForm
from portal.desk.case_links.queries import Linked
from portal.desk.case_links.rules import FOLLOWING, MOST
from portal.desk.cases.forms import AddMessageForm
from portal.desk.cases.routes import read_thread, spell_added
from portal.messaging.email.undelivered import find_is_delayed
from portal.platform.core.clock import spell_day
from portal.platform.core.texts import _
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
            reference, reading_token = opened
            following = {**session.get(FOLLOWING, {}), reference: reading_token}
            session[FOLLOWING] = dict(list(following.items())[-MOST:])
            return redirect(url_for(".show", reference=reference), 303)
    with reading() as work:
        found = queries.find_linked(work, token)
    return _draw_link(found, token), 200 if found else 410


@bp.post("/follow/<token>/again")
@access(Access.ANYONE)
@limited(Pace.EMAILS)
def again(token: str) -> ResponseReturnValue:
    """Email another link in place of a dead one."""
    with unit_of_work() as work:
        is_known = service.renew_link(work, token)
    return redirect(url_for(".sent" if is_known else ".ask"), 303)


@bp.route("/follow/message/<reference>", methods=["GET", "POST"])
@access(Access.ANYONE)
@limited(Pace.EMAILS, needs="message")
def show(reference: str) -> ResponseReturnValue:
    """Show the message that a link opened, oldest first, and take what its sender adds."""
    form, token = AddMessageForm(), session.get(FOLLOWING, {}).get(reference, "")
    if form.is_valid_post():
        text = form.message.data or ""
        with unit_of_work() as work:
            kept = service.add_visitors_answer(work, token, reference, text)
        if kept:
            session[FOLLOWING] = {**session[FOLLOWING], reference: kept[0]}
            flash(_spell_added(*kept[1:]), "ok")
            return redirect(url_for(".show", reference=reference), 303)
    return _show(form, token, reference)


def _spell_added(found: Linked, due_on: date | None) -> str:
    if found.leaves_on and not found.gets_answer:
        return _(
            "We’ve added it to your message. We’ll delete the whole message on {day}.",
            day=spell_day(found.leaves_on),
        )
    return spell_added(due_on)


def _show(form: AddMessageForm, token: str, reference: str) -> ResponseReturnValue:
    with reading() as work:
        found = queries.find_followed(work, token, reference)
        if found is None:
            return _draw_link(None, ""), 410
        if found.has_account:
            return _draw_link(found, ""), 409 if form.is_submitted() else 200
        thread = read_thread(work, found.case)
    return render_template("desk/case_links/show.html", form=form, found=found, **thread)


def _draw_link(found: Linked | None, token: str) -> str:
    return render_template("desk/case_links/link.html", found=found, token=token)
