"""Pages of legal holds on customers."""

from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from portal.desk.cases.forms import SeekForm
from portal.desk.customer_holds import service
from portal.desk.customer_holds.forms import HoldCustomerForm
from portal.identity.staff_accounts.queries import list_colleagues
from portal.identity.staff_accounts.rules import Task
from portal.platform.core.clock import london_day
from portal.platform.core.ids import CustomerId
from portal.platform.core.texts import _
from portal.platform.web.access import Access, access
from portal.platform.web.forms import ButtonForm
from portal.platform.web.identity import current_staff_id
from portal.platform.web.transaction import unit_of_work

bp = Blueprint("customer_holds_desk", __name__, url_prefix="/staff")

PLACED = _(
    "The hold is placed. If this customer asks us to delete their account, we won’t until the"
    " hold’s last day has passed."
)


@bp.route("/holds", methods=["GET", "POST"])
@access(Access.STAFF, may=Task.HOLD)
def find() -> ResponseReturnValue:
    """Search for a customer by address or reference; by POST, so that no URL has it in it."""
    form = SeekForm()
    if form.is_valid_post():
        with unit_of_work() as work:
            found = service.seek_customer(work, form.who.data or "")
        if found is not None:
            return redirect(url_for(".show", customer_id=found), 303)
        form.say_nobody()
    return render_template("desk/customer_holds_desk/find.html", form=form)


@bp.route("/customers/<uuid:customer_id>/holds", methods=["GET", "POST"])
@access(Access.STAFF, may=Task.HOLD, keeps=("why", "until"))
def show(customer_id: UUID) -> ResponseReturnValue:
    """Show the holds on a customer, and place another; each view is recorded."""
    with unit_of_work() as work:
        customer, holds = service.view_customer(work, CustomerId(customer_id))
        names = {one.id: one.name for one in list_colleagues(work)}
        today = london_day(work.now)
    form = HoldCustomerForm(customer=True, today=today)
    if form.is_valid_post():
        with unit_of_work() as work:
            service.hold_customer(work, current_staff_id(), customer.id, form.wanted())
        flash(PLACED, "ok")
        return redirect(url_for(".show", customer_id=customer_id), 303)
    facts = {"customer": customer, "holds": holds, "names": names}
    return render_template("desk/customer_holds_desk/show.html", form=form, **facts)


@bp.post("/customers/<uuid:customer_id>/holds/<uuid:hold_id>/lift")
@access(Access.STAFF, may=Task.HOLD)
def lift(customer_id: UUID, hold_id: UUID) -> ResponseReturnValue:
    """Lift a hold on a customer before its day."""
    if ButtonForm().is_valid_post():
        with unit_of_work() as work:
            me, theirs = current_staff_id(), CustomerId(customer_id)
            service.lift_hold_of_customer(work, me, theirs, hold_id)
        flash(_("The hold is lifted."), "ok")
    return redirect(url_for(".show", customer_id=customer_id), 303)
