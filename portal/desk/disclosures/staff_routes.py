"""Pages of the register of disclosures: find a customer, enter, agree, withdraw, give."""

from collections.abc import Callable
from functools import partial
from uuid import UUID

from flask import Blueprint, abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from portal.desk.cases.forms import SeekForm
from portal.desk.disclosures import queries, service
from portal.desk.disclosures.forms import DiscloseForm, GivenForm
from portal.desk.disclosures.rules import (
    KINDS,
    AgreedMeanwhileError,
    NotAgreedError,
    OwnProposalError,
    TakenBackError,
)
from portal.identity.accounts.queries import get_customer
from portal.identity.staff_accounts.queries import list_colleagues
from portal.identity.staff_accounts.rules import Task
from portal.platform.core.clock import london_day
from portal.platform.core.errors import DomainError
from portal.platform.core.ids import CustomerId
from portal.platform.core.texts import _
from portal.platform.web.access import Access, access
from portal.platform.web.forms import ButtonForm
from portal.platform.web.identity import current_staff_id
from portal.platform.web.transaction import reading, unit_of_work

bp = Blueprint("disclosures_desk", __name__, url_prefix="/staff")

AGREED = _("Agreed. You can give it out now. Then say here on which day.")
WITHDRAWN = _("Withdrawn. Nothing is given out.")
GIVEN = _("Saved. The customer reads the day.")
NOT_GIVEN = _("Saved. The customer reads that we agreed, and then didn’t give it.")
MEANWHILE: dict[type[DomainError], str] = {
    AgreedMeanwhileError: _(
        "Nothing changed: a colleague has already agreed to it. If it isn’t given, select “Not"
        " given after all”."
    ),
    TakenBackError: _("Nothing changed: a colleague has already refused it or taken it back."),
    NotAgreedError: _("Nothing changed: no second colleague has agreed to it yet."),
}
"""What is said where another colleague was quicker."""
MOST_WAITING = 500
"""Disclosures that the page lists; of more it says that there are more."""
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
        waiting = queries.list_waiting(work, MOST_WAITING + 1)
    facts = {"waiting": waiting[:MOST_WAITING], "most": MOST_WAITING, "kinds": KINDS}
    facts["is_more"] = len(waiting) > MOST_WAITING
    return render_template("desk/disclosures_desk/find.html", form=form, **facts)


@bp.route("/customers/<uuid:customer_id>/disclosures", methods=["GET", "POST"])
@access(Access.STAFF, may=Task.DISCLOSE, keeps=TYPED)
def show(customer_id: UUID) -> ResponseReturnValue:
    """Show the disclosures about a customer, and enter another; each view is recorded."""
    form, theirs, me = DiscloseForm(), CustomerId(customer_id), current_staff_id()
    with unit_of_work() as work:
        there, lost = service.view_disclosures(work, theirs)
        about = get_customer(work, theirs).details
        names = {one.id: one.name for one in list_colleagues(work)}
        today = london_day(work.now)
    if form.is_valid_post() and form.fits(today):
        with unit_of_work() as work:
            service.ask_to_disclose(work, me, theirs, form.wanted())
        flash(_("Entered. Don’t give anything out until a colleague agrees."), "ok")
        return redirect(url_for(".show", customer_id=customer_id), 303)
    form.start()
    facts = {"there": there, "names": names, "kinds": KINDS, "my_id": me}
    facts |= {"customer_id": customer_id, "about": about, "lost": lost}
    return render_template("desk/disclosures_desk/show.html", form=form, **facts)


@bp.post("/customers/<uuid:customer_id>/disclosures/<uuid:disclosure_id>/agree")
@access(Access.STAFF, may=Task.AGREE_TO_DISCLOSE)
def agree(customer_id: UUID, disclosure_id: UUID) -> ResponseReturnValue:
    """Agree as the second colleague."""
    if ButtonForm().is_valid_post():
        _do(service.agree_to_disclose, customer_id, disclosure_id, AGREED)
    return redirect(url_for(".show", customer_id=customer_id), 303)


@bp.post("/customers/<uuid:customer_id>/disclosures/<uuid:disclosure_id>/withdraw")
@access(Access.STAFF, may=Task.DISCLOSE)
def withdraw(customer_id: UUID, disclosure_id: UUID) -> ResponseReturnValue:
    """Refuse it, or take it back."""
    if ButtonForm().is_valid_post():
        _do(service.withdraw_disclosure, customer_id, disclosure_id, WITHDRAWN)
    return redirect(url_for(".show", customer_id=customer_id), 303)


@bp.route(
    "/customers/<uuid:customer_id>/disclosures/<uuid:disclosure_id>/given",
    methods=["GET", "POST"],
)
@access(Access.STAFF, may=Task.DISCLOSE)
def given(customer_id: UUID, disclosure_id: UUID) -> ResponseReturnValue:
    """Note on which day what was agreed to was given."""
    form, theirs = GivenForm(), CustomerId(customer_id)
    with unit_of_work() as work:
        there = {one.id: one for one in service.view_disclosures(work, theirs)[0]}
        today = london_day(work.now)
    one = there.get(disclosure_id)
    if one is None or one.agreed_at is None:
        abort(404)
    form.start(today)
    if form.is_valid_post() and form.fits(london_day(one.agreed_at), today):
        _do(partial(service.note_given, given_on=form.wanted()), theirs, one.id, GIVEN)
        return redirect(url_for(".show", customer_id=customer_id), 303)
    return render_template(
        "desk/disclosures_desk/given.html", form=form, one=one, customer_id=customer_id
    )


@bp.post("/customers/<uuid:customer_id>/disclosures/<uuid:disclosure_id>/not-given")
@access(Access.STAFF, may=Task.DISCLOSE)
def not_given(customer_id: UUID, disclosure_id: UUID) -> ResponseReturnValue:
    """Note that what was agreed to was not given after all."""
    if ButtonForm().is_valid_post():
        _do(service.note_not_given, customer_id, disclosure_id, NOT_GIVEN)
    return redirect(url_for(".show", customer_id=customer_id), 303)


def _do(does: Callable[..., None], customer_id: UUID, disclosure_id: UUID, done: str) -> None:
    """Do something with a disclosure, and say it; or say what another colleague did meanwhile."""
    try:
        with unit_of_work() as work:
            does(work, current_staff_id(), CustomerId(customer_id), disclosure_id)
    except OwnProposalError:
        abort(403)
    except (AgreedMeanwhileError, NotAgreedError, TakenBackError) as error:
        flash(MEANWHILE[type(error)], "warn")
    else:
        flash(done, "ok")
