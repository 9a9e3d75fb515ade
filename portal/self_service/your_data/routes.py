"""Pages of everything that is held about a customer."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from portal.platform.web.access import Access, access
from portal.platform.web.identity import current_customer_id
from portal.platform.web.runtime import runtime
from portal.platform.web.transaction import reading
from portal.self_service.your_data import queries
from portal.self_service.your_data.forms import FindForm

bp = Blueprint("your_data", __name__, url_prefix="/your-data")


@bp.route("", methods=["GET", "POST"])
@access(Access.CUSTOMER, keeps=("words",))
def show() -> ResponseReturnValue:
    """Show every category: how much there is, from when, and until when; the empty ones too.

    With words to look for, show where they stand; what was typed is in no address and no log.
    """
    form, register, me = FindForm(), runtime().register, current_customer_id()
    typed = (form.words.data or "") if form.is_valid_post() else ""
    with reading() as work:
        overview = queries.get_overview(work, register, me)
        results = queries.find_in_data(work, register, me, typed) if typed else None
    facts = {"overview": overview, "form": form, "results": results, "typed": typed}
    return render_template("self_service/your_data/show.html", **facts)


@bp.get("/<slug>")
@access(Access.CUSTOMER)
def category(slug: str) -> ResponseReturnValue:
    """Show one category: each value, why it is held, who gets it, and how long it stays."""
    with reading() as work:
        found = queries.get_opened(work, runtime().context, current_customer_id(), slug)
    return render_template("self_service/your_data/category.html", found=found)
