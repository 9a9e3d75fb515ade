"""Pages of the register of disclosures: find a customer, enter, agree, withdraw."""

from uuid import UUID

from flask import Blueprint, abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from portal.desk.cases.forms import SeekForm
from portal.desk.disclosures import queries, service
from portal.desk.disclosures.forms import DiscloseForm
from portal.desk.disclosures.rules import KINDS, OwnProposalError
from portal.identity.accounts.queries import get_customer
from portal.identity.staff_accounts.queries import list_colleagues
from portal.identity.staff_accounts.rules import Task
from portal.platform.core.clock import london_day
from portal.platform.core.ids import CustomerId
from portal.platform.core.texts import _
from portal.platform.web.access import Access, access
from portal.platform.web.forms import ButtonForm
from portal.platform.web.identity import current_staff_id
from portal.platform.web.transaction import reading, unit_of_work

bp = Blueprint("disclosures_desk", __name__, url_prefix="/staff")

TYPED = ("kind", "recipient_name", "power", "what", "document", "told", "told_from")


@bp.route("/disclosures", methods=["GET", "POST"])
@access(Access.STAFF, may=Task.DISCLOSE)
def find() -> ResponseReturnValue:
    """List what waits for a second colleague, and search for a customer; by POST."""
    form = SeekForm()
    if form.is_valid_post():
        with unit_of_work() as work:
            found = service.seek_subject(work, form.who.data or "")
        if found is not None:
            return redirect(url_for(".show", customer_id=found), 303)
        form.say_nobody()
    with reading() as work:
        waiting = queries.list_waiting(work)
    facts = {"waiting": waiting, "kinds": KINDS}
    return render_template("desk/disclosures_desk/find.html", form=form, **facts)


@bp.route("/customers/<uuid:customer_id>/disclosures", methods=["GET", "POST"])
@access(Access.STAFF, may=Task.DISCLOSE, keeps=TYPED)
def show(customer_id: UUID) -> ResponseReturnValue:
    """Show the disclosures about a customer, and enter another; nothing of theirs is shown."""
    form, theirs, me = DiscloseForm(), CustomerId(customer_id), current_staff_id()
    with reading() as work:
        get_customer(work, theirs)
        there = queries.list_of_customer(work, theirs)
        names = {one.id: one.name for one in list_colleagues(work)}
        today = london_day(work.now)
    if form.is_valid_post() and form.fits(today):
        with unit_of_work() as work:
            service.ask_to_disclose(work, me, theirs, form.wanted())
        flash(_("Entered. Don’t give anything out until a colleague agrees."), "ok")
        return redirect(url_for(".show", customer_id=customer_id), 303)
    facts = {"there": there, "names": names, "kinds": KINDS, "my_id": me}
    facts |= {"customer_id": customer_id}
    return render_template("desk/disclosures_desk/show.html", form=form, **facts)


@bp.post("/customers/<uuid:customer_id>/disclosures/<uuid:disclosure_id>/agree")
@access(Access.STAFF, may=Task.AGREE_TO_DISCLOSE)
def agree(customer_id: UUID, disclosure_id: UUID) -> ResponseReturnValue:
    """Agree as the second colleague."""
    if ButtonForm().is_valid_post():
        try:
            with unit_of_work() as work:
                given = current_staff_id(), CustomerId(customer_id), disclosure_id
                service.agree_to_disclose(work, *given)
        except OwnProposalError:
            abort(403)
        flash(_("Agreed. You can give it out now."), "ok")
    return redirect(url_for(".show", customer_id=customer_id), 303)


@bp.post("/customers/<uuid:customer_id>/disclosures/<uuid:disclosure_id>/withdraw")
@access(Access.STAFF, may=Task.DISCLOSE)
def withdraw(customer_id: UUID, disclosure_id: UUID) -> ResponseReturnValue:
    """Refuse it, or take it back."""
    if ButtonForm().is_valid_post():
        with unit_of_work() as work:
            given = current_staff_id(), CustomerId(customer_id), disclosure_id
            service.withdraw_disclosure(work, *given)
        flash(_("Withdrawn. Nothing is given out."), "ok")
    return redirect(url_for(".show", customer_id=customer_id), 303)
