"""Pages of choices."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from portal.catalogue.queries import get_catalogue
from portal.catalogue.rules import CHANNELS, KINDS, YES, Catalogue
from portal.kernel.errors import StaleError
from portal.preferences import queries, service
from portal.preferences.forms import ChoicesForm
from portal.preferences.rules import (
    NO_MORE,
    NO_MORE_LABEL,
    SHARED,
    Choices,
    changed,
    choices_of,
    label_of,
    new_companies,
)
from portal.web.access import Access, access
from portal.web.forms import ButtonForm
from portal.web.identity import current_customer_id
from portal.web.transaction import reading, unit_of_work

bp = Blueprint("preferences", __name__, url_prefix="/preferences")

SHOWN, KEPT = 3, 500
WORDS: dict[str, Any] = {
    "kinds": KINDS,
    "channels": CHANNELS,
    "yes": YES,
    "no_more": (NO_MORE, NO_MORE_LABEL),
}
REFUSED = "You said “No more companies from now on”. Untick that first, or leave out {names}"


@bp.route("", methods=["GET", "POST"])
@access(Access.CUSTOMER, keeps=("choices", "version"))
def edit() -> ResponseReturnValue:
    """Show and keep choices; a form made from older ones shows both and asks."""
    me, is_stale = current_customer_id(), False
    is_signalled = _heed_signal()
    with reading() as work:
        catalogue, choices = get_catalogue(work), queries.get_choices(work, me)
    form = ChoicesForm()
    form.offer(catalogue)
    typed = form.agreed() - (choices_of(catalogue, SHARED) if is_signalled else frozenset())
    if form.is_valid_post():
        names = new_companies(catalogue, choices.agreed, typed)
        if not names:
            try:
                with unit_of_work() as work:
                    done = service.save_choices(work, me, typed, form.known_version())
            except StaleError:
                is_stale = True
            else:
                flash("We have saved your choices." if done else "Nothing was changed.", "ok")
                return redirect(url_for(".edit"), 303)
        else:
            form.say("choices", REFUSED.format(names=", ".join(names)))
    return _draw(form, catalogue, choices, is_stale=is_stale, is_signalled=is_signalled)


@bp.route("/off", methods=["GET", "POST"])
@access(Access.CUSTOMER)
def off() -> ResponseReturnValue:
    """Turn everything off."""
    form = ButtonForm()
    if form.is_valid_post():
        with unit_of_work() as work:
            service.turn_all_off(work, current_customer_id())
        flash("Everything is off. We will send you no marketing.", "ok")
        return redirect(url_for(".edit"), 303)
    return render_template("preferences/off.html", form=form)


@bp.get("/history")
@access(Access.CUSTOMER)
def history() -> ResponseReturnValue:
    """Show every choice that was made, in the words of then."""
    with reading() as work:
        changes = queries.list_changes(work, current_customer_id(), KEPT)
    return render_template("preferences/history.html", changes=changes)


def _heed_signal() -> bool:
    """Tell whether the browser asks that nothing is shared, and see to it."""
    if request.headers.get("Sec-GPC") != "1":
        return False
    with unit_of_work() as work:
        service.heed_signal(work, current_customer_id())
    return True


def _draw(
    form: ChoicesForm,
    catalogue: Catalogue,
    choices: Choices,
    *,
    is_stale: bool,
    is_signalled: bool,
) -> ResponseReturnValue:
    me = current_customer_id()
    with reading() as work:
        history = queries.list_changes(work, me, SHOWN)
        choices = queries.get_choices(work, me) if is_stale else choices
    conflict = changed(choices.agreed, form.agreed()) if is_stale else []
    if is_stale:
        form.version.data = str(choices.version)
    elif form.is_blank():
        form.fill(choices)
    differing = [(label_of(catalogue, choice), is_on) for choice, is_on in conflict]
    facts = {"catalogue": catalogue, "choices": choices, "history": history, **WORDS}
    marks = {"conflict": differing, "is_signalled": is_signalled}
    page = render_template("preferences/edit.html", form=form, **facts, **marks)
    return page, 409 if is_stale else 200
