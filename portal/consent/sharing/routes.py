"""The page of companies that received a customer's details."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from portal.consent.sharing import queries
from portal.platform.web.access import Access, access
from portal.platform.web.identity import current_customer_id
from portal.platform.web.transaction import reading

bp = Blueprint("sharing", __name__)

SHOWN = 200


@bp.get("/preferences/sharing")
@access(Access.CUSTOMER)
def show() -> ResponseReturnValue:
    """Show each company that has the customer's details, and how to make it stop."""
    with reading() as work:
        recipients = queries.list_recipients(work, current_customer_id(), SHOWN)
    return render_template("consent/sharing/show.html", recipients=recipients)
