"""A colleague enters what came another way, with the day it came and who asks."""

from datetime import date
from typing import Any

import pytest

from portal.desk.case_records.rules import (
    AUTHORITY,
    CHANNELS,
    REQUESTERS,
    RequestChannel,
    RequesterKind,
    Topic,
)
from portal.desk.cases.queries import get_case
from portal.desk.cases.rules import Case
from portal.governance.deadlines.rules import RequestKind, due_date
from portal.platform.core.clock import london_day, spell_day
from portal.platform.core.working_days import Nation
from tests.pages import Page, Visitor
from tests.world import World

ENGLAND = Nation.ENGLAND_AND_WALES
ADDRESS = "caller@example.org"
WORDS = "Everything about the line in Sampleford, please."
FIELDS: dict[str, Any] = {
    "came_by": "letter", "came_on": "9 November 2026", "name": "Cal Ler", "email": ADDRESS,
    "topic": "copy", "message": WORDS,
}  # fmt: skip


def enter(desk: Visitor, **changes: Any) -> Page:
    return desk.open("/staff/requests/new").send(**{**FIELDS, **changes})


def entered(world: World, page: Page) -> Case:
    found: Case = world.read(get_case, page.path.rpartition("/")[2])
    return found


def test_the_time_to_answer_runs_from_the_day_it_came(world: World) -> None:
    found = entered(world, enter(world.at_the_desk()))
    came = date(2026, 11, 9)
    assert london_day(found.received_at) == came
    assert found.due_on == due_date(RequestKind.ACCESS, came, ENGLAND)
    assert (found.topic, found.name, found.email) == (Topic.COPY, "Cal Ler", ADDRESS)
    email = world.email("We’ve got your message")
    assert email.to == ADDRESS
    assert spell_day(found.due_on) in email.text


@pytest.mark.parametrize("channel", RequestChannel)
@pytest.mark.parametrize("who", RequesterKind)
def test_the_case_says_how_it_came_and_what_whoever_asks_has_to_show(
    world: World, channel: RequestChannel, who: RequesterKind
) -> None:
    page = enter(world.at_the_desk(), came_by=channel, asked_by=who)
    for words in (CHANNELS[channel], REQUESTERS[who], AUTHORITY[who], WORDS):
        assert words in page.text
    found = entered(world, page)
    assert (found.channel, found.requester) == (channel, who)


def test_whoever_entered_it_stands_in_the_timeline_and_what_came_is_from_its_sender(
    world: World,
) -> None:
    page = enter(world.at_the_desk())
    assert "From Cal Ler" in page.text
    assert "Sam Agent" in page.text


def test_whoever_asked_too_long_ago_is_promised_no_day_that_is_past(world: World) -> None:
    found = entered(world, enter(world.at_the_desk(), came_on="1 September 2026"))
    assert found.is_late(london_day(world.clock()))
    text = world.email("We’ve got your message").text
    assert "We’ll answer as soon as we can." in text
    assert spell_day(found.due_on) not in text


@pytest.mark.parametrize("day", ["24 November 2026", "22 November 2025", "yesterday", ""])
def test_a_day_that_cannot_be_is_refused_beside_its_field_and_nothing_typed_is_lost(
    world: World, day: str
) -> None:
    page = enter(world.at_the_desk(), came_on=day)
    assert "came_on" in page.errors
    assert WORDS in page.text
    assert world.deliver() == []


def test_what_a_customer_asked_by_telephone_is_theirs_and_opens_no_record(world: World) -> None:
    person = world.customer()
    world.clock.move(days=20)
    desk = world.at_the_desk()
    page = enter(desk, email=person.email, came_by="telephone", came_on="5 December 2026")
    found = entered(world, page)
    assert found.owner_id == person.customer_id
    assert "Anyone could have sent this" in page.text
    assert found.reference in world.signed_in(person).open("/cases").text
    world.erase(person)
    assert WORDS not in desk.open(f"/staff/cases/{found.reference}").text


def test_what_was_entered_twice_is_one_case(world: World) -> None:
    form = world.at_the_desk().open("/staff/requests/new")
    first, second = (form.send(**FIELDS) for _turn in range(2))
    assert first.path == second.path
    assert world.rows()["case_file"] == 1


def test_what_was_told_on_the_telephone_is_always_written_down(world: World) -> None:
    page = enter(world.at_the_desk(), topic="marketing", message="")
    assert "Enter what they asked" in page.errors.values()
