"""Pages to see and change a profile."""

from flask import Blueprint, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from portal.account.queries import get_customer
from portal.account.rules import KINDS, mask_account_number
from portal.kernel.countries import name_country
from portal.kernel.errors import StaleError
from portal.profile import queries, service
from portal.profile.forms import AccountNumberForm, ProfileForm
from portal.profile.rules import CHANGEABLE, Change, compare
from portal.web.access import Access, access
from portal.web.identity import current_customer_id
from portal.web.outcome import say_outcome
from portal.web.transaction import reading, unit_of_work

bp = Blueprint("profile", __name__, url_prefix="/profile")

KEPT = (*CHANGEABLE, "version")
"""What is kept of the form when a session ends under somebody's hands."""


@bp.get("")
@access(Access.CUSTOMER)
def show() -> ResponseReturnValue:
    """Show every detail, and what was changed last."""
    with reading() as work:
        customer = get_customer(work, current_customer_id())
        changes = queries.list_changes(work, customer.id)
    details = customer.details
    facts = {
        "kind": KINDS[details.kind],
        "country": name_country(details.told_country),
        "account_number": mask_account_number(details.account_number),
        "changes": [one.masked() for one in changes],
    }
    return render_template("profile/show.html", customer=customer, **facts)


@bp.route("/edit", methods=["GET", "POST"])
@access(Access.CUSTOMER, keeps=KEPT)
def edit() -> ResponseReturnValue:
    """Change details; a form made from an older version shows both and asks."""
    form, me = ProfileForm(), current_customer_id()
    if form.is_submitted():
        try:
            changes = _save(form)
        except StaleError:
            return _show_both(form), 409
        if changes is not None:
            say_outcome("Your details are saved.", is_new=bool(changes))
            return redirect(url_for(".show"), 303)
    if form.is_blank():
        with reading() as work:
            form.fill(get_customer(work, me))
    return render_template("profile/edit.html", form=form, conflict=())


@bp.route("/account-number", methods=["GET", "POST"])
@access(Access.CUSTOMER, fresh=True, keeps=("number", "version"))
def account_number() -> ResponseReturnValue:
    """Show the billing account number in full, and change it."""
    form, me, status = AccountNumberForm(), current_customer_id(), 200
    if form.is_valid_post():
        try:
            with unit_of_work() as work:
                details = form.details(get_customer(work, me).details)
                changes = service.change_profile(work, me, details, form.read_version())
            say_outcome("Your details are saved.", is_new=bool(changes))
            return redirect(url_for(".show"), 303)
        except StaleError:
            with reading() as work:
                form.meet(get_customer(work, me))
            status = 409
    if form.is_blank():
        with reading() as work:
            form.fill(get_customer(work, me))
    return render_template("profile/account_number.html", form=form), status


def _save(form: ProfileForm) -> tuple[Change, ...] | None:
    """Save what was touched; return what changed, or None when something does not fit."""
    form.is_valid_post()  # says what does not, whatever else there is
    me = current_customer_id()
    with unit_of_work() as work:
        before = get_customer(work, me).details
        if not form.fits(before):
            return None
        return service.change_profile(work, me, form.details(before), form.read_version())


def _show_both(form: ProfileForm) -> str:
    """Show what is saved now beside what was typed; saving again keeps what was typed."""
    with reading() as work:
        now = get_customer(work, current_customer_id())
    typed = form.details(now.details) if form.fits(now.details) else now.details
    conflict = [change.masked() for change in compare(now.details, typed)]
    form.version.data = str(now.version)
    return render_template("profile/edit.html", form=form, conflict=conflict)
