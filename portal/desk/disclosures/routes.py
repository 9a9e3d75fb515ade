"""The public page of how often details had to be given to others."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from portal.desk.disclosures.queries import list_yearly
from portal.desk.disclosures.rules import FEWEST_TOLD, KINDS, ROUNDED_TO
from portal.platform.web.access import Access, access
from portal.platform.web.transaction import reading

bp = Blueprint("disclosures", __name__)


@bp.get("/privacy/disclosures")
@access(Access.ANYONE)
def numbers() -> ResponseReturnValue:
    """Publish how many there were of each kind, of every year that is over."""
    with reading() as work:
        yearly = list_yearly(work)
    facts = {"yearly": yearly, "kinds": KINDS, "fewest": FEWEST_TOLD, "step": ROUNDED_TO}
    return render_template("desk/disclosures/numbers.html", **facts)
