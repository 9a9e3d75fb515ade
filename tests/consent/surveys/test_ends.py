"""An answer goes on its day, or with its giver, and no later; a legal hold keeps it."""

import json
from dataclasses import asdict
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest

from portal.consent.surveys.models import SurveyAnswerRow
from portal.consent.surveys.queries import list_answers
from portal.consent.surveys.rules import (
    Survey,
    SurveyKind,
    SurveyState,
    SurveyVersion,
    note_values,
)
from portal.consent.surveys.service import save_answers
from portal.desk.customer_holds.service import hold_customer, lift_hold_of_customer
from portal.desk.customer_records.queries import get_opened_part
from portal.governance.legal_holds.queries import list_holds
from portal.governance.legal_holds.rules import NewHold
from portal.governance.retention.models import PurgeRun
from portal.governance.retention.service import count_due, purge
from portal.platform.core.clock import london_day
from portal.platform.core.merging import MadeFrom
from portal.platform.core.work import Actor
from portal.self_service.your_data.rules import DATA
from tests.consent.surveys.steps import new, officer, publish, publish_again
from tests.self_service.your_data.downloads import download
from tests.world import NOON, Person, World, act, rows_with

LONG = date(2027, 12, 31)


def answer(
    world: World,
    person: Person,
    survey: UUID,
    words: str = "The Lighthouse Keeper",
    version: int = 1,
) -> None:
    """Answer the first question, without the pages."""
    made_from = MadeFrom(version, note_values({0: ()}))
    act(world, person, save_answers, person.customer_id, survey, {0: (words,)}, made_from)


def run(world: World) -> dict[str, int]:
    return purge(world.parts.work, world.parts.register)


def until(world: World, day: date) -> None:
    """Move the clock to the evening before a day."""
    days = (day - london_day(world.clock())).days - 1
    world.clock.move(days=days, hours=11, minutes=59)


def test_each_answer_goes_on_its_own_day(world: World) -> None:
    person = world.customer()
    survey = publish(world, kept_months=1)
    answer(world, person, survey)
    publish_again(world, survey, kept_months=2)
    answer(world, person, survey, "Another", 2)
    until(world, date(2026, 12, 23))
    assert "survey-answers" not in run(world)
    world.clock.move(minutes=2)
    assert count_due(world.parts.work, world.parts.register)["survey-answers"] == 1
    assert run(world)["survey-answers"] == 1
    assert [one.text for one in world.read(list_answers, person.customer_id)] == ["Another"]
    world.clock.move(days=40)
    assert run(world)["survey-answers"] == 1
    with world.work() as work:
        assert rows_with(work, SurveyAnswerRow) == []
        found = [row.counts for row in rows_with(work, PurgeRun)]
    assert {"survey-answers": 1} in [
        {name: n for name, n in one.items() if name == "survey-answers"} for one in found
    ], "the run says how many, and nothing of whose"


def test_a_legal_hold_keeps_an_answer_beyond_its_day(world: World) -> None:
    person, kit = world.customer(), officer(world)
    answer(world, person, publish(world, kept_months=1))
    hold = NewHold(why="A court asked.", until=LONG, customer_id=person.customer_id)
    with world.work(Actor("staff", kit.id)) as work:
        hold_customer(work, kit.staff_id, person.customer_id, hold)
    world.clock.move(days=60)
    assert "survey-answers" not in run(world)
    with world.work() as work:
        assert len(rows_with(work, SurveyAnswerRow)) == 1
    assert not world.read(list_answers, person.customer_id), "and it looks deleted"
    (held,) = world.read(list_holds, person.customer_id)
    with world.work(Actor("staff", kit.id)) as work:
        lift_hold_of_customer(work, kit.staff_id, person.customer_id, held.id)
    assert run(world)["survey-answers"] == 1


@pytest.fixture
def past(world: World, request: pytest.FixtureRequest) -> tuple[Person, UUID]:
    """Somebody with an answer past its day, not purged yet or kept by a hold, and another one."""
    person, kit = world.customer(), officer(world)
    survey = publish(world, kept_months=1)
    answer(world, person, survey)
    answer(world, person, publish(world), "Long")
    world.clock.now += timedelta(days=40)
    if request.param:
        hold = NewHold(why="A court asked.", until=LONG, customer_id=person.customer_id)
        with world.work(Actor("staff", kit.id)) as work:
            hold_customer(work, kit.staff_id, person.customer_id, hold)
        world.clock.now += timedelta(days=60)
        run(world)
    return person, survey


HELD_OR_NOT = pytest.mark.parametrize("past", [False, True], ids=["late", "held"], indirect=True)


