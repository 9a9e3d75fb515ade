"""Pages on which the privacy officer edits the catalogue of purposes."""

from flask import Blueprint, abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from portal.consent.purposes import queries, service
from portal.consent.purposes.forms import AddCompanyForm, ChangeForm
from portal.consent.purposes.rules import (
    KINDS,
    SHARED,
    Purpose,
    PurposeKind,
    TakenKeyError,
    make_key,
    merge_purpose,
)
from portal.identity.staff_accounts.rules import Task
from portal.platform.core.errors import StaleError
from portal.platform.core.texts import _
from portal.platform.web.access import Access, access
from portal.platform.web.identity import current_staff_id
from portal.platform.web.transaction import reading, unit_of_work

bp = Blueprint("purposes_desk", __name__, url_prefix="/staff/catalogue")

TYPED = ("title", "why", "often", "stop", "country", "safeguard", "note", "version")
TAKEN = _("This name is already used, or was once. Enter another name")
STALE = _(
    "A colleague published another version while you were writing. Read it, then publish yours"
    " again"
)
CLASH = _(
    "A colleague has published different words here: “{words}”. Publish again to replace them"
)
DONE = _("Published. Customers see it from now on. Earlier choices keep the words they saw.")


@bp.get("")
@access(Access.STAFF, may=Task.EDIT_CATALOGUE)
def show() -> ResponseReturnValue:
    """List the purposes, and every version so far."""
    with reading() as work:
        versions = queries.list_versions(work)
    facts = {"now": versions[0], "versions": versions, "kinds": KINDS}
    return render_template("consent/purposes_desk/show.html", **facts)


@bp.route("/add", methods=["GET", "POST"])
@access(Access.STAFF, may=Task.EDIT_CATALOGUE, keeps=(*TYPED, "kind"))
def add() -> ResponseReturnValue:
    """Add a purpose."""
    form = AddCompanyForm()
    if form.is_valid_post() and form.fits(PurposeKind(form.kind.data)):
        one = form.read(make_key(form.title.data or ""), PurposeKind(form.kind.data))
        if not one.key:
            form.say("title", _("Say what it is called with at least one letter from a to z"))
        else:
            try:
                with unit_of_work() as work:
                    given = one, form.note.data or "", form.read_version()
                    service.add_purpose(work, current_staff_id(), *given)
            except TakenKeyError:
                form.say("title", TAKEN)
            except StaleError:
                form.say("title", STALE)
            else:
                return _done()
    with reading() as work:
        form.version.data = str(queries.get_catalogue(work).number)
    return render_template("consent/purposes_desk/add.html", form=form)


@bp.route("/<key>", methods=["GET", "POST"])
@access(Access.STAFF, may=Task.EDIT_CATALOGUE, keeps=(*TYPED, "retire"))
def change(key: str) -> ResponseReturnValue:
    """Reword a purpose, or stop offering it."""
    form = ChangeForm()
    with reading() as work:
        now = queries.get_catalogue(work)
    one = now.find(key)
    if one is None or not one.is_offered:
        abort(404)
    if form.is_valid_post() and form.fits(one.kind):
        new = form.read(one.key, one.kind, is_offered=not form.retire.data)
        try:
            with unit_of_work() as work:
                given = new, form.note.data or "", form.read_version()
                service.change_purpose(work, current_staff_id(), *given)
        except StaleError:
            _meet(form, new)
        else:
            return _done()
    elif form.is_blank():
        form.fill(one)
        form.version.data = str(now.number)
    facts = {"form": form, "one": one, "shared": SHARED}
    return render_template("consent/purposes_desk/change.html", **facts)


def _meet(form: ChangeForm, sent: Purpose) -> None:
    """Show the newest words where nobody typed others, and the clashes where two colleagues did."""
    with reading() as work:
        now = queries.get_catalogue(work)
        then = queries.find_purpose(work, form.read_version(), sent.key)
    saved = now.find(sent.key) or sent
    merged = merge_purpose(saved, sent, then)
    form.fill(sent.reworded(merged.values))
    form.version.data = str(now.number)
    for name in merged.clashes:
        form.say(name, CLASH.format(words=getattr(saved, name) or _("nothing")))
    if not merged.clashes:
        form.say("title", STALE)


def _done() -> ResponseReturnValue:
    flash(DONE, "ok")
    return redirect(url_for(".show"), 303)
