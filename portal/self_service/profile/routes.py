"""Pages to see and change a profile."""

from flask import Blueprint, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from portal.identity.accounts.queries import get_customer
from portal.identity.accounts.rules import KINDS, mask_account_number
from portal.identity.accounts.service import get_locked
from portal.identity.profile_changes.queries import list_changes
from portal.identity.profile_changes.rules import FieldChange
from portal.platform.core.countries import name_country
from portal.platform.core.errors import StaleError
from portal.platform.core.texts import _, join
from portal.platform.web.access import Access, access
from portal.platform.web.forms import CARRIED
from portal.platform.web.identity import current_customer_id
from portal.platform.web.outcome import SAME, say_outcome
from portal.platform.web.transaction import reading, unit_of_work
from portal.self_service.profile import service
from portal.self_service.profile.forms import AccountNumberForm, ProfileForm
from portal.self_service.profile.rules import CHANGEABLE, SavedDetails, merge_details

bp = Blueprint("profile", __name__, url_prefix="/profile")

KEPT = (*CHANGEABLE, *CARRIED)
"""What is kept of the form when a session ends under somebody's hands."""


SAVED = _("Your details are saved.")
SAVED_TOO = _("Your details are saved. We also kept what was changed somewhere else: {labels}.")
SAME_BUT = _("Nothing was changed. We also kept what was changed somewhere else: {labels}.")


@bp.get("")
@access(Access.CUSTOMER)
def show() -> ResponseReturnValue:
    """Show every detail, and what was changed last."""
    with reading() as work:
        customer = get_customer(work, current_customer_id())
        changes = list_changes(work, customer.id)
    details = customer.details
    facts = {
        "kind": KINDS[details.kind],
        "country": name_country(details.told_country),
        "account_number": mask_account_number(details.account_number),
        "changes": [one.masked() for one in changes],
    }
    return render_template("self_service/profile/show.html", customer=customer, **facts)


@bp.route("/edit", methods=["GET", "POST"])
@access(Access.CUSTOMER, keeps=KEPT)
def edit() -> ResponseReturnValue:
    """Change details; of an older form only what was changed on both sides is asked about."""
    form, me = ProfileForm(), current_customer_id()
    if form.is_submitted():
        try:
            kept = _save(form)
        except StaleError:
            return _show_clashes(form), 409
        if kept is not None:
            _tell(kept)
            return redirect(url_for(".show"), 303)
    if form.is_blank():
        with reading() as work:
            form.fill(get_customer(work, me))
    return render_template("self_service/profile/edit.html", form=form, conflict=())


@bp.route("/account-number", methods=["GET", "POST"])
@access(Access.CUSTOMER, fresh=True, keeps=("number", *CARRIED))
def account_number() -> ResponseReturnValue:
    """Show the billing account number in full, and change it."""
    form, me, status = AccountNumberForm(), current_customer_id(), 200
    if form.is_valid_post():
        try:
            with unit_of_work() as work:
                kept = service.save_form(work, me, form.filled())
            _tell(kept)
            return redirect(url_for(".show"), 303)
        except StaleError:
            with reading() as work:
                form.meet(get_customer(work, me))
            status = 409
    if form.is_blank():
        with reading() as work:
            form.fill(get_customer(work, me))
    return render_template("self_service/profile/account_number.html", form=form), status


def _save(form: ProfileForm) -> SavedDetails | None:
    """Save what was touched; None when something does not fit, which is said beside its field."""
    form.is_valid_post()  # says what does not, whatever else there is
    me = current_customer_id()
    with unit_of_work() as work:
        get_locked(work, me)
        if not form.fits(get_customer(work, me).details):
            return None
        return service.save_form(work, me, form.filled())


def _tell(kept: SavedDetails) -> None:
    """Say that details are saved, and what others had changed meanwhile."""
    labels = join(kept.followed)
    saved, same = (SAVED_TOO, SAME_BUT) if kept.followed else (SAVED, SAME)
    is_new = bool(kept.changes)
    say_outcome(saved.format(labels=labels), is_new=is_new, otherwise=same.format(labels=labels))


def _show_clashes(form: ProfileForm) -> str:
    """Show what both changed, as it is saved and as it was typed, and the rest as it is saved.

    Saving again keeps what was typed.
    """
    with reading() as work:
        saved = get_customer(work, current_customer_id())
    merged = merge_details(saved, form.filled())
    form.show(saved, merged.values)
    conflict = [
        FieldChange(name, getattr(saved.details, name), merged.values[name]).masked()
        for name in merged.clashes
    ]
    return render_template("self_service/profile/edit.html", form=form, conflict=conflict)
