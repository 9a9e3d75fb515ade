"""Everybody can ask for each kind of thing with a form that asks only what it needs."""

from typing import Any

import pytest

from portal.desk.case_records.rules import OWN_FORM, TOPICS, Topic, kind_of
from portal.desk.cases.queries import get_case
from portal.desk.requests.forms import FORM_OF
from portal.governance.deadlines.rules import due_date
from portal.platform.core.clock import london_day, spell_day
from portal.platform.core.working_days import Nation
from tests.world import World

ANSWERS: dict[Topic, dict[str, Any]] = {
    Topic.OBJECTION: {"objects_to": "sharing"},
    Topic.RESTRICTION: {"restrict_because": "wrong"},
    Topic.PORTABILITY: {"take_to": "company"},
    Topic.COMPLAINT: {"put_right": "Say sorry."},
    Topic.NUISANCE: {"came_when": "Every evening", "came_from": "01632 960123"},
    Topic.NOT_ME: {"was_not_me": "ordered"},
}
SAID = {
    Topic.OBJECTION: "What do you object to?\nGiving my details to another company",
    Topic.RESTRICTION: "Why should we stop using them?\nThey’re wrong, and you’re checking them",
    Topic.PORTABILITY: "Who should we send them to?\nTo another company",
    Topic.COMPLAINT: "What should we do to put it right?\nSay sorry.",
    Topic.NUISANCE: (
        "When did they come?\nEvery evening\n\nWhich number did they come from?\n01632 960123"
    ),
    Topic.NOT_ME: "What happened?\nSomeone else registered for a service",
}


def test_every_kind_with_a_form_of_its_own_is_offered_where_one_writes_to_us(world: World) -> None:
    page = world.visitor().open("/contact")
    links = {one["href"]: one.text for one in page.soup.select("nav[aria-labelledby=own-forms] a")}
    assert links == {f"/contact/{topic}": TOPICS[topic] for topic in OWN_FORM}
    assert set(FORM_OF) == set(OWN_FORM)
    offered = {one["value"] for one in page.soup.select("select[name=topic] option")}
    assert not offered & set(OWN_FORM)


@pytest.mark.parametrize("topic", OWN_FORM)
def test_a_visitor_asks_and_the_desk_reads_each_answer_with_its_question(
    world: World, topic: Topic
) -> None:
    page = world.visitor().open(f"/contact/{topic}")
    sent = page.send(
        name="Vis Itor", email="visitor@example.org", message="It began in May.", **ANSWERS[topic]
    )
    reference = sent.soup.select_one(".ref").text  # type: ignore[union-attr]
    found = world.read(get_case, reference)
    assert found.topic is topic
    assert found.entries[0].text == f"{SAID[topic]}\n\nIt began in May."
    due_on = due_date(kind_of(topic), london_day(world.clock()), Nation.ENGLAND_AND_WALES)
    assert found.due_on == due_on
    assert spell_day(due_on) in world.email("We’ve got your message").text


@pytest.mark.parametrize("topic", OWN_FORM)
def test_a_customer_types_neither_name_nor_address_and_reads_what_they_answered(
    world: World, topic: Topic
) -> None:
    person = world.customer()
    visitor = world.signed_in(person)
    page = visitor.open(f"/contact/{topic}").send(message="It began in May.", **ANSWERS[topic])
    reference = page.soup.select_one(".ref").text  # type: ignore[union-attr]
    theirs = visitor.open(f"/cases/{reference}")
    for part in SAID[topic].split("\n"):
        assert part in theirs.text or not part


@pytest.mark.parametrize("topic", OWN_FORM)
def test_what_is_missing_is_said_beside_its_question_and_what_was_typed_stays(
    world: World, topic: Topic
) -> None:
    page = world.visitor().open(f"/contact/{topic}").send(message="It began in May.", name="")
    assert "Enter your name" in page.text
    assert "It began in May." in page.text
    needed = [one for one in ANSWERS[topic] if one not in {"put_right", "came_from"}]
    for one in needed:
        assert page.soup.select_one(f"#{one}-error"), one


def test_a_kind_without_a_form_of_its_own_has_no_page(world: World) -> None:
    for topic in ("nothing", *set(Topic) - set(OWN_FORM)):
        world.visitor().open(f"/contact/{topic}", status=404)
