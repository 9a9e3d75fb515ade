"""Pages to cancel one registration or everything."""

from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from portal.account.queries import get_customer, get_registration, list_registrations
from portal.account.rules import Service
from portal.account.service import prove_again
from portal.cancellation import service
from portal.cancellation.forms import CancelForm
from portal.cancellation.rules import preview
from portal.credentials.rules import BLOCKED
from portal.kernel.ids import RegistrationId
from portal.web.access import Access, access
from portal.web.identity import CUSTOMER, current_customer_id, let_out
from portal.web.runtime import runtime
from portal.web.transaction import reading, unit_of_work

bp = Blueprint("cancellation", __name__, url_prefix="/registrations")

ICONS = {
    Service.BROADBAND: "router",
    Service.HOME_PHONE: "phone",
    Service.MOBILE: "smartphone",
    Service.TELEVISION: "tv",
    Service.WIFI: "wifi",
    Service.NEWSLETTER: "newspaper",
}
WRONG = "That is not your password"


@bp.get("")
@access(Access.CUSTOMER)
def registrations() -> ResponseReturnValue:
    """List what the customer is registered for."""
    with reading() as work:
        found = list_registrations(work, current_customer_id())
    facts = {"registrations": found, "icons": ICONS}
    return render_template("cancellation/registrations.html", **facts)


@bp.route("/<uuid:registration_id>/cancel", methods=["GET", "POST"])
@access(Access.CUSTOMER)
def one(registration_id: UUID) -> ResponseReturnValue:
    """Cancel one registration; the only one there is takes the account with it."""
    me, wanted = current_customer_id(), RegistrationId(registration_id)
    with reading() as work:
        registration = get_registration(work, me, wanted)
        email = get_customer(work, me).details.email
        is_only = len(list_registrations(work, me)) == 1
    if is_only:
        return redirect(url_for(".everything"), 303)
    form = CancelForm()
    if form.is_valid_post() and _is_proved(form):
        with unit_of_work() as work:
            name = service.cancel_registration(work, me, wanted)
        flash(f"Your registration is cancelled: {name}.", "ok")
        return redirect(url_for(".registrations"), 303)
    return render_template(
        "cancellation/one.html", form=form, registration=registration, email=email
    )


@bp.route("/cancel", methods=["GET", "POST"])
@access(Access.CUSTOMER)
def everything() -> ResponseReturnValue:
    """Cancel everything: the account and all that is held about its owner."""
    form, parts = CancelForm(), runtime()
    if form.is_valid_post() and _is_proved(form):
        service.cancel_everything(unit_of_work, parts.register, current_customer_id())
        return let_out(redirect(url_for(".gone"), 303), CUSTOMER)
    with reading() as work:
        found = list_registrations(work, current_customer_id())
        email = get_customer(work, current_customer_id()).details.email
    facts = {"registrations": found, "preview": preview(parts.register), "email": email}
    return render_template("cancellation/everything.html", form=form, **facts)


@bp.get("/gone")
@access(Access.ANYONE)
def gone() -> ResponseReturnValue:
    """Say that everything is deleted."""
    return render_template("cancellation/gone.html")


def _is_proved(form: CancelForm) -> bool:
    """Look at the password once more; say beside the field if it is wrong."""
    typed = form.password.data or ""
    proof = prove_again(unit_of_work, runtime().hasher, current_customer_id(), typed)
    if not proof.right:
        form.say("password", BLOCKED if proof.blocked else WRONG)
    return proof.right
