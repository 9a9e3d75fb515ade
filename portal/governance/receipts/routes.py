"""Pages to check a receipt, for whoever holds one."""

import base64

from flask import Blueprint, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from portal.governance.receipts import service
from portal.governance.receipts.forms import CheckForm
from portal.governance.receipts.rules import ReceiptVerdict
from portal.platform.core.errors import NotFoundError
from portal.platform.core.ledger import read_receipt_number
from portal.platform.web.access import Access, access
from portal.platform.web.limiting import Pace, limited
from portal.platform.web.runtime import runtime
from portal.platform.web.transaction import reading

bp = Blueprint("receipts", __name__, url_prefix="/receipts")


@bp.route("", methods=["GET", "POST"])
@access(Access.ANYONE)
@limited(Pace.LOOKING, needs="receipt")
def check() -> ResponseReturnValue:
    """Check a number or a whole receipt; say nothing about who it was."""
    form, verdict = CheckForm(), None
    if form.is_valid_post():
        with reading() as work:
            verdict, line = service.check_receipt(work, form.receipt.data or "")
        if verdict is ReceiptVerdict.GENUINE and line is not None:
            return redirect(url_for(".show", reference=line.reference), 303)
    key = base64.b64encode(runtime().keyring.ledger.public_key()).decode()
    return render_template(
        "governance/receipts/check.html", form=form, verdict=verdict, public_key=key
    )


@bp.get("/<reference>")
@access(Access.ANYONE)
def show(reference: str) -> ResponseReturnValue:
    """Show the receipt with a number, as it was issued."""
    number = read_receipt_number(reference)
    with reading() as work:
        line = work.vault.ledger.find_by_reference(number) if number else None
    if line is None or line.receipt is None:
        raise NotFoundError
    return render_template("governance/receipts/show.html", line=line)
