"""Customers answer what they like, see why it was asked, and delete it again."""

from datetime import date
from typing import Any
from uuid import uuid4

import pytest

from portal.consent.surveys.models import SurveyAnswerRow
from portal.consent.surveys.queries import get_survey, list_answered, list_answers
from portal.consent.surveys.rules import LONGEST_ANSWER, SurveyKind
from portal.consent.surveys.service import close_survey, save_answers
from portal.platform.core.clock import spell_day
from portal.platform.core.errors import NotFoundError, StaleError
from portal.platform.core.ids import StaffId
from portal.platform.core.merging import MadeFrom
from portal.platform.core.work import Actor
from tests.consent.surveys.steps import (
    ABOUT_FILMS,
    HOW_OFTEN,
    PURPOSE,
    QUESTIONS,
    TITLE,
    WHERE,
    publish,
    publish_again,
)
from tests.pages import Visitor
from tests.world import Person, World, rows_with

MINE: dict[str, Any] = {
    "typed_1": "The Lighthouse Keeper",
    "one_2": "Weekly",
    "several_3": ["At home", "On a train"],
}


@pytest.fixture
def person(world: World) -> Person:
    return world.customer()


@pytest.fixture
def visitor(world: World, person: Person) -> Visitor:
    return world.signed_in(person)


def texts(world: World, person: Person) -> list[str]:
    """What somebody has answered, in the order of the questions."""
    found = sorted(world.read(list_answers, person.customer_id), key=lambda one: one.place)
    return [one.text for one in found]


def close(world: World, survey_id: Any) -> None:
    with world.work() as work:
        close_survey(work, StaffId(uuid4()), survey_id)


def test_the_purpose_and_the_day_of_deletion_are_told_before_anything_is_asked(
    world: World, visitor: Visitor
) -> None:
    survey = publish(world, closes_on=date(2026, 12, 24))
    listed = visitor.open("/surveys")
    page = visitor.open(f"/surveys/{survey}")
    for shown in (listed, page):
        assert TITLE in shown.text
        assert PURPOSE in shown.text
        assert "12 months" in shown.text
        assert "24 December 2026" in shown.text
        assert "You don’t have to answer" in shown.text
    before, _, _ = page.text.partition("Which film did you like best")
    assert PURPOSE in before
    assert "An answer you give today is due to be deleted on 23 November 2027" in before
    assert f"/surveys/{survey}" in listed.links()


def test_each_answer_is_listed_with_why_when_and_until_when(
    world: World, person: Person, visitor: Visitor
) -> None:
    survey = publish(world)
    page = visitor.open(f"/surveys/{survey}").send(**MINE)
    assert page.path == "/surveys/answers"
    assert page.flashes == ["We’ve saved your answers."]
    assert texts(world, person) == ["The Lighthouse Keeper", "Weekly", "At home, On a train"]
    rows = [row.get_text(" ", strip=True) for row in page.soup.select("tbody tr")]
    assert len(rows) == 3
    for row in rows:
        assert PURPOSE in row
        assert "23 November 2026" in row
        assert "23 November 2027" in row
    form = visitor.open(f"/surveys/{survey}")
    assert form.value("typed_1") == "The Lighthouse Keeper"
    assert form.ticked("one_2") == ["Weekly"]
    assert form.ticked("several_3") == ["At home", "On a train"]
    assert "You’ve answered 3 of 3 questions" in visitor.open("/surveys").text


def test_no_question_has_to_be_answered(world: World, person: Person, visitor: Visitor) -> None:
    survey = publish(world)
    page = visitor.open(f"/surveys/{survey}").send()
    assert page.flashes == ["Nothing was changed."]
    assert texts(world, person) == []
    page = visitor.open(f"/surveys/{survey}").send(one_2="Daily")
    assert texts(world, person) == ["Daily"]
    assert visitor.open(f"/surveys/{survey}").ticked("one_2") == ["Daily"]


