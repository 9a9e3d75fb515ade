"""Pages of a customer's record: choose a part and a reason, read what will be read, open it."""

from typing import Any
from uuid import UUID

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from portal.desk.cases.forms import SeekForm
from portal.desk.customer_records import queries, service
from portal.desk.customer_records.forms import ChoosePartForm, OpenRecordForm
from portal.desk.customer_records.rules import (
    CHOSEN,
    WITHOUT_CASE,
    LookReason,
    RecordRequest,
    name_parts,
)
from portal.identity.accounts.queries import get_customer
from portal.identity.staff_accounts.rules import Task
from portal.platform.core.errors import StaleError
from portal.platform.core.ids import CustomerId
from portal.platform.web.access import Access, access
from portal.platform.web.identity import current_staff_id
from portal.platform.web.runtime import runtime
from portal.platform.web.transaction import reading, unit_of_work

bp = Blueprint("customer_records_desk", __name__, url_prefix="/staff")

PAGES = "desk/customer_records_desk"


@bp.route("/customers", methods=["GET", "POST"])
@access(Access.STAFF, may=Task.OPEN_WITHOUT_CASE)
def find() -> ResponseReturnValue:
    """Search for a customer by address or reference; by POST, so that no URL has it in it."""
    form = SeekForm()
    if form.is_valid_post():
        with unit_of_work() as work:
            found = service.seek_customer(work, form.who.data or "")
        if found is not None:
            return redirect(url_for(".choose", customer_id=found), 303)
        form.say_nobody()
    return render_template(f"{PAGES}/find.html", form=form)


@bp.route("/customers/<uuid:customer_id>/record", methods=["GET", "POST"])
@access(Access.STAFF, may=Task.OPEN_WITHOUT_CASE)
def choose(customer_id: UUID) -> ResponseReturnValue:
    """Choose a part of a customer's record, and a reason, where there is no case."""
    with reading() as work:
        customer = get_customer(work, CustomerId(customer_id))
    return _choose(customer.id, WITHOUT_CASE, "")


@bp.route("/cases/<reference>/record", methods=["GET", "POST"])
@access(Access.STAFF, may=Task.OPEN_RECORD)
def for_case(reference: str) -> ResponseReturnValue:
    """Choose a part of the record of a case's customer, to answer the case."""
    with reading() as work:
        customer_id, found = queries.get_case_at_hand(work, reference)
    return _choose(customer_id, (LookReason.CASE,), found.reference)


@bp.get("/customers/<uuid:customer_id>/record/<part>/<reason>")
@access(Access.STAFF, may=Task.OPEN_RECORD)
def ask(customer_id: UUID, part: str, reason: str) -> ResponseReturnValue:
    """Show the very sentence that the customer will read, before the record is opened."""
    try:
        wanted = RecordRequest(part, LookReason(reason), request.args.get("case", ""))
    except ValueError:
        abort(404)
    with reading() as work:
        told = service.foretell(work, runtime().register, CustomerId(customer_id), wanted)
    form = OpenRecordForm()
    form.fill(wanted, told)
    facts = {"told": told, "customer_id": customer_id, "reference": wanted.reference}
    return render_template(f"{PAGES}/ask.html", form=form, **facts)


@bp.post("/customers/<uuid:customer_id>/record/open")
@access(Access.STAFF, may=Task.OPEN_RECORD)
def opened(customer_id: UUID) -> ResponseReturnValue:
    """Show a part of a customer's record; the look is recorded, and told."""
    form, theirs = OpenRecordForm(), CustomerId(customer_id)
    try:
        wanted = form.wanted()
    except ValueError:
        abort(404)
    if not form.is_valid_post():
        return _to_ask(theirs, wanted)
    try:
        with unit_of_work() as work:
            given = runtime().register, current_staff_id(), theirs, wanted, form.told()
            found = service.open_record(work, *given)
    except StaleError:
        return _to_ask(theirs, wanted)
    return render_template(f"{PAGES}/opened.html", found=found, reference=wanted.reference)


def _choose(
    customer_id: CustomerId, reasons: tuple[LookReason, ...], reference: str
) -> ResponseReturnValue:
    form = ChoosePartForm()
    form.offer(name_parts(runtime().register), {one.value: CHOSEN[one] for one in reasons})
    if form.is_valid_post():
        return _to_ask(customer_id, form.wanted(reference))
    if form.is_blank() and len(reasons) == 1:
        form.look_reason.data = reasons[0].value
    return render_template(f"{PAGES}/choose.html", form=form, reference=reference)


def _to_ask(customer_id: CustomerId, wanted: RecordRequest) -> ResponseReturnValue:
    chosen: dict[str, Any] = {"part": wanted.part, "reason": wanted.reason.value}
    case = wanted.reference or None
    return redirect(url_for(".ask", customer_id=customer_id, case=case, **chosen), 303)
