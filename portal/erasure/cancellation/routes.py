"""Pages to cancel one registration or everything."""

from collections.abc import Mapping
from datetime import timedelta
from enum import StrEnum
from typing import TypeVar
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from portal.erasure.cancellation import service
from portal.erasure.cancellation.forms import (
    AddRegistrationForm,
    CancelForm,
    CopyFirstForm,
    WhenForm,
)
from portal.erasure.cancellation.queries import get_preview
from portal.erasure.cancellation.rules import (
    COPY_HINTS,
    COPY_TOLD,
    WHEN_HINTS,
    WHENS,
    DownloadFirst,
    Leaving,
    When,
)
from portal.governance.receipts.rules import read_receipt, tells_of_hold
from portal.identity.accounts.queries import get_registration, list_registrations
from portal.identity.accounts.rules import SERVICES, AlreadyHasServiceError, Service
from portal.identity.registrations.service import cancel_registration, register_service
from portal.platform.core.clock import spell_length
from portal.platform.core.ids import RegistrationId
from portal.platform.core.ledger import read_receipt_number
from portal.platform.core.texts import _
from portal.platform.core.visit import CUSTOMER
from portal.platform.web.access import Access, access
from portal.platform.web.forms import ButtonForm
from portal.platform.web.identity import current_customer_id, let_out
from portal.platform.web.runtime import runtime
from portal.platform.web.transaction import reading, unit_of_work

bp = Blueprint("cancellation", __name__, url_prefix="/registrations")

Answer = TypeVar("Answer", bound=StrEnum)

WAITS = "wait"
"""Said by the address of the page: a legal hold puts off what was asked for now."""

ICONS = {
    Service.BROADBAND: "router",
    Service.HOME_PHONE: "phone",
    Service.MOBILE: "smartphone",
    Service.TELEVISION: "tv",
    Service.WIFI: "wifi",
    Service.NEWSLETTER: "newspaper",
}


@bp.get("")
@access(Access.CUSTOMER)
def registrations() -> ResponseReturnValue:
    """List what the customer is registered for."""
    with reading() as work:
        found = list_registrations(work, current_customer_id())
    facts = {"registrations": found, "icons": ICONS, "can_add": len(found) < len(SERVICES)}
    facts["backups"] = spell_length(runtime().context.copies_kept + timedelta(days=1))
    return render_template("erasure/cancellation/registrations.html", **facts)


@bp.route("/add", methods=["GET", "POST"])
@access(Access.CUSTOMER, keeps=("service",))
def add() -> ResponseReturnValue:
    """Register one more service, or one again that was cancelled."""
    form, me = AddRegistrationForm(), current_customer_id()
    if form.is_valid_post():
        try:
            with unit_of_work() as work:
                name = register_service(work, me, form.chosen())
            flash(_("You’re registered for {name}.", name=name), "ok")
        except AlreadyHasServiceError:
            name = SERVICES[form.chosen()]
            flash(
                _("You were already registered for {name}. Nothing has changed.", name=name), "info"
            )
        return redirect(url_for(".registrations"), 303)
    with reading() as work:
        form.leave_out([one.service for one in list_registrations(work, me)])
    return render_template("erasure/cancellation/add.html", form=form)


@bp.route("/<uuid:registration_id>/cancel", methods=["GET", "POST"])
@access(Access.CUSTOMER, fresh=True)
def one(registration_id: UUID) -> ResponseReturnValue:
    """Cancel one registration; if it is the last one, go on to deleting the account."""
    me, wanted = current_customer_id(), RegistrationId(registration_id)
    with reading() as work:
        registration = get_registration(work, me, wanted)
        is_only = len(list_registrations(work, me)) == 1
    if is_only:
        return redirect(url_for(".everything"), 303)
    form = CancelForm()
    if form.is_valid_post():
        with unit_of_work() as work:
            name = cancel_registration(work, me, wanted)
        flash(_("Your registration is cancelled: {name}.", name=name), "ok")
        return redirect(url_for(".registrations"), 303)
    return render_template("erasure/cancellation/one.html", form=form, registration=registration)


