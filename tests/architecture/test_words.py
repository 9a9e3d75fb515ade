"""docs/words.md says of each term where it is made so, and that place is there."""

from pathlib import Path

import pytest

from tests.architecture import security_map
from tests.architecture.inventories import quoted
from tests.architecture.rules import ROOT

PORTAL = ROOT / "portal"


def read_rows(text: str) -> list[list[str]]:
    return security_map.read_table(f"\n{text}", "# Terms")


def list_lost(rows: list[list[str]], portal: Path) -> list[str]:
    """The terms whose place, or the name in it, is not there; and those that say no place."""
    return [term for term, _, where in rows if not _is_there(quoted(where), portal)]


def _is_there(places: frozenset[str], portal: Path) -> bool:
    for place in places:
        path, _, name = place.partition(":")
        file = portal / path
        if not file.exists() or (name and name not in file.read_text("utf-8")):
            return False
    return bool(places)


def test_every_term_is_where_the_document_says() -> None:
    rows = read_rows((ROOT / "docs/words.md").read_text("utf-8"))
    assert list_lost(rows, PORTAL) == []


def test_no_term_stands_twice() -> None:
    rows = read_rows((ROOT / "docs/words.md").read_text("utf-8"))
    terms = [term for row in rows for term in row[0].split(", ")]
    assert len(terms) == len(set(terms)) > len(rows) > 0


@pytest.mark.parametrize(
    "where",
    [
        "`platform/attic.py`",
        "`platform/core/work.py:Nobody`",
        "`platform/core`, `attic`",
        "in work",
    ],
)
def test_a_place_that_is_gone_is_noticed(where: str) -> None:
    assert list_lost([["unit of work", "one transaction", where]], PORTAL) == ["unit of work"]


@pytest.mark.parametrize("where", ["`platform/core`", "`platform/core/work.py:Work`"])
def test_a_place_that_is_there_is_left_alone(where: str) -> None:
    assert list_lost([["unit of work", "one transaction", where]], PORTAL) == []
