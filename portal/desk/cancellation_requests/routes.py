"""Pages of the confirmation link: what would be cancelled, and the proof of identity."""

from flask import Blueprint, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from portal.desk.cancellation_requests import service
from portal.desk.cancellation_requests.forms import CancelByLinkForm, LeaveByLinkForm
from portal.desk.cancellation_requests.rules import Cancellation
from portal.desk.case_records.rules import CANCELLABLE
from portal.erasure.cancellation.queries import get_preview
from portal.erasure.cancellation.routes import where_to
from portal.erasure.cancellation.rules import WHEN_HINTS, Leaving, When
from portal.identity.accounts.queries import get_customer
from portal.identity.credentials.rules import BLOCKED, WRONG_PASSWORD, Verification
from portal.platform.core.errors import StaleError
from portal.platform.core.visit import CUSTOMER
from portal.platform.web.access import Access, access
from portal.platform.web.identity import is_visit_of, let_out
from portal.platform.web.limiting import Pace, limited
from portal.platform.web.runtime import runtime
from portal.platform.web.transaction import reading, unit_of_work

bp = Blueprint("cancellation_requests", __name__)


@bp.route("/contact/confirm/<token>", methods=["GET", "POST"])
@access(Access.ANYONE)
@limited(Pace.SECRETS, needs="password")
def confirm(token: str) -> ResponseReturnValue:
    """Confirm a cancellation; a GET only looks, so that a mail scanner's visit does nothing."""
    context = runtime().context
    with reading() as work:
        found = service.find_cancellation(work, token)
        preview = get_preview(work, context, found.customer_id) if found else None
        email = get_customer(work, found.customer_id).details.email if found else ""
    if found is None:
        return render_template("desk/cancellation_requests/confirm.html", form=None, case=None), 410
    form = LeaveByLinkForm() if found.deletes_account else CancelByLinkForm()
    proof = _prove(form, token) if form.is_valid_post() else None
    if proof is not None and proof.right:
        when = form.chosen() if isinstance(form, LeaveByLinkForm) else When.NOW
        done = _carry_out(token, when, proof, found)
        if done is None:
            return redirect(url_for(".confirm", token=token), 303)
        if not found.deletes_account:
            return redirect(url_for(".confirmed"), 303)
        answer = redirect(where_to(done, when), 303)
        return let_out(answer, CUSTOMER) if is_visit_of(found.customer_id) else answer
    facts = {"what": CANCELLABLE[found.case.service], "deletes_account": found.deletes_account}
    facts |= {"preview": preview, "hints": WHEN_HINTS, "email": email}
    return render_template(
        "desk/cancellation_requests/confirm.html", form=form, case=found.case, **facts
    )


@bp.get("/contact/confirmed")
@access(Access.ANYONE)
def confirmed() -> ResponseReturnValue:
    """Say that the cancellation is done."""
    return render_template("desk/cancellation_requests/confirmed.html")


def _carry_out(token: str, when: When, proof: Verification, shown: Cancellation) -> Leaving | None:
    """Cancel what was shown; None where the page must be read again first."""
    context = runtime().context
    try:
        return service.confirm_cancellation(unit_of_work, context, token, when, proof, shown)
    except StaleError:
        return None


def _prove(form: CancelByLinkForm | LeaveByLinkForm, token: str) -> Verification | None:
    """Verify the password of the link's customer; show an error beside the field if it is wrong."""
    typed = form.password.data or ""
    proof = service.prove_by_link(unit_of_work, runtime().hasher, token, typed)
    if proof is not None and not proof.right:
        form.say("password", BLOCKED if proof.blocked else WRONG_PASSWORD)
    return proof
