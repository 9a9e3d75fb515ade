"""Pages of everything that is held about a customer."""

import json
from collections.abc import Iterator
from datetime import datetime

from flask import Blueprint, Response, render_template, request, stream_template, url_for
from flask.typing import ResponseReturnValue

from portal.desk.case_records.rules import AlreadySentError
from portal.platform.core.ids import CustomerId
from portal.platform.web.access import Access, access
from portal.platform.web.forms import ButtonForm
from portal.platform.web.identity import current_customer_id
from portal.platform.web.limiting import Pace, limited
from portal.platform.web.runtime import runtime
from portal.platform.web.transaction import reading, retry_after, unit_of_work
from portal.self_service.outside_data.rules import AskedCategory
from portal.self_service.outside_data.service import ask_all, ask_colleague_for_rest
from portal.self_service.your_data import queries, service
from portal.self_service.your_data.forms import FindForm
from portal.self_service.your_data.rules import (
    DOWNLOAD_PARTS,
    SCHEMA,
    STYLE_FILE,
    CategoryItems,
    by_part,
    of_other_system,
)

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
        overview = queries.get_overview(work, register, me, runtime().other_systems)
        results = queries.find_in_data(work, register, me, typed) if typed else None
    facts = {"overview": overview, "form": form, "results": results, "typed": typed}
    return render_template("self_service/your_data/show.html", **facts)


@bp.route("/download", methods=["GET", "POST"])
@access(Access.CUSTOMER, fresh=True)
@limited(Pace.SECRETS)
def download() -> ResponseReturnValue:
    """Download everything that is held, as a folder in a ZIP file; it is kept nowhere."""
    form, me = ButtonForm(), current_customer_id()
    if not form.is_valid_post():
        is_leaving = request.args.get("then") == "when"
        facts = {"is_leaving": is_leaving, "parts": DOWNLOAD_PARTS, "names": _name_others()}
        return render_template("self_service/your_data/download.html", form=form, **facts)
    asked = _ask_others(me)
    with reading() as work:
        given = runtime().register, runtime().recipients, me, _look(work.now, asked), asked
        made = service.make_download(work, *given)
    with unit_of_work() as work:
        service.note_download(work, me)
    answer = Response(made, mimetype="application/zip")
    answer.headers["Content-Disposition"] = "attachment; filename=your-data.zip"
    return answer


@bp.get("/schema.json")
@access(Access.ANYONE)
def schema() -> ResponseReturnValue:
    """Publish the shape of the document in a download (JSON Schema)."""
    return Response(json.dumps(SCHEMA, indent=1), mimetype="application/schema+json")


@bp.get("/<slug>")
@access(Access.CUSTOMER)
def category(slug: str) -> ResponseReturnValue:
    """Show one category: each value, why it is held, who gets it, and how long it stays."""
    with reading() as work:
        given = runtime().context, runtime().recipients, current_customer_id(), slug
        found = queries.get_opened(work, *given)
    return render_template("self_service/your_data/category.html", found=found)


def _name_others() -> list[str]:
    return [one.name for one in runtime().other_systems if one.connector]


def _ask_others(me: CustomerId) -> list[AskedCategory]:
    """Ask other systems; where one could not be asked, have a colleague send it."""
    asked = ask_all(reading, me, runtime().other_systems)
    if not any(one.is_owed for one in asked):
        return asked
    return retry_after(AlreadySentError, ask_colleague_for_rest, me, asked)


def _look(now: datetime, asked: list[AskedCategory]) -> service.DownloadLook:
    settings, folder = runtime().settings, "self_service/your_data/folder"
    parts = by_part(runtime().register)

    def write_page(categories: Iterator[CategoryItems]) -> Iterator[str]:
        return stream_template(
            f"{folder}/index.html",
            categories=categories,
            parts=parts,
            outside=[of_other_system(one) for one in asked],
            made_at=now,
        )

    return service.DownloadLook(
        issuer=settings.brand_name,
        check_at=f"{settings.address}{url_for('receipts.check')}",
        write_page=write_page,
        style=render_template(f"{folder}/{STYLE_FILE}"),
    )