def test_an_answer_that_is_left_alone_keeps_its_day_and_a_changed_one_gets_another(
    world: World, person: Person, visitor: Visitor
) -> None:
    survey = publish(world)
    visitor.open(f"/surveys/{survey}").send(**MINE)
    world.clock.move(days=10)
    again = world.signed_in(person).open(f"/surveys/{survey}")
    again.send(typed_1="Another one", several_3=[])
    found = world.read(list_answers, person.customer_id)
    assert {(one.text, one.ends_on) for one in found} == {
        ("Another one", date(2027, 12, 3)),
        ("Weekly", date(2027, 11, 23)),
    }, "what was cleared is deleted"
    assert [line.facts for line in world.audit("surveys:answers:given")] == [
        {"number": 3},
        {"number": 1},
    ]
    assert [line.facts for line in world.audit("surveys:answers:deleted")] == [{"number": 1}]


def test_an_answer_is_deleted_at_once_by_the_button_beside_it(
    world: World, person: Person, visitor: Visitor
) -> None:
    page = visitor.open(f"/surveys/{publish(world)}").send(**MINE)
    gone = next(one for one in world.read(list_answers, person.customer_id) if one.place == 1)
    button = f"/surveys/answers/{gone.id}/delete"
    said = page.send(button)
    assert said.flashes == ["We’ve deleted that answer."]
    assert texts(world, person) == ["The Lighthouse Keeper", "At home, On a train"]
    assert page.send(button).flashes == ["That answer was already deleted."]
    with world.work() as work:
        assert rows_with(work, SurveyAnswerRow, id=gone.id) == []


def test_all_answers_are_deleted_at_once(world: World, person: Person, visitor: Visitor) -> None:
    page = visitor.open(f"/surveys/{publish(world)}").send(**MINE)
    assert "/surveys/answers/delete" in page.links()
    asked = visitor.open("/surveys/answers/delete")
    assert "We’ll delete 3 answers." in asked.text
    assert len(texts(world, person)) == 3, "nothing is deleted before they confirm it"
    assert "/surveys/answers" in asked.links(), "they can keep them"
    said = asked.send()
    assert said.flashes == ["We’ve deleted all 3 of your answers."]
    assert "We hold no answers of yours" in said.text
    assert texts(world, person) == []
    assert "You have no answers left to delete." in asked.send().text
    assert visitor.open("/surveys/answers/delete").path == "/surveys/answers"


def test_nobody_deletes_or_sees_the_answers_of_another(
    world: World, person: Person, visitor: Visitor
) -> None:
    visitor.open(f"/surveys/{publish(world)}").send(**MINE)
    theirs = world.read(list_answers, person.customer_id)[0].id
    other = world.signed_in(world.customer("other@example.com"))
    page = other.open("/surveys/answers")
    assert "The Lighthouse Keeper" not in page.text
    other.send(f"/surveys/answers/{theirs}/delete")
    assert len(texts(world, person)) == 3


@pytest.mark.parametrize(
    ("sent", "field", "said"),
    [
        (
            {"typed_1": "x" * (LONGEST_ANSWER + 1)},
            "typed_1",
            "Your answer to question 1 must be 500 characters or fewer",
        ),
        ({"one_2": "Hourly"}, "one_2", "Choose an answer to question 2 from the list"),
        (
            {"several_3": ["At home", "At sea"]},
            "several_3",
            "Choose only answers that are listed below question 3",
        ),
    ],
)
def test_what_cannot_be_an_answer_is_said_beside_the_question_and_nothing_is_lost(
    world: World, visitor: Visitor, sent: dict[str, Any], field: str, said: str
) -> None:
    page = visitor.open(f"/surveys/{publish(world)}").send(**{**MINE, **sent})
    assert page.errors[field] == said
    assert "We hold no answers of yours" in visitor.open("/surveys/answers").text
    if field != "typed_1":
        assert page.value("typed_1") == "The Lighthouse Keeper"
    assert page.ticked("several_3")[:1] == ["At home"]


