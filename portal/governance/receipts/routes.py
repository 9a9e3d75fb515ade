"""Pages to check a receipt, for whoever holds one."""

import base64

from flask import Blueprint, Response, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from portal.governance.receipts import service
from portal.governance.receipts.forms import CheckForm
from portal.governance.receipts.rules import (
    RECEIPT_FILE,
    ReceiptVerdict,
    read_receipt,
    tells_of_hold,
)
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
    """Show the receipt with a number: in lines to read, and as it was signed."""
    number, text = _find(reference)
    facts = {"reference": number, "text": text, "told": read_receipt(text)}
    is_held = tells_of_hold(text)
    return render_template("governance/receipts/show.html", is_held=is_held, **facts)


@bp.get("/<reference>/receipt.txt")
@access(Access.ANYONE)
def download(reference: str) -> ResponseReturnValue:
    """Give the receipt with a number as a file, as it was signed."""
    answer = Response(f"{_find(reference)[1]}\n", mimetype="text/plain")
    answer.headers["Content-Disposition"] = f"attachment; filename={RECEIPT_FILE}"
    return answer


def _find(reference: str) -> tuple[str, str]:
    """Return the number and the text of a receipt; raises `NotFoundError`."""
    number = read_receipt_number(reference)
    with reading() as work:
        line = work.vault.ledger.find_by_reference(number) if number else None
    if line is None or line.receipt is None:
        raise NotFoundError
    return line.reference, line.receipt
