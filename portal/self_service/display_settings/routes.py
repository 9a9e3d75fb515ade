"""The page of display settings, for everybody."""

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from portal.platform.core.ids import CustomerId
from portal.platform.core.texts import _
from portal.platform.core.visit import CUSTOMER
from portal.platform.web.access import Access, access
from portal.platform.web.display import current_display, remember_display
from portal.platform.web.identity import current_visit
from portal.platform.web.transaction import unit_of_work
from portal.self_service.display_settings.forms import DisplayForm
from portal.self_service.display_settings.service import choose_display

bp = Blueprint("display_settings", __name__)


@bp.route("/display", methods=["GET", "POST"])
@access(Access.ANYONE)
def choose() -> ResponseReturnValue:
    """Choose how pages look; the browser remembers, and the profile of a customer."""
    form, visit = DisplayForm(), current_visit()
    customer_id = CustomerId(visit.person_id) if visit and visit.kind == CUSTOMER else None
    if form.is_valid_post():
        chosen = form.chosen()
        if customer_id:
            with unit_of_work() as work:
                choose_display(work, customer_id, chosen.spell())
        flash(_("Your display settings are saved."), "ok")
        return remember_display(redirect(url_for(".choose"), 303), chosen)
    if form.is_blank():
        form.fill(current_display())
    is_kept = customer_id is not None
    return render_template("self_service/display_settings/choose.html", form=form, is_kept=is_kept)
