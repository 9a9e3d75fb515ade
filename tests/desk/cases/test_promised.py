"""By when somebody has our answer: a day ahead, whatever we waited for."""

from datetime import timedelta

from portal.desk.cases.queries import get_case
from portal.desk.cases.rules import Step
from portal.desk.cases.service import answer_case, close_case
from portal.governance.deadlines.rules import (
    Pause,
    RequestKind,
    Segments,
    due_date,
    reckon,
)
from portal.platform.core.clock import spell_day
from portal.platform.core.work import Actor
from portal.platform.core.working_days import Nation
from tests.pages import Page
from tests.world import Person, World

NATION = Nation.ENGLAND_AND_WALES


def ask(world: World, colleague: Person, reference: str) -> None:
    version = world.read(get_case, reference).version
    with world.parts.work(Actor("staff", colleague.id)) as work:
        answer_case(work, reference, "Which bill?", Step.ASKED, version)


def add(world: World, person: Person, reference: str) -> Page:
    page = world.signed_in(person).open(f"/cases/{reference}").send(message="That of March.")
    found = world.read(get_case, reference)
    assert any(f"We’ll answer by {spell_day(found.due_on)}" in flash for flash in page.flashes)
    assert found.due_on > world.clock().date()
    return page


def test_the_days_in_which_we_wait_for_somebody_are_added_to_the_month(world: World) -> None:
    person, colleague = world.customer(), world.colleague()
    reference = world.case(person)
    received = world.clock().date()
    world.clock.move(days=3)
    ask(world, colleague, reference)
    world.clock.move(days=60)
    add(world, person, reference)
    asked_on, answered_on = received + timedelta(days=3), received + timedelta(days=63)
    segments = Segments(received_on=received, pauses=(Pause(asked_on, answered_on),))
    due = reckon(RequestKind.ACCESS, segments, NATION).due_on
    assert world.read(get_case, reference).due_on == due


def test_somebody_who_answers_a_question_after_we_closed_the_message_has_a_month(
    world: World,
) -> None:
    person, colleague = world.customer(), world.colleague()
    reference = world.case(person)
    world.clock.move(days=3)
    ask(world, colleague, reference)
    with world.work() as work:
        close_case(work, reference, get_case(work, reference).version)
    world.clock.move(days=60)
    add(world, person, reference)
    assert world.read(get_case, reference).due_on == due_date(
        RequestKind.QUESTION, world.clock().date(), NATION
    )


def test_somebody_who_adds_to_a_message_that_we_are_late_with_is_promised_no_day_of_before(
    world: World,
) -> None:
    person = world.customer()
    reference = world.case(person)
    world.clock.move(days=60)
    add(world, person, reference)


def test_the_page_of_a_message_says_that_we_are_late_and_promises_nothing_past(
    world: World,
) -> None:
    person = world.customer()
    reference = world.case(person)
    assert "You’ll have our answer by" in world.signed_in(person).open(f"/cases/{reference}").text
    world.clock.move(days=60)
    text = world.signed_in(person).open(f"/cases/{reference}").text
    assert "You’ll have our answer by" not in text
    assert "Our answer is late" in text


def test_the_page_of_a_message_that_waits_for_somebody_promises_no_day(world: World) -> None:
    person, colleague = world.customer(), world.colleague()
    reference = world.case(person)
    ask(world, colleague, reference)
    for _ in range(2):
        text = world.signed_in(person).open(f"/cases/{reference}").text
        assert "We need your answer first" in text
        assert "You’ll have our answer by" not in text
        assert "Our answer is late" not in text
        world.clock.move(days=60)
