"""What the desk counts: each view, and no further than anybody wants to know."""

import pytest

from portal.desk.queue import rules, staff_queries
from tests.world import World


def test_of_very_many_cases_the_desk_reads_that_there_are_more(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    for one in (rules, staff_queries):
        monkeypatch.setattr(one, "MOST_COUNTED", 2)
    desk = world.at_the_desk()
    for said in ("1 case", "2 cases", "2+ cases", "2+ cases"):
        world.case()
        headings = {one.get_text(strip=True) for one in desk.open("/staff/cases").soup.select("h2")}
        assert said in headings
    assert "2+" in desk.open("/staff").text
