"""The page of who looked at a customer's data."""

from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from portal.consent.sharing.queries import list_recipients
from portal.desk.case_records.rules import AlreadySentError
from portal.desk.disclosures.queries import list_told
from portal.governance.audit.chain import find_position
from portal.governance.audit.trail import list_gaps
from portal.identity.accounts.queries import get_customer
from portal.platform.core.ids import CustomerId
from portal.platform.core.texts import _
from portal.platform.web.access import Access, access
from portal.platform.web.identity import current_customer_id
from portal.platform.web.paging import read_after
from portal.platform.web.runtime import runtime
from portal.platform.web.transaction import reading, retry_after
from portal.self_service.access_log.forms import AskForm
from portal.self_service.access_log.queries import get_access_log, get_look
from portal.self_service.access_log.service import ask_about_look

bp = Blueprint("access_log", __name__)

PAGE = 50
"""Entries of the trail on one page."""
COMPANIES = 20


@bp.get("/your-data/looked")
@access(Access.CUSTOMER)
def show() -> ResponseReturnValue:
    """Show every look of a colleague, by month, and who else got something."""
    me, after = current_customer_id(), read_after(request.args.get("after", ""))
    with reading() as work:
        log = get_access_log(work, runtime().register, me, PAGE, after)
        companies = list_recipients(work, me, COMPANIES) if after is None else []
        given = list_told(work, me) if after is None else []
        since, sealed = get_customer(work, me).registered_at, find_position(work)
        gaps = list_gaps(work, since)
    facts = {"log": log, "after": after, "companies": companies, "given": given, "since": since}
    page = "self_service/access_log/show.html"
    return render_template(page, **facts, sealed=sealed, gaps=gaps)


@bp.route("/your-data/looked/<uuid:entry_id>", methods=["GET", "POST"])
@access(Access.CUSTOMER, keeps=("message",))
def ask(entry_id: UUID) -> ResponseReturnValue:
    """Ask about one look; somebody else than whoever looked answers it."""
    form, me = AskForm(), current_customer_id()
    if form.is_valid_post():
        reference = _ask(me, entry_id, form.message.data or "", form.once.data or "")
        flash(_("We’ve got your question. Someone else will answer it here."), "ok")
        return redirect(url_for("cases.show", reference=reference), 303)
    with reading() as work:
        look, _actor_id = get_look(work, runtime().register, me, entry_id)
    if not form.once.data:
        form.start()
    return render_template("self_service/access_log/ask.html", form=form, look=look)


def _ask(me: CustomerId, entry_id: UUID, *words: str) -> str:
    """Send the question; a copy sent twice at once gets the reference of the first."""
    register = runtime().register
    return retry_after(AlreadySentError, ask_about_look, register, me, entry_id, *words)
