"""Pages on which staff set a customer's choices, and a business's account manager."""

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from portal.consent.marketing.queries import get_choices, list_changes
from portal.consent.marketing.routes import (
    KEPT,
    OFF_NOW,
    SETTLED,
    WORDS,
    look_again,
    tell_kept,
    tell_refused,
)
from portal.consent.marketing.rules import Agreed, RefusedCompaniesError, SavedChoices
from portal.consent.purposes.queries import get_catalogue
from portal.desk.assisted_choices import service
from portal.desk.assisted_choices.forms import AssistedChoicesForm, ManagerForm
from portal.desk.assisted_choices.rules import NotReadError
from portal.desk.case_records.queries import find_open_owner, find_owner
from portal.desk.case_records.rules import CasePart
from portal.desk.cases.rules import Case
from portal.desk.cases.service import view_case
from portal.identity.accounts.queries import get_customer
from portal.identity.accounts.rules import BUSINESSES, Customer
from portal.identity.staff_accounts.rules import Task
from portal.platform.core.errors import DomainError, NotFoundError, StaleError
from portal.platform.core.texts import _
from portal.platform.web.access import Access, access
from portal.platform.web.forms import CARRIED
from portal.platform.web.outcome import say_outcome
from portal.platform.web.transaction import reading, unit_of_work

bp = Blueprint("assisted_choices_desk", __name__, url_prefix="/staff/cases/<reference>")

NEEDS_READING = _("You’re turning something on. Read it out to them, then tick the box")
CLOSED = _("Their account is closed, so no choices can be turned on. Untick what you ticked")
MANAGED = _("The account manager is saved. The customer sees the name.")
SAVED = _("The choices are saved. We’ve emailed the customer.")


@bp.route("/choices", methods=["GET", "POST"])
@access(
    Access.STAFF,
    may=Task.ASSIST_CHOICES,
    keeps=("choices", "shown", "wording", "caller", "how", "was_read", *CARRIED),
)
def edit(reference: str) -> ResponseReturnValue:
    """Show the choices of a case's customer, and save what they asked for."""
    with unit_of_work() as work:
        case = view_case(work, reference, CasePart.CHOICES)
        customer = find_owner(work, case.id)
        catalogue = get_catalogue(work)
    form = AssistedChoicesForm()
    form.offer(catalogue)
    if customer is None:
        return render_template(
            "desk/assisted_choices_desk/edit.html", form=form, case=case, customer=None
        )
    if form.is_valid_post():
        typed = form.agreed()
        kept = _keep(form, customer, typed)
        if kept is not None and not (kept.to_confirm or kept.refusal):
            tell_kept(SAVED, kept, catalogue)
            return redirect(url_for("cases_desk.show", reference=reference), 303)
        if not form.errors:
            again = look_again(form, customer.id, typed, kept)
            form.was_read.data = form.was_read.data and not again["reworded"]
            return _page(form, case, customer, again), 409
    return _page(form, case, customer, {"catalogue": catalogue}), 200


@bp.route("/account-manager", methods=["GET", "POST"])
@access(Access.STAFF, may=Task.ASSIST_CHOICES, keeps=("manager", *CARRIED))
def manager(reference: str) -> ResponseReturnValue:
    """Show and set the account manager of a case's business; the customer sees the name."""
    with unit_of_work() as work:
        case = view_case(work, reference, CasePart.MANAGER)
        customer = find_open_owner(work, case.id)
    if customer is not None and customer.details.kind not in BUSINESSES:
        customer = None
    form, status = ManagerForm(), 200
    if customer is not None and form.is_valid_post():
        try:
            with unit_of_work() as work:
                name, made_from = form.manager.data or "", form.read_made_from()
                is_new = service.name_manager(work, customer.id, name, made_from)
            say_outcome(MANAGED, is_new=is_new)
            return redirect(url_for("cases_desk.show", reference=reference), 303)
        except StaleError:
            with reading() as work:
                form.meet(get_customer(work, customer.id))
            status = 409
    elif customer is not None and form.is_blank():
        form.fill(customer)
    facts = {"case": case, "customer": customer}
    return render_template("desk/assisted_choices_desk/manager.html", form=form, **facts), status


def _keep(form: AssistedChoicesForm, customer: Customer, typed: Agreed) -> SavedChoices | None:
    """Save the requested choices, and return the result; None where nothing was saved.

    There is a word beside a field then, or something to ask; a word also where noes alone were.
    """
    made_from, kept = form.read_made_from(), None
    try:
        with unit_of_work() as work:
            kept = service.set_choices(work, customer, typed, made_from, form.request())
    except RefusedCompaniesError as refusal:
        look_again(form, customer.id, typed)
        form.say("choices", tell_refused(refusal))
    except NotFoundError:
        form.say("choices", CLOSED)
    except NotReadError:
        form.say("was_read", NEEDS_READING)
    except StaleError:
        pass
    if kept is not None and kept.refusal is not None:
        look_again(form, customer.id, typed)
        field, why = _spell_refusal(kept.refusal)
        form.say(field, f"{why}. {OFF_NOW}")
    return kept


def _spell_refusal(refusal: DomainError) -> tuple[str, str]:
    """Return the field of what was not kept, and why."""
    if isinstance(refusal, RefusedCompaniesError):
        return "choices", tell_refused(refusal)
    return (
        ("choices", CLOSED) if isinstance(refusal, NotFoundError) else ("was_read", NEEDS_READING)
    )


def _page(
    form: AssistedChoicesForm,
    case: Case,
    customer: Customer,
    shown: Mapping[str, Any],
) -> str:
    with reading() as work:
        choices = get_choices(work, customer.id)
        history = list_changes(work, customer.id, KEPT)
    if form.is_blank():
        form.fill(choices)
    facts = {"case": case, "customer": customer, "choices": choices, **SETTLED, **shown}
    facts |= {"history": history, "is_signalled": False, **WORDS}
    form.draw(facts["catalogue"], choices)
    facts["is_business"] = customer.details.kind in BUSINESSES
    return render_template("desk/assisted_choices_desk/edit.html", form=form, **facts)
