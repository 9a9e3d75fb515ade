"""The desk's page of undelivered emails."""

from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from portal.desk.undelivered_emails import queries, service
from portal.identity.staff_accounts.rules import Task
from portal.messaging.email.undelivered import count_emails
from portal.platform.core.texts import _
from portal.platform.web.access import Access, access
from portal.platform.web.forms import ButtonForm
from portal.platform.web.transaction import reading, unit_of_work

bp = Blueprint("undelivered_emails_desk", __name__, url_prefix="/staff/emails")

WORDS_GONE = _("We’ve deleted its words, so we can’t send it again.")


@bp.get("")
@access(Access.STAFF, may=Task.SEE_UNDELIVERED)
def show() -> ResponseReturnValue:
    """Show how many emails wait, and those undelivered, with the reasons."""
    with reading() as work:
        facts = {"counts": count_emails(work), "failed": queries.list_failed(work)}
    return render_template("desk/undelivered_emails_desk/show.html", form=ButtonForm(), **facts)


@bp.post("/<uuid:email_id>/send-again")
@access(Access.STAFF, may=Task.SEE_UNDELIVERED)
def send_again(email_id: UUID) -> ResponseReturnValue:
    """Send one again."""
    if ButtonForm().is_valid_post():
        with unit_of_work() as work:
            is_sent = service.send_again(work, email_id)
        flash(_("It is on its way again.") if is_sent else WORDS_GONE, "ok" if is_sent else "warn")
    return redirect(url_for(".show"), 303)
