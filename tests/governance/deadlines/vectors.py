"""Test vectors of the clocks, for anybody who counts them: `docs/clock-vectors.json`.

    python -m tests.governance.deadlines.vectors    write them anew

They are counted slowly and obviously (`slow.py`), never by what the portal reckons with.
"""

import json
from collections.abc import Iterator
from datetime import date, timedelta
from itertools import product
from typing import Any

from portal.platform.settings import ROOT
from tests.governance.deadlines.slow import NATIONS, count_due, count_on

FILE = ROOT / "docs" / "clock-vectors.json"
KINDS = ("access", "correction", "erasure", "objection", "restriction", "portability")
RECEIVED = (
    *(date(2024, 11, 25), date(2026, 1, 1), date(2026, 1, 5), date(2026, 1, 31)),
    *(date(2026, 2, 2), date(2026, 2, 28), date(2026, 3, 2), date(2026, 3, 3), date(2026, 4, 30)),
    *(date(2026, 6, 12), date(2026, 10, 30), date(2026, 11, 29), date(2026, 11, 30)),
    *(date(2026, 12, 24), date(2027, 2, 26), date(2027, 12, 31), date(2028, 1, 29)),
)
"""Days at which months, leap years, weekends and bank holidays tell."""
PAUSES, PROOF_AFTER = (0, 1, 15, 25), (0, 15)


def list_vectors() -> Iterator[dict[str, Any]]:
    """Give every vector; what is absent is not so."""
    kinds = 0
    for received, nation in product(RECEIVED, NATIONS):
        for paused, proof_after, extended in product(PAUSES, PROOF_AFTER, (False, True)):
            if paused and proof_after:
                continue
            kinds += 1
            proved = count_on(received, proof_after)
            due = count_due(proved, nation, paused_days=paused, is_extended=extended)
            yield {
                "received": received.isoformat(),
                "kind": KINDS[kinds % len(KINDS)],
                "nation": nation,
                **({"identity_proved": proved.isoformat()} if proof_after else {}),
                **({"paused_days": paused} if paused else {}),
                **({"extended": True} if extended else {}),
                "due": due.isoformat(),
            }
        acknowledged = received + timedelta(days=29)
        yield {
            "received": received.isoformat(),
            "kind": "complaint",
            "nation": nation,
            "due": acknowledged.isoformat(),
        }


def spell() -> str:
    """Return the file: a list with one vector a line."""
    lines = ",\n".join(f" {json.dumps(one)}" for one in list_vectors())
    return f"[\n{lines}\n]\n"


if __name__ == "__main__":
    FILE.write_text(spell(), encoding="utf-8")
