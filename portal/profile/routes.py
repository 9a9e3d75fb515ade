"""Pages to see and change a profile."""

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from portal.account.queries import get_customer
from portal.account.rules import KINDS, mask_account_number
from portal.kernel.errors import StaleError
from portal.profile import queries, service
from portal.profile.forms import AccountNumberForm, ProfileForm
from portal.profile.rules import Change, Kept, merge_details
from portal.web.access import Access, access
from portal.web.forms import CARRIED
from portal.web.identity import current_customer_id
from portal.web.transaction import reading, unit_of_work

bp = Blueprint("profile", __name__, url_prefix="/profile")

KEPT = (
    "given_name",
    "family_name",
    "telephone",
    "mobile",
    "address_line_1",
    "address_line_2",
    "town",
    "postcode",
    *CARRIED,
)
"""What is kept of the form when a session ends under somebody's hands."""


OTHERS = "Changed somewhere else, and kept as well: {labels}."


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
        "account_number": mask_account_number(details.account_number),
        "changes": [one.masked() for one in changes],
    }
    return render_template("profile/show.html", customer=customer, **facts)


@bp.route("/edit", methods=["GET", "POST"])
@access(Access.CUSTOMER, keeps=KEPT)
def edit() -> ResponseReturnValue:
    """Change details; of an older form only what was changed on both sides is asked about."""
    form, me = ProfileForm(), current_customer_id()
    if form.is_valid_post():
        try:
            with unit_of_work() as work:
                kept = service.save_form(work, me, form.filled())
            flash(tell_kept(kept), "ok")
            return redirect(url_for(".show"), 303)
        except StaleError:
            return _show_clashes(form), 409
    if form.is_blank():
        with reading() as work:
            form.fill(get_customer(work, me))
    return render_template("profile/edit.html", form=form, conflict=())


@bp.route("/account-number", methods=["GET", "POST"])
@access(Access.CUSTOMER, fresh=True, keeps=("number", *CARRIED))
def account_number() -> ResponseReturnValue:
    """Show the billing account number in full, and change it."""
    form, me, status = AccountNumberForm(), current_customer_id(), 200
    if form.is_valid_post():
        try:
            with unit_of_work() as work:
                kept = service.save_form(work, me, form.filled())
            flash(tell_kept(kept), "ok")
            return redirect(url_for(".show"), 303)
        except StaleError:
            with reading() as work:
                form.meet(get_customer(work, me))
            status = 409
    if form.is_blank():
        with reading() as work:
            form.fill(get_customer(work, me))
    return render_template("profile/account_number.html", form=form), status


def tell_kept(kept: Kept) -> str:
    """Say that details are saved, and what others had changed meanwhile."""
    said = "Your details are saved." if kept.changes else "Nothing was changed."
    return f"{said} {OTHERS.format(labels=', '.join(kept.followed))}" if kept.followed else said


def _show_clashes(form: ProfileForm) -> str:
    """Show what both changed, as it is saved and as it was typed, and the rest as it is saved.

    Saving again keeps what was typed.
    """
    with reading() as work:
        saved = get_customer(work, current_customer_id())
    merged = merge_details(saved, form.filled())
    form.show(saved, merged.values)
    conflict = [
        Change(name, getattr(saved.details, name), merged.values[name]) for name in merged.clashes
    ]
    return render_template("profile/edit.html", form=form, conflict=conflict)
