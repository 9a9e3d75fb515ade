"""Pages of a message without an account: asking for a link, the message, another link."""

from flask import Blueprint, flash, redirect, render_template, session, url_for
from flask.typing import ResponseReturnValue

from portal.desk.case_links import queries, service
from portal.desk.case_links.forms import FindMessageForm
from portal.desk.case_links.queries import Linked
from portal.desk.case_links.rules import FOLLOWING, MOST
from portal.desk.cases.forms import AddMessageForm
from portal.desk.cases.queries import list_deadline_events
from portal.desk.cases.rules import KEPT_AFTER_CLOSING
from portal.messaging.email.undelivered import find_is_delayed
from portal.platform.core.clock import london_day, spell_day
from portal.platform.core.due import explain_due
from portal.platform.core.holdings import spell_length
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
            flash(_spell_added(kept[1]), "ok")
            return redirect(url_for(".show", reference=reference), 303)
    return _show(form, token, reference)


def _spell_added(found: Linked) -> str:
    if found.leaves_on and not found.gets_answer:
        return _(
            "We have added it to your message. It’s deleted on {day}.",
            day=spell_day(found.leaves_on),
        )
    day = spell_day(found.case.due_on)
    return _("We have added it to your message. We’ll answer by {day}.", day=day)


def _show(form: AddMessageForm, token: str, reference: str) -> ResponseReturnValue:
    with reading() as work:
        found = queries.find_followed(work, token, reference)
        if found is None:
            return _draw_link(None, ""), 410
        if found.has_account:
            return _draw_link(found, ""), 409 if form.is_submitted() else 200
        events = list_deadline_events(work, found.case.id)
        reasons = explain_due(london_day(found.case.received_at), events, work.nation)
        is_late = found.case.days_left(london_day(work.now)) < 0
    return _draw(form, found, {"reasons": reasons, "is_late": is_late})


def _draw_link(found: Linked | None, token: str) -> str:
    return render_template("desk/case_links/link.html", found=found, token=token)


def _draw(form: AddMessageForm, found: Linked, facts: dict[str, object]) -> str:
    told = (one.as_told() for one in reversed(found.case.entries))
    entries = [one for one in told if one is not None]
    facts |= {"entries": entries, "kept": spell_length(KEPT_AFTER_CLOSING), "found": found}
    return render_template("desk/case_links/show.html", form=form, case=found.case, **facts)
