"""The queue: which cases stand in it, in which order, and how many there are."""

from datetime import date

import pytest

from portal.desk.case_outcomes.service import close_case
from portal.desk.case_records.rules import CaseOutcome
from portal.desk.cases.service import assign_case
from portal.desk.queue.rules import find_soon_until
from portal.platform.core.work import Actor
from portal.platform.core.working_days import Nation
from tests.pages import Page, Visitor
from tests.world import NOON, World


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
        close_case(work, closed, 1, CaseOutcome.THANKS)
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
    counts = {
        one.get_text().rpartition(" ")[0]: one.get_text().rpartition(" ")[2]
        for one in desk.open("/staff/cases").soup.select(".views a")
    }
    assert counts == {
        "All open": "2", "Mine": "1", "Unassigned": "1", "Overdue": "1", "Due soon": "0",
        "Waiting": "0", "New": "1", "Closed": "1",
    }  # fmt: skip


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
    both = desk.open(f"{queue}&status=waiting&topic=copy")
    chips = {one.get_text(" ", strip=True): str(one["href"]) for one in both.soup.select(".chip")}
    assert set(chips) == {
        "Remove filter A copy of what you hold about me",
        "Remove filter Waiting for the customer",
    }
    for path in chips.values():
        assert references(desk.open(path)) == [copy], "each filter can be taken off alone"


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
        path = find_link(page, "next")
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


def find_link(page: Page, rel: str) -> str:
    found = page.soup.select_one(f".pager a[rel={rel}]")
    return str(found["href"]) if found else ""


def ask(desk: Visitor, reference: str) -> None:
    path = f"/staff/cases/{reference}"
    desk.open(path).send(path, step="asked", message="Which one?")


def test_what_waits_for_the_customer_stands_last_and_is_not_overdue(world: World) -> None:
    sam, asked = world.colleague(), world.case()
    ask(world.at_the_desk(sam), asked)
    world.clock.move(days=10)
    ours = world.case()
    world.clock.move(days=60)
    desk = world.at_the_desk(sam)
    page = desk.open("/staff/cases")
    assert references(page) == [ours, asked]
    groups = [one.get_text(" ", strip=True) for one in page.soup.select("tr.table__group")]
    assert groups == ["Overdue", "Waiting for the customer"]
    assert "Paused" in page.text
    assert references(desk.open("/staff/cases?view=overdue")) == [ours]
    assert references(desk.open("/staff/cases?view=waiting")) == [asked]


def test_a_question_does_not_hide_that_an_answer_is_late(world: World) -> None:
    sam, late = world.colleague(), world.case()
    world.clock.move(days=60)
    desk = world.at_the_desk(sam)
    ask(desk, late)
    page = desk.open("/staff/cases?view=overdue")
    assert references(page) == [late]
    assert "days late" in page.text


def test_a_case_is_due_soon_up_to_five_working_days_before(world: World) -> None:
    """Of 23 November it is due on 23 December; Christmas and its weekend are no working days."""
    sam, case = world.colleague(), world.case()
    shown = {}
    for day in (15, 16, 23, 24):
        world.clock.now = NOON.replace(month=12, day=day)
        shown[day] = references(world.at_the_desk(sam).open("/staff/cases?view=soon"))
    assert shown == {15: [], 16: [case], 23: [case], 24: []}
    assert find_soon_until(date(2026, 12, 24), Nation.ENGLAND_AND_WALES) == date(2027, 1, 5)


def test_the_list_is_sorted_by_a_column_and_the_other_way_round(world: World) -> None:
    kit, ann = world.colleague("kit@example.com", "Kit"), world.colleague("ann@example.com", "ann")
    complaint = world.case(topic="complaint")
    world.clock.move(hours=1)
    other = world.case(topic="other")
    world.clock.move(hours=1)
    copy = world.case(topic="copy")
    desk = world.at_the_desk()
    for reference, person in ((complaint, kit), (other, ann)):
        path = f"/staff/cases/{reference}"
        desk.open(path).send(f"{path}/assign", colleague=str(person.id))
    sorted_by = {
        "received": [complaint, other, copy],
        "kind": [copy, complaint, other],
        "assigned": [copy, other, complaint],
    }
    for sort, wanted in sorted_by.items():
        page = desk.open(f"/staff/cases?sort={sort}")
        assert references(page) == wanted, sort
        (heading,) = page.soup.select("th[aria-sort=ascending] a")
        turned = desk.open(str(heading["href"]))
        assert references(turned) == wanted[::-1], sort
        assert turned.soup.select("th[aria-sort=descending]")


@pytest.mark.parametrize("sort", ["due", "received", "kind", "assigned"])
@pytest.mark.parametrize("order", ["up", "down"])
def test_pages_are_turned_forth_and_back_in_every_order(
    world: World, sort: str, order: str
) -> None:
    kit, desk = world.colleague("kit@example.com", "Kit"), world.at_the_desk()
    topics = ("complaint", "copy", "other", "sign-in")
    made = [world.case(topic=topics[number % 4]) for number in range(45)]
    with world.work(Actor("staff", kit.id)) as work:
        for reference in made[::3]:
            assign_case(work, reference, kit.staff_id, 1)
    page = desk.open(f"/staff/cases?sort={sort}&order={order}")
    pages = [references(page)]
    while path := find_link(page, "next"):
        page = desk.open(path)
        pages.append(references(page))
    assert [len(one) for one in pages] == [20, 20, 5]
    assert sorted(one for page_of in pages for one in page_of) == sorted(made)
    assert "Page 3 of 3" in page.text
    for earlier in (pages[1], pages[0]):
        page = desk.open(find_link(page, "prev"))
        assert references(page) == earlier
    assert "Page 1 of 3" in page.text
    assert find_link(page, "prev") == ""


def test_a_search_a_filter_and_a_sort_keep_one_another(world: World) -> None:
    world.case(topic="complaint")
    desk = world.at_the_desk()
    page = desk.open("/staff/cases?view=new&topic=complaint&sort=received&order=down")
    (kept,) = {one for one in page.links() if "sort=kind" in one}
    for part in ("view=new", "topic=complaint"):
        assert part in kept
    form = page.soup.select_one("form.toolbar")
    assert form
    chosen = {
        str(one["name"]): option["value"]
        for one in form.select("select")
        for option in one.select("[selected]")
    }
    assert chosen == {"topic": "complaint", "sort": "received", "order": "down"}
