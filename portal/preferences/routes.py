"""Pages of marketing choices."""

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from portal.kernel.errors import StaleError
from portal.preferences import queries, service
from portal.preferences.forms import ChoicesForm
from portal.preferences.rules import CHANNELS, PURPOSES, changed
from portal.web.access import Access, access
from portal.web.forms import ButtonForm
from portal.web.identity import current_customer_id
from portal.web.transaction import reading, unit_of_work

bp = Blueprint("preferences", __name__, url_prefix="/preferences")

SHOWN, KEPT = 3, 200


@bp.route("", methods=["GET", "POST"])
@access(Access.CUSTOMER, keeps=("choices", "version"))
def edit() -> ResponseReturnValue:
    """Show and keep choices; a form made from older ones shows both and asks."""
    form, me, is_stale = ChoicesForm(), current_customer_id(), False
    if form.is_valid_post():
        try:
            with unit_of_work() as work:
                changes = service.save_choices(work, me, form.agreed(), form.known_version())
            flash("We have saved your choices." if changes else "Nothing was changed.", "ok")
            return redirect(url_for(".edit"), 303)
        except StaleError:
            is_stale = True
    with reading() as work:
        choices = queries.get_choices(work, me)
        history = queries.list_changes(work, me, SHOWN)
    conflict = changed(choices.agreed, form.agreed()) if is_stale else []
    if is_stale:
        form.version.data = str(choices.version)
    elif form.is_blank():
        form.fill(choices)
    facts = {"purposes": PURPOSES, "channels": CHANNELS, "choices": choices, "history": history}
    page = render_template("preferences/edit.html", form=form, conflict=conflict, **facts)
    return page, 409 if is_stale else 200


@bp.route("/off", methods=["GET", "POST"])
@access(Access.CUSTOMER)
def off() -> ResponseReturnValue:
    """Turn everything off."""
    form = ButtonForm()
    if form.is_valid_post():
        with unit_of_work() as work:
            service.save_choices(work, current_customer_id(), frozenset())
        flash("Everything is off. We will send you no marketing.", "ok")
        return redirect(url_for(".edit"), 303)
    return render_template("preferences/off.html", form=form)


@bp.get("/history")
@access(Access.CUSTOMER)
def history() -> ResponseReturnValue:
    """Show every choice that was made."""
    with reading() as work:
        changes = queries.list_changes(work, current_customer_id(), KEPT)
    return render_template("preferences/history.html", changes=changes)