@bp.route("/cancel", methods=["GET", "POST"])
@access(Access.CUSTOMER, keeps=("copy",))
def everything() -> ResponseReturnValue:
    """Begin to delete the account: first whether they want a copy of their data."""
    form = CopyFirstForm()
    if form.is_valid_post():
        if form.chosen() is DownloadFirst.YES:
            return redirect(url_for("your_data.download", then="when"), 303)
        return redirect(url_for(".when", copy_first=DownloadFirst.NO), 303)
    return render_template("erasure/cancellation/everything.html", form=form, hints=COPY_HINTS)


@bp.route("/cancel/when/<copy_first>", methods=["GET", "POST"])
@access(Access.CUSTOMER, keeps=("when",))
def when(copy_first: str) -> ResponseReturnValue:
    """Ask when everything is to be deleted."""
    copied = read_one(COPY_TOLD, copy_first)
    if copied is None:
        return redirect(url_for(".everything"))
    form = WhenForm()
    if form.is_valid_post():
        return redirect(url_for(".check", copy_first=copied, when=form.chosen()), 303)
    with reading() as work:
        later = get_preview(work, runtime().context, current_customer_id(), When.LATER).deleted_on
    facts = {"hints": WHEN_HINTS, "later": later, "copied": copied}
    return render_template("erasure/cancellation/when.html", form=form, **facts)


@bp.route("/cancel/check/<copy_first>/<when>", methods=["GET", "POST"])
@access(Access.CUSTOMER, fresh=True)
def check(copy_first: str, when: str) -> ResponseReturnValue:
    """Delete everything, once its owner has seen what happens on which day."""
    copied, chosen = read_one(COPY_TOLD, copy_first), read_one(WHENS, when)
    if copied is None or chosen is None:
        return redirect(url_for(".everything"))
    form, context, me = ButtonForm(), runtime().context, current_customer_id()
    if form.is_valid_post():
        done = service.leave(unit_of_work, context, me, chosen)
        return let_out(redirect(where_to(done, chosen), 303), CUSTOMER)
    with reading() as work:
        preview = get_preview(work, context, me, chosen)
    facts = {"preview": preview, "chosen": chosen, "copied": copied, "told": COPY_TOLD}
    return render_template("erasure/cancellation/check.html", form=form, **facts)


@bp.get("/copy")
@access(Access.CUSTOMER)
def copy() -> ResponseReturnValue:
    """Lead on from where the download used to be."""
    return redirect(url_for("your_data.download", then=request.args.get("then")), 303)


@bp.get("/closed")
@access(Access.ANYONE)
def closed() -> ResponseReturnValue:
    """Say that the account is closed, and how to bring it back; or that the law makes us wait."""
    return render_template(
        "erasure/cancellation/closed.html", waits=request.args.get("why") == WAITS
    )


@bp.get("/gone")
@bp.get("/gone/<reference>")
@access(Access.ANYONE)
def gone(reference: str = "") -> ResponseReturnValue:
    """Say that everything is deleted, with the receipt."""
    number = read_receipt_number(reference)
    with reading() as work:
        line = work.vault.ledger.find_by_reference(number) if number else None
        is_announced = work.announces
    receipt = line.receipt if line and line.receipt else ""
    facts = {"line": line, "told": read_receipt(receipt), "is_announced": is_announced}
    facts["is_held"] = tells_of_hold(receipt)
    return render_template("erasure/cancellation/gone.html", **facts)


def where_to(done: Leaving, when: When) -> str:
    """Return the page for what came of a request to cancel to leave.

    Whoever wanted it now and has to wait reads why, only here and in the email.
    """
    if done.leaves_at is not None:
        waits = when is When.NOW and done.leaves_at <= runtime().clock()
        return url_for("cancellation.closed", why=WAITS if waits else None)
    return url_for("cancellation.gone", reference=done.reference or None)


def read_one(answers: Mapping[Answer, str], text: str) -> Answer | None:
    """Return the answer that an address names, of those that it may name; None for any other."""
    return next((one for one in answers if one.value == text), None)
