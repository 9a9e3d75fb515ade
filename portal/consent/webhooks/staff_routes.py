"""Pages of the desk on announcements: what waits, what was delivered, what was given up."""

from datetime import timedelta
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from portal.consent.webhooks import queries, service
from portal.consent.webhooks.rules import OVERTAKEN, spell_sent
from portal.identity.staff_accounts.rules import Task
from portal.platform.core.texts import _
from portal.platform.web.access import Access, access
from portal.platform.web.forms import ButtonForm
from portal.platform.web.transaction import reading, unit_of_work

bp = Blueprint("webhooks_desk", __name__, url_prefix="/staff/deliveries")

LATELY = timedelta(days=1)


@bp.get("")
@access(Access.STAFF, may=Task.SEE_WEBHOOKS)
def show() -> ResponseReturnValue:
    """Show the counts, and the announcements that were given up."""
    with reading() as work:
        counts = queries.count_states(work, work.now - LATELY)
        dead = queries.list_given_up(work)
        is_set, now = work.announces, work.now
    facts = {"counts": counts, "dead": dead, "is_set": is_set, "now": now, "form": ButtonForm()}
    return render_template("consent/webhooks_desk/show.html", **facts)


@bp.post("/send-again")
@access(Access.STAFF, may=Task.SEE_WEBHOOKS)
def send_all_again() -> ResponseReturnValue:
    """Send again all that was given up and is not overtaken."""
    if ButtonForm().is_valid_post():
        done = service.send_all_again(unit_of_work, dead_only=True)
        flash(spell_sent(done), "ok" if done.sent else "warn")
    return redirect(url_for(".show"), 303)


@bp.post("/<uuid:announcement_id>/send-again")
@access(Access.STAFF, may=Task.SEE_WEBHOOKS)
def send_again(announcement_id: UUID) -> ResponseReturnValue:
    """Send one again that was given up."""
    if ButtonForm().is_valid_post():
        with unit_of_work() as work:
            is_sent = service.send_again(work, announcement_id)
        flash(_("It is on its way again.") if is_sent else OVERTAKEN, "ok" if is_sent else "warn")
    return redirect(url_for(".show"), 303)
