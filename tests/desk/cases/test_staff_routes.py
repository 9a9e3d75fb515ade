from typing import Any
from uuid import uuid4

import pytest

from portal.identity.accounts.rules import Service
from tests.pages import Page, Visitor
from tests.world import LEAVE_NOW, World

SENTENCE = "A sentence that took long to write"


def references(page: Page) -> list[str]:
    return [one.get_text() for one in page.soup.select("table a.ref")]


def status_of(desk: Visitor, reference: str) -> str:
    tag = desk.open(f"/staff/cases/{reference}").soup.select_one(".tag")
    assert tag
    return tag.get_text().strip()


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


@pytest.mark.parametrize("what", ["assign", "link"])
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