def test_questions_of_another_survey_are_not_answered(
    world: World, person: Person, visitor: Visitor
) -> None:
    """Fields that this survey has no question for say nothing."""
    survey = publish(world, questions=(HOW_OFTEN,))
    visitor.open(f"/surveys/{survey}").send(typed_1="x", several_3=["At home"], one_2="Daily")
    assert texts(world, person) == []
    with pytest.raises(NotFoundError), world.work(Actor("customer", person.id)) as work:
        save_answers(work, person.customer_id, uuid4(), {0: ("x",)}, MadeFrom(1))
    visitor.open(f"/surveys/{uuid4()}", 404)


def test_the_service_takes_no_answer_that_its_question_does_not_offer(
    world: World, person: Person
) -> None:
    survey = publish(world)
    for at, values in ((0, ("a", "b")), (1, ("Hourly",)), (1, ("Daily", "Weekly"))):
        with pytest.raises(StaleError), world.work(Actor("customer", person.id)) as work:
            save_answers(work, person.customer_id, survey, {at: values}, MadeFrom(1))


def test_a_survey_that_closed_meanwhile_saves_nothing_and_says_so(
    world: World, person: Person, visitor: Visitor
) -> None:
    survey = publish(world)
    visitor.open(f"/surveys/{survey}").send(one_2="Daily")
    late = visitor.open(f"/surveys/{survey}")
    close(world, survey)
    page = late.send(status=409, **MINE)
    assert page.title == "You can no longer answer this"
    assert "we haven’t saved what you sent" in page.text
    assert texts(world, person) == ["Daily"]
    assert visitor.open(f"/surveys/{survey}").title == "You can no longer answer this"
    assert TITLE not in visitor.open("/surveys").text
    assert "Daily" in visitor.open("/surveys/answers").text
    visitor.open("/surveys/answers/delete").send()
    assert texts(world, person) == [], "answers are deleted after it closed, too"


def test_it_is_open_from_its_first_day_to_the_end_of_its_last(world: World) -> None:
    days = {"opens_on": date(2026, 11, 24), "closes_on": date(2026, 11, 25)}
    survey, person = publish(world, SurveyKind.COMPETITION, **days), world.customer()
    visitor = world.signed_in(person)
    visitor.open(f"/surveys/{survey}", 404)
    assert TITLE not in visitor.open("/surveys").text
    world.clock.move(hours=13)
    visitor = world.signed_in(person)
    visitor.open(f"/surveys/{survey}").send(one_2="Daily")
    world.clock.move(hours=46)
    visitor = world.signed_in(person)
    visitor.open(f"/surveys/{survey}").send(one_2="Weekly")
    assert texts(world, person) == ["Weekly"]
    world.clock.move(hours=2)
    page = world.signed_in(person).open(f"/surveys/{survey}")
    assert page.title == "You can no longer answer this"


def test_of_two_tabs_the_second_is_asked_only_about_what_both_answered(
    world: World, person: Person, visitor: Visitor
) -> None:
    survey = publish(world)
    first, second = (visitor.open(f"/surveys/{survey}") for _ in range(2))
    first.send(typed_1="One", one_2="Daily")
    page = second.send(status=409, typed_1="Two", several_3=["At home"])
    assert "Your answers were changed somewhere else" in page.text
    assert [one.get_text(" ", strip=True) for one in page.soup.select(".banner__body li")] == [
        f"{ABOUT_FILMS.wording} Saved now: One"
    ]
    assert page.value("typed_1") == "Two"
    assert page.ticked("one_2") == ["Daily"], "what this tab did not touch follows the other"
    assert texts(world, person) == ["One", "Daily"]
    page.send()
    assert texts(world, person) == ["Two", "Daily", "At home"]


