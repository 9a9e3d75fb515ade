"""The page on which a privacy officer screens a list that is not long."""

from base64 import b64encode
from io import BufferedReader, BytesIO
from typing import Any, cast

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue
from wtforms import FileField

from portal.consent.list_import.columns import (
    SeveralColumnsError,
    UnfitListError,
    UnnamedColumnError,
    open_list,
)
from portal.consent.list_import.preference_service import read_numbers
from portal.consent.list_import.sheets import EndlessRowError, open_text
from portal.consent.list_screening import service
from portal.consent.list_screening.forms import ListForm
from portal.consent.list_screening.rules import (
    REASONS_HEAD,
    Screened,
    UnindexedError,
    WithheldReason,
)
from portal.consent.purposes.queries import get_catalogue
from portal.identity.staff_accounts.rules import Task
from portal.platform.core.errors import DomainError
from portal.platform.core.texts import _
from portal.platform.web.access import Access, access
from portal.platform.web.runtime import runtime
from portal.platform.web.transaction import reading, unit_of_work

bp = Blueprint("list_screening_desk", __name__, url_prefix="/staff/lists")
WHY = {
    WithheldReason.NO: _("A customer who hasn’t agreed to it"),
    WithheldReason.SUPPRESSED: _("Asked us never to contact them"),
    WithheldReason.FORMER: _("A customer’s old address or number"),
    WithheldReason.NOT_A_CUSTOMER: _("Not a customer"),
    WithheldReason.TPS: _("On the Telephone Preference Service"),
    WithheldReason.EMPTY: _("No contact details in the row"),
    WithheldReason.UNREADABLE: _("Not an address or number"),
    WithheldReason.COLUMNS: _("More or fewer columns than the first row"),
    WithheldReason.QUOTES: _("Quotation marks in the wrong place"),
    WithheldReason.SIGNS: _("We can’t read some letters. Save the list as “CSV UTF-8”"),
}
"""The reasons as people read them."""
SHOWN = 100
"""How many withheld rows the page names; all of them are in the file."""
WORDS: dict[type[DomainError], str] = {
    UnindexedError: _(
        "We’re still preparing the records of older customers. Try again in a few minutes"
    ),
    EndlessRowError: _("{why}. Check for a quotation mark that isn’t closed"),
    SeveralColumnsError: _("{why}. Keep only the column you want to use"),
    UnnamedColumnError: _("{why}. Call one “Email”, “Telephone”, or “Address” and “Postcode”"),
}
"""Why a list cannot be screened, where the refusal itself does not say what to do."""


@bp.route("", methods=["GET", "POST"])
@access(Access.STAFF, may=Task.SCREEN_LISTS)
def screen() -> ResponseReturnValue:
    """Screen an uploaded list; show the rows let through, and why each other row is withheld."""
    form = ListForm()
    with reading() as work:
        catalogue = get_catalogue(work)
    form.offer(catalogue)
    found = _screen(form) if form.is_valid_post() else None
    facts = _spell(*found) if found else {"tally": None}
    return render_template("consent/list_screening_desk/screen.html", form=form, **facts)


def _screen(form: ListForm) -> tuple[str, Screened] | None:
    """Screen the uploaded list; None where it cannot be screened, and the form says why.

    Nothing of it is kept. The counts are recorded before the result is shown.
    """
    campaign, where = form.read(), runtime().settings.address
    try:
        opened = open_list(_open(form.file), campaign.channel)
        numbers = read_numbers(open_text(_open(form.tps))) if form.tps.data else None
        with reading() as work:
            screen = service.open_screen(
                work, campaign, opened.layout, public_url=where, tps=numbers, is_short=True
            )
            done = screen.screen_all(opened.rows)
    except (UnindexedError, EndlessRowError, UnfitListError) as refusal:
        form.say("file", WORDS.get(type(refusal), _("{why}")).format(why=refusal.args[0]))
        return None
    with unit_of_work() as work:
        is_tps = numbers is not None
        service.note_screening(work, campaign, done.tally, with_tps=is_tps, is_whole=True)
    return screen.head(opened.header), done


def _open(field: FileField) -> BufferedReader:
    return cast(BufferedReader, BufferedReader(BytesIO(field.data)))  # as good as a file


def _spell(head: str, done: Screened) -> dict[str, Any]:
    """Return the result as the page shows it, with two files embedded in the page itself."""
    return {
        "tally": done.tally,
        "withheld": [(line, WHY[reason]) for line, reason in done.withheld[:SHOWN]],
        "through_link": _link(f"{head}\n{done.text}"),
        "withheld_link": _link(f"{REASONS_HEAD}{done.reasons}"),
    }


def _link(text: str) -> str:
    """Return the file as a data URL: nothing has to be stored until it is downloaded."""
    return f"data:text/csv;charset=utf-8;base64,{b64encode(text.encode()).decode()}"
