"""A list of cases as a CSV file."""

from collections.abc import Iterable

from portal.consent.list_import.sheets import write_table
from portal.desk.cases.rules import STATUSES, Case
from portal.platform.core.clock import london_day
from portal.platform.core.texts import _

MOST_IN_TABLE = 1_000
"""Cases in one file."""
FILE = "cases.csv"
COLUMNS = (
    _("Reference"),
    _("About"),
    _("Status"),
    _("Received"),
    _("Due"),
    _("Closed"),
    _("How it ended"),
)


def spell_cases(cases: Iterable[Case]) -> str:
    """Return cases as CSV, the columns first, with no word of whoever sent them.

    No cell runs in a spreadsheet.
    """
    return "".join(write_table([COLUMNS, *map(_spell_row, cases)]))


def _spell_row(case: Case) -> list[str]:
    closed = london_day(case.closed_at).isoformat() if case.closed_at else ""
    received = london_day(case.received_at).isoformat()
    status = STATUSES[case.status][0]
    due = case.due_on.isoformat()
    return [case.reference, case.title, status, received, due, closed, case.ending]