def test_a_page_of_an_older_version_is_asked_about_and_keeps_what_was_typed(
    world: World, person: Person, visitor: Visitor
) -> None:
    survey = publish(world)
    late = visitor.open(f"/surveys/{survey}")
    elsewhere = "To plan our new shops"
    publish_again(world, survey, purpose=elsewhere, questions=(WHERE, ABOUT_FILMS))
    page = late.send(status=409, **MINE)
    assert "The questions or what they’re for have changed" in page.text
    assert elsewhere in page.text
    assert page.ticked("several_1") == ["At home", "On a train"]
    assert page.value("typed_2") == "The Lighthouse Keeper"
    left = [one.get_text(strip=True) for one in page.soup.select(".banner__body li")]
    assert left == ["Weekly"]
    assert texts(world, person) == [], "nothing is saved for a reason that was not read"
    page.send()
    found = world.read(list_answers, person.customer_id)
    assert {one.version.purpose for one in found} == {elsewhere}
    assert {one.version.number for one in found} == {2}


def test_for_another_purpose_it_is_asked_anew_and_the_earlier_answer_keeps_its_own(
    world: World, person: Person, visitor: Visitor
) -> None:
    survey = publish(world)
    visitor.open(f"/surveys/{survey}").send(**MINE)
    publish_again(world, survey, purpose="To plan our new shops", kept_months=3)
    form = visitor.open(f"/surveys/{survey}")
    assert form.value("typed_1") == ""
    assert form.ticked("several_3") == []
    page = form.send(one_2="Rarely")
    found = world.read(list_answers, person.customer_id)
    said = {(one.text, one.version.purpose, one.ends_on) for one in found}
    assert ("Weekly", PURPOSE, date(2027, 11, 23)) in said
    assert ("Rarely", "To plan our new shops", date(2027, 2, 23)) in said
    assert len(found) == 4
    assert "To plan our new shops" in page.text
    assert PURPOSE in page.text


def test_a_new_title_or_last_day_asks_nothing_anew(
    world: World, person: Person, visitor: Visitor
) -> None:
    survey = publish(world)
    visitor.open(f"/surveys/{survey}").send(**MINE)
    changed: dict[str, Any] = {"title": "Films", "closes_on": date(2026, 12, 1)}
    publish_again(world, survey, questions=(WHERE, HOW_OFTEN), **changed)
    form = visitor.open(f"/surveys/{survey}")
    assert form.ticked("several_1") == ["At home", "On a train"]
    assert form.ticked("one_2") == ["Weekly"]
    form.send(one_2="Daily")
    asked = world.read(get_survey, survey)
    answered = world.read(list_answered, person.customer_id, asked)
    assert {place: one.text for place, one in answered.items()} == {
        0: "At home, On a train",
        1: "Daily",
    }
    assert len(texts(world, person)) == 3, "the question that is gone keeps its answer"


def test_what_was_typed_is_kept_while_somebody_signs_in_again(world: World) -> None:
    person, survey = world.customer(), publish(world)
    visitor = world.signed_in(person)
    late = visitor.open(f"/surveys/{survey}")
    world.clock.move(minutes=31)
    late.send(**MINE)
    assert texts(world, person) == []
    visitor.open("/sign-in").send(email=person.email, password=person.password)
    visitor.open("/sign-in/question").send(answer=person.answer)
    page = visitor.open(f"/surveys/{survey}")
    assert page.value("typed_1") == "The Lighthouse Keeper"
    assert page.ticked("one_2") == ["Weekly"]
    page.send()
    assert len(texts(world, person)) == 3


def test_answers_are_reached_from_home_and_from_your_data(world: World, visitor: Visitor) -> None:
    assert "/surveys" in visitor.open("/account").links()
    assert "/your-data/surveys" in visitor.open("/your-data").links()
    assert "/surveys/answers" in visitor.open("/your-data/surveys").links()
    assert "/surveys" in visitor.open("/surveys/answers").links()
    visitor.open(f"/surveys/{publish(world)}").send(**MINE)
    page = visitor.open("/your-data/surveys")
    assert f"The Lighthouse Keeper. Why we asked: {PURPOSE}" in page.text
    assert f"Due to be deleted on {spell_day(date(2027, 11, 23))}" in page.text
    assert "You agreed to it: UK GDPR, article 6(1)(a)." in page.text
    assert "You saved your answers to 3 of our questions" in visitor.open("/account/activity").text


