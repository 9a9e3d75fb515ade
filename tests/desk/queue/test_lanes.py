"""The queue: which cases stand in it, in which order, and how many there are."""

import pytest

from portal.desk.cases.service import close_case
from portal.platform.core.work import Actor
from tests.pages import Page
from tests.world import World


def references(page: Page) -> list[str]:
    return [one.get_text() for one in page.soup.select("table a.ref")]


def test_the_queue_shows_what_is_due_first(world: World) -> None:
    late = world.case()
    world.clock.move(days=-40)
    early = world.case()
    world.clock.move(days=40)
    page = world.at_the_desk().open("/staff/cases")
    assert references(page) == [early, late]
    assert "days late" in page.text


def test_each_view_shows_its_cases_and_their_number(world: World) -> None:
    person = world.colleague()
    desk = world.at_the_desk(person)
    mine, closed = world.case(), world.case()
    path = f"/staff/cases/{mine}"
    desk.open(path).send(f"{path}/assign")
    with world.work(Actor("staff", person.id)) as work:
        close_case(work, closed, 1)
    world.clock.move(days=-40)
    overdue = world.case()
    world.clock.move(days=40)
    shown = {
        view: references(desk.open(f"/staff/cases?view={view}"))
        for view in ("open", "mine", "unassigned", "overdue", "closed")
    }
    assert shown == {
        "open": [overdue, mine],
        "mine": [mine],
        "unassigned": [overdue],
        "overdue": [overdue],
        "closed": [closed],
    }
    counts = [one.get_text() for one in desk.open("/staff/cases").soup.select(".count")][-5:]
    assert counts == ["2", "1", "1", "1", "1"]


def test_the_home_of_the_desk_shows_what_is_ones_own(world: World) -> None:
    mine, other = world.case(), world.case()
    desk = world.at_the_desk()
    path = f"/staff/cases/{mine}"
    desk.open(path).send(f"{path}/assign")
    page = desk.open("/staff")
    assert references(page) == [mine]
    assert other not in page.text


def test_the_queue_can_be_narrowed_by_topic_and_status(world: World) -> None:
    complaint, copy = world.case(topic="complaint"), world.case(topic="copy")
    desk = world.at_the_desk()
    path = f"/staff/cases/{copy}"
    desk.open(path).send(path, step="asked", message="Of what?")
    queue = "/staff/cases?view=open"
    assert references(desk.open(f"{queue}&topic=complaint")) == [complaint]
    assert references(desk.open(f"{queue}&status=waiting")) == [copy]
    assert references(desk.open(f"{queue}&status=waiting&topic=complaint")) == []
    both = references(desk.open(f"{queue}&topic=complaint&topic=copy"))
    assert set(both) == {complaint, copy}


@pytest.mark.parametrize(
    "query",
    ["view=none", "view=", "topic=x&status=y", "after=x", "after=2026-01-01_x", "after=_",
     "after=9999-99-99_00000000-0000-0000-0000-000000000000", "view=open&view=closed", "%00=%ff"],
)  # fmt: skip
def test_a_filter_that_makes_no_sense_is_left_out(world: World, query: str) -> None:
    reference = world.case()
    assert references(world.at_the_desk().open(f"/staff/cases?{query}")) == [reference]


def test_forty_five_cases_are_three_pages_without_gap_or_repetition(world: World) -> None:
    made = []
    for number in range(45):
        made.append(world.case())
        if number % 7 == 0:
            world.clock.move(days=1)
    desk = world.at_the_desk()
    sizes, seen, path = [], [], "/staff/cases"
    while path:
        page = desk.open(path)
        sizes.append(len(references(page)))
        seen += references(page)
        path = next((one for one in page.links() if "after=" in one), "")
    assert sizes == [20, 20, 5]
    assert len(seen) == len(set(seen))
    assert set(seen) == set(made)


def test_a_case_that_comes_in_while_somebody_pages_moves_nothing(world: World) -> None:
    for _ in range(21):
        world.case()
    desk = world.at_the_desk()
    first = desk.open("/staff/cases")
    path = next(one for one in first.links() if "after=" in one)
    world.clock.move(days=-10)
    world.case()
    world.clock.move(days=10)
    second = references(desk.open(path))
    assert len(second) == 1
    assert not set(second) & set(references(first))
