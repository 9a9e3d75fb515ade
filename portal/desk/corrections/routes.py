"""The page on which a customer asks for something to be corrected."""

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from portal.desk.case_records.rules import AlreadySentError
from portal.desk.corrections import service
from portal.desk.corrections.forms import CorrectForm
from portal.desk.corrections.rules import list_correctable
from portal.platform.core.errors import NotFoundError
from portal.platform.core.texts import _
from portal.platform.web.access import Access, access
from portal.platform.web.identity import current_customer_id
from portal.platform.web.runtime import runtime
from portal.platform.web.transaction import retry_after

bp = Blueprint("corrections", __name__)


@bp.route("/your-data/correct/<slug>", methods=["GET", "POST"])
@access(Access.CUSTOMER, keeps=("value_before", "value_after"))
def ask(slug: str) -> ResponseReturnValue:
    """Ask for something of a category to be corrected, by us or by another system."""
    form, me = CorrectForm(), current_customer_id()
    categories = list_correctable(runtime().register, runtime().other_systems)
    about = next((one for one in categories if one.slug == slug), None)
    if about is None:
        raise NotFoundError
    if form.is_valid_post():
        said = form.value_before.data or "", form.value_after.data or ""
        given = me, about, said, form.once.data or ""
        reference = retry_after(AlreadySentError, service.ask_to_correct, *given)
        flash(_("We’ve got your request. You’ll see here what we do about it."), "ok")
        return redirect(url_for("cases.show", reference=reference), 303)
    if not form.once.data:
        form.start()
    return render_template("desk/corrections/ask.html", form=form, about=about)
