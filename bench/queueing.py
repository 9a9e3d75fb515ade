"""Whether the queue slows down: a thousand open cases against a hundred thousand and a million.

With ten times as many that are closed. It takes minutes to fill: `python -m bench.queueing`.
"""

import tempfile
from pathlib import Path

from bench.crowd import Crowd
from bench.growing import compare, on_file, on_server, open_crowd
from portal.desk.queue.rules import NOBODY, QueueSort, View
from tests.databases import postgresql

FEW, MANY = 1_000, 100_000
"""Open cases."""
CLOSED_TO_ONE = 10
CUSTOMERS = 1_000
QUEUE = "/staff/cases"
PATHS = (
    "/staff",
    *(f"{QUEUE}?view={view}" for view in View),
    *(
        f"{QUEUE}?view={view}&sort={sort}&order={order}"
        for view in (View.OPEN, View.CLOSED)
        for sort in QueueSort
        for order in ("up", "down")
    ),
    f"{QUEUE}?view=open&topic=complaint",
    f"{QUEUE}?view=open&topic=complaint&status=new",
    f"{QUEUE}?view=closed&topic=complaint",
    f"{QUEUE}?view=closed&assigned={NOBODY}",
    f"{QUEUE}?view=open&after=ours_2026-12-01_00000000-0000-0000-0000-000000000000&page=9",
    f"{QUEUE}?view=closed&before=all_2025-06-01_00000000-0000-0000-0000-000000000000&page=9",
)


def measure_queueing(many: int = MANY) -> None:
    """Print what each page of the queue takes at both sizes, on both kinds of database."""
    crowds = [
        Crowd(CUSTOMERS, (CLOSED_TO_ONE + 1) * one, 100, None, open_in=CLOSED_TO_ONE + 1)
        for one in (FEW, many)
    ]
    with tempfile.TemporaryDirectory(prefix="pg") as folder:
        place = Path(folder)
        sizes = [open_crowd(on_file(place / str(n)), one) for n, one in enumerate(crowds)]
        compare("SQLite, open cases", (FEW, many), sizes, PATHS)
        with postgresql(place / "server") as server:
            sizes = [open_crowd(on_server(place, server, n), one) for n, one in enumerate(crowds)]
            compare("PostgreSQL, open cases", (FEW, many), sizes, PATHS)


if __name__ == "__main__":
    measure_queueing()