@HELD_OR_NOT
def test_what_is_past_its_day_can_be_answered_again(
    world: World, past: tuple[Person, UUID]
) -> None:
    person, survey = past
    visitor = world.signed_in(person)
    form = visitor.open(f"/surveys/{survey}")
    assert form.value("typed_1") == ""
    assert form.send(typed_1="Again").flashes == ["We’ve saved your answers."]
    assert {one.text for one in world.read(list_answers, person.customer_id)} == {"Again", "Long"}
    visitor.open(f"/surveys/{survey}").send(typed_1="And again")
    with world.work() as work:
        assert len(rows_with(work, SurveyAnswerRow)) == 3, "what a hold keeps is kept"


@HELD_OR_NOT
def test_deleting_all_says_and_deletes_what_the_page_shows(
    world: World, past: tuple[Person, UUID]
) -> None:
    visitor = world.signed_in(past[0])
    page = visitor.open("/surveys/answers")
    assert len(page.soup.select("tbody tr")) == 1
    asked = visitor.open("/surveys/answers/delete")
    assert "We’ll delete 1 answer." in asked.text
    assert asked.send().flashes == ["We’ve deleted your answer."]
    assert [line.facts for line in world.audit("surveys:answers:deleted")] == [{"number": 1}]
    with world.work() as work:
        assert len(rows_with(work, SurveyAnswerRow)) == 1, "the purge takes it, or a hold keeps it"


@HELD_OR_NOT
def test_a_page_from_before_its_day_deletes_nothing_and_says_so(
    world: World, past: tuple[Person, UUID]
) -> None:
    with world.work() as work:
        (gone,) = [row.id for row in rows_with(work, SurveyAnswerRow) if row.ends_on.year == 2026]
    visitor = world.signed_in(past[0])
    sent = {"csrf_token": visitor.token("/contact")}
    page = visitor.submit(f"/surveys/answers/{gone}/delete", sent)
    assert page.flashes == ["That answer was already deleted."]


def test_leaving_takes_every_answer_along(world: World) -> None:
    person, other = world.customer(), world.customer("other@example.com")
    survey = publish(world)
    for one in (person, other):
        answer(world, one, survey)
    world.erase(person)
    with world.work() as work:
        (left,) = rows_with(work, SurveyAnswerRow)
        assert left.customer_id == other.id


def test_a_download_has_each_answer_with_its_purpose_and_its_end(world: World) -> None:
    person = world.customer()
    answer(world, person, publish(world))
    found = json.loads(download(world.signed_in(person))[DATA])["categories"]
    (category,) = [one for one in found if one["category"] == "surveys"]
    (item,) = category["items"]
    assert item["label"] == "Which film did you like best this year?"
    assert item["value"].startswith("The Lighthouse Keeper. Why we asked: To choose the films")
    assert item["deleted_on"] == "2027-11-23"
    assert category["lawful_basis"].startswith("You agreed to it")


def test_a_colleague_who_opens_that_part_reads_each_answer_with_its_purpose(world: World) -> None:
    person = world.customer()
    answer(world, person, publish(world))
    part = next(one for one in world.parts.register if one.slug == "surveys")
    opened = world.read(get_opened_part, part, person.customer_id)
    (item,) = opened.items
    assert item.value.startswith("The Lighthouse Keeper. Why we asked: To choose the films")
    assert part.find_end(item) == date(2027, 11, 23)


def test_nothing_that_was_answered_stands_in_the_trail(world: World) -> None:
    person, survey = world.customer(), publish(world)
    answer(world, person, survey)
    (line,) = world.audit("surveys:answers:given")
    assert line.facts == {"number": 1}
    assert line.subject_id == person.id


@pytest.mark.parametrize(
    ("day", "state"),
    [
        (date(2026, 10, 31), SurveyState.WAITING),
        (date(2026, 11, 1), SurveyState.OPEN),
        (date(2026, 11, 30), SurveyState.OPEN),
        (date(2026, 12, 1), SurveyState.CLOSED),
    ],
)
def test_the_first_and_the_last_day_are_both_days_to_answer(day: date, state: SurveyState) -> None:
    last, came_out = date(2026, 11, 30), dict[str, Any](number=1, published_at=NOON)
    asked = SurveyVersion(**asdict(new(closes_on=last, questions=())), **came_out)
    assert Survey(UUID(int=0), SurveyKind.SURVEY, asked).state_on(day) is state


def test_an_end_is_counted_by_the_calendar() -> None:
    assert new(kept_months=1).end_of(date(2027, 1, 31)) == date(2027, 2, 28)
    assert new(kept_months=24).end_of(date(2026, 11, 23)) == date(2028, 11, 23)
    assert new(kept_months=12).end_of(date(2027, 1, 1)) - date(2027, 1, 1) == timedelta(days=365)
