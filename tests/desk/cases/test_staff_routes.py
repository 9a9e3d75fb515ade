from typing import Any
from uuid import uuid4

import pytest

from portal.desk.cases.service import close_case
from portal.identity.accounts.rules import Service
from portal.platform.core.work import Actor
from tests.pages import Page, Visitor
from tests.world import LEAVE_NOW, World

SENTENCE = "A sentence that took long to write"


def references(page: Page) -> list[str]:
    return [one.get_text() for one in page.soup.select("table a.ref")]


def status_of(desk: Visitor, reference: str) -> str:
    tag = desk.open(f"/staff/cases/{reference}").soup.select_one(".tag")
    assert tag
    return tag.get_text().strip()


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


def test_an_answer_goes_out_by_letter_and_closes_the_case(world: World) -> None:
    reference, desk = world.case(), world.at_the_desk()
    path = f"/staff/cases/{reference}"
    page = desk.open(path).send(path, step="replied", message="It is\r\nnear Sampleford")
    assert page.flashes == ["Your answer is on its way."]
    assert status_of(desk, reference) == "Closed"
    email = world.email("We replied to your message")
    assert email.to == "visitor@example.org"
    assert "near Sampleford" in email.text


def test_a_question_goes_out_and_the_case_waits(world: World) -> None:
    reference, desk = world.case(), world.at_the_desk()
    path = f"/staff/cases/{reference}"
    desk.open(path).send(path, step="asked", message="Which one?")
    assert status_of(desk, reference) == "Waiting for the customer"
    assert "Which one?" in world.email("We have a question about your message").text


def test_a_private_note_goes_nowhere(world: World) -> None:
    reference, desk = world.case(), world.at_the_desk()
    world.deliver()
    path = f"/staff/cases/{reference}"
    page = desk.open(path).send(path, step="noted", message="Sounds cross")
    assert "Sounds cross" in page.text
    assert status_of(desk, reference) == "New"
    assert world.deliver() == []


@pytest.mark.parametrize(
    ("fields", "where"),
    [({"step": "", "message": "Words"}, "step"), ({"step": "noted"}, "message"),
     ({"step": "closed", "message": "Words"}, "step"),
     ({"step": "erased", "message": "x"}, "step")],
)  # fmt: skip
def test_an_answer_needs_words_and_a_kind(world: World, fields: dict[str, Any], where: str) -> None:
    reference, desk = world.case(), world.at_the_desk()
    page = desk.open(f"/staff/cases/{reference}").send(f"/staff/cases/{reference}", **fields)
    assert where in page.errors
    assert page.value("message") == fields.get("message", "")
    assert world.rows()["case_entry"] == 1


def test_a_case_that_moved_on_is_shown_with_what_was_typed(world: World) -> None:
    reference = world.case()
    path = f"/staff/cases/{reference}"
    desk = world.at_the_desk()
    late = desk.open(path)
    other = world.at_the_desk(world.colleague("kit@example.com", "Kit Officer"))
    other.open(path).send(path, step="noted", message="I am on it")
    page = late.send(path, status=409, step="replied", message=SENTENCE)
    assert page.flashes[0].startswith("This case changed while you had it open")
    assert "I am on it" in page.text
    assert page.value("message") == SENTENCE
    assert page.ticked("step") == ["replied"]
    world.deliver()
    page.send(path)
    assert SENTENCE in world.email("We replied").text


@pytest.mark.parametrize("what", ["assign", "close", "link"])
def test_no_button_acts_on_a_case_that_moved_on(world: World, what: str) -> None:
    person = world.customer()
    reference = world.case(person, topic="cancel-registration", service="mobile")
    path = f"/staff/cases/{reference}"
    desk = world.at_the_desk()
    late = desk.open(path)
    desk.open(path).send(path, step="noted", message="I am on it")
    world.deliver()
    late.send(f"{path}/{what}", status=409)
    assert status_of(desk, reference) == "New"
    assert world.rows()["case_entry"] == 2
    assert world.deliver() == []


def test_a_case_is_given_to_a_colleague(world: World) -> None:
    kit = world.colleague("kit@example.com", "Kit Officer")
    reference, desk = world.case(), world.at_the_desk()
    path = f"/staff/cases/{reference}"
    page = desk.open(path).send(f"{path}/assign", colleague=str(kit.id))
    assert "Assigned to Kit Officer" in page.text
    assert status_of(desk, reference) == "In progress"
    assert references(world.at_the_desk(kit).open("/staff")) == [reference]


def test_a_case_cannot_be_given_to_somebody_who_is_not_at_the_desk(world: World) -> None:
    reference, desk = world.case(), world.at_the_desk()
    path = f"/staff/cases/{reference}"
    for colleague in (str(uuid4()), str(world.customer().id), "x"):
        desk.open(path).send(f"{path}/assign", colleague=colleague)
    assert world.audit("cases:case:assigned") == []
    assert status_of(desk, reference) == "New"


def test_each_look_is_in_the_audit_trail_with_who_and_what(world: World) -> None:
    reference, person = world.case(), world.colleague()
    desk = world.at_the_desk(person)
    desk.open(f"/staff/cases/{reference}")
    desk.open("/staff/cases")
    desk.open("/staff/cases").send("/staff/cases", q="visitor@example.org")
    (line,) = world.audit("cases:case:viewed")
    assert (line.actor_kind, line.actor_id) == ("staff", person.id)
    (line,) = world.audit("cases:queue:searched")
    assert line.facts == {"found": 1}


def test_a_case_that_is_not_there_is_not_found_however_one_asks(world: World) -> None:
    desk = world.at_the_desk()
    desk.open("/staff/cases/PC-2222-222", status=404)
    for what in ("", "/assign", "/close", "/link"):
        fields = {"step": "noted", "message": "x", "version": "1"}
        assert desk.send(f"/staff/cases/PC-2222-222{what}", **fields).status_code == 404


def test_a_link_is_sent_only_where_an_account_is(world: World) -> None:
    reference = world.case(topic="cancel-registration", service="mobile")
    desk = world.at_the_desk()
    world.deliver()
    path = f"/staff/cases/{reference}"
    page = desk.open(path)
    assert f"{path}/link" not in page.answer.text
    desk.send(f"{path}/link", version=page.value("version"))
    assert desk.open(path).flashes[0].startswith("No open account has this address")
    assert world.deliver() == []


def test_a_link_is_sent_only_for_a_case_that_asks_to_cancel(world: World) -> None:
    person = world.customer(services=(Service.MOBILE,))
    reference, desk = world.case(person), world.at_the_desk()
    world.deliver()
    answer = desk.send(f"/staff/cases/{reference}/link", version="1")
    assert answer.status_code == 404
    assert world.deliver() == []


def test_an_erased_persons_case_shows_that_it_is_done_and_nothing_else(world: World) -> None:
    person = world.customer()
    reference = world.case(person)
    page = world.signed_in(person).open(LEAVE_NOW)
    page.send(password=person.password, confirm="y", when="now")
    desk = world.at_the_desk()
    assert status_of(desk, reference) == "Closed"
    page = desk.open(f"/staff/cases/{reference}")
    assert "Details deleted" in page.text
    for words in ("Rowan", "rowan@example.com", "Exampleton"):
        assert words not in page.answer.text
