"""The public page of how often details had to be given to others."""

from datetime import date

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from portal.desk.disclosures.queries import list_yearly
from portal.desk.disclosures.rules import FEWEST_TOLD, KINDS, REGISTER_SINCE, ROUNDED_TO
from portal.governance.audit.trail import list_lost_times
from portal.platform.core.clock import day_begins
from portal.platform.web.access import Access, access
from portal.platform.web.transaction import reading

BEGINNING = day_begins(date(REGISTER_SINCE, 1, 1))
bp = Blueprint("disclosures", __name__)


@bp.get("/privacy/disclosures")
@access(Access.ANYONE)
def numbers() -> ResponseReturnValue:
    """Publish how many there were of each kind, of every year that is over."""
    with reading() as work:
        yearly, lost = list_yearly(work), list_lost_times(work, BEGINNING)
    facts = {"yearly": yearly, "kinds": KINDS, "fewest": FEWEST_TOLD, "step": ROUNDED_TO}
    facts["lost"] = lost
    return render_template("desk/disclosures/numbers.html", **facts)