def test_backups_are_said_to_have_a_deleted_answer_for_as_long_as_they_are_kept(
    world: World, visitor: Visitor
) -> None:
    visitor.open(f"/surveys/{publish(world)}").send(**MINE)
    assert world.parts.context.copies_kept.days == 35
    assert "Our backups may have it for 36 days." in visitor.open("/surveys/answers").text


def test_a_billing_account_number_in_an_answer_is_masked(world: World, visitor: Visitor) -> None:
    visitor.open("/profile/account-number").send(number="ABC1234567")
    page = visitor.open(f"/surveys/{publish(world)}").send(typed_1="It is ABC1234567, if you ask")
    assert "ABC1234567" not in page.text
    assert "ABC1234567" not in visitor.open("/your-data/surveys").text


def test_three_questions_are_asked_in_three_ways(world: World, visitor: Visitor) -> None:
    page = visitor.open(f"/surveys/{publish(world)}")
    names = {str(one["name"]) for one in page.soup.select("main form [name]")}
    assert {"typed_1", "one_2", "several_3"} <= names
    assert not names & {"one_1", "typed_2", "typed_4"}
    assert page.ticked("one_2") == [""], "not answering is what is chosen first"
    assert all(one.wording in page.text for one in QUESTIONS)


NUMBER = "MB4471902265"


def test_a_number_in_an_answer_is_masked_in_the_form_too_and_stays_what_it_is(
    world: World,
) -> None:
    person, survey = world.customer(account_number=NUMBER), publish(world)
    visitor = world.signed_in(person)
    visitor.open(f"/surveys/{survey}").send(typed_1=f"It is {NUMBER}", one_2="Daily")
    page, other = (visitor.open(f"/surveys/{survey}") for _ in range(2))
    assert NUMBER not in page.answer.text
    assert page.value("typed_1") == "It is •••• 265"
    page.send(one_2="Weekly")
    assert texts(world, person) == [f"It is {NUMBER}", "Weekly"], "what was masked is untouched"
    again = other.send(status=409, one_2="Rarely")
    assert NUMBER not in again.answer.text
    again.send()
    assert texts(world, person) == [f"It is {NUMBER}", "Rarely"]
    visitor.open(f"/surveys/{survey}").send(typed_1="Another answer")
    assert texts(world, person) == ["Another answer", "Rarely"]


def test_a_masked_answer_that_another_tab_changed_follows_that(world: World) -> None:
    person, survey = world.customer(account_number=NUMBER), publish(world)
    visitor = world.signed_in(person)
    visitor.open(f"/surveys/{survey}").send(typed_1=f"It is {NUMBER}")
    late = visitor.open(f"/surveys/{survey}")
    visitor.open(f"/surveys/{survey}").send(typed_1="Never mind")
    late.send(one_2="Daily")
    assert texts(world, person) == ["Never mind", "Daily"]
    late = visitor.open(f"/surveys/{survey}")
    visitor.open(f"/surveys/{survey}").send(typed_1=f"It is {NUMBER}")
    page = late.send(status=409, typed_1="Another")
    assert NUMBER not in page.answer.text
    assert "Saved now: It is •••• 265" in page.text


def test_words_that_were_kept_for_a_survey_that_closed_meanwhile_can_be_copied(
    world: World,
) -> None:
    person, survey = world.customer(), publish(world)
    visitor = world.signed_in(person)
    late = visitor.open(f"/surveys/{survey}")
    world.clock.move(minutes=31)
    late.send(**MINE)
    close(world, survey)
    visitor.open("/sign-in").send(email=person.email, password=person.password)
    visitor.open("/sign-in/question").send(answer=person.answer)
    page = visitor.open(f"/surveys/{survey}")
    assert page.title == "You can no longer answer this"
    assert "Here is what you typed, so that you can copy it" in page.text
    assert "The Lighthouse Keeper" in page.text
