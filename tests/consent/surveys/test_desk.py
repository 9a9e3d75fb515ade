"""The privacy officer writes what customers may answer, sees it as they will, and publishes it."""

from datetime import date
from typing import Any
from uuid import uuid4

import pytest

from portal.consent.surveys.queries import get_survey, list_surveys, list_versions
from portal.consent.surveys.rules import (
    LONGEST_KEPT,
    MOST_CHOICES,
    MOST_QUESTIONS,
    AnswerKind,
    SurveyClosedError,
    SurveyKind,
    SurveyQuestion,
    UnfitSurveyError,
)
from portal.consent.surveys.service import close_survey
from portal.identity.staff_accounts.rules import MAY, Role, Task
from portal.platform.core.ids import StaffId
from tests.consent.surveys.steps import HOW_OFTEN, PURPOSE, TITLE, officer, publish, publish_again
from tests.pages import Visitor
from tests.world import World

GOOD: dict[str, Any] = {
    "kind": "survey",
    "survey_title": TITLE,
    "survey_purpose": PURPOSE,
    "kept_months": "12",
    "opens_on": "",
    "closes_on": "",
    "question_1": HOW_OFTEN.wording,
    "answered_1": "one",
    "choices_1": "Daily\nWeekly\nRarely",
    "note": "The spring list",
}
PUBLISH: dict[str, Any] = {**GOOD, "publish": "y"}


@pytest.fixture
def desk(world: World) -> Visitor:
    return world.at_the_desk(officer(world))


def test_only_the_privacy_officer_says_what_is_asked(world: World) -> None:
    assert [role for role in Role if Task.EDIT_SURVEYS in MAY[role]] == [Role.PRIVACY_OFFICER]
    desk = world.at_the_desk(world.colleague(role=Role.SENIOR))
    desk.open("/staff/surveys", 403)
    assert desk.send("/staff/surveys/add", **PUBLISH).status_code == 403
    assert world.read(list_surveys) == []


def test_nothing_is_published_before_the_officer_says_so(world: World, desk: Visitor) -> None:
    page = desk.open("/staff/surveys/add").send(**GOOD, preview="y")
    preview = page.soup.select_one("[aria-labelledby=preview]")
    assert preview is not None
    seen = preview.get_text(" ", strip=True)
    for shown in (TITLE, PURPOSE, "12 months", HOW_OFTEN.wording, "Daily", "Rarely"):
        assert shown in seen
    assert world.read(list_surveys) == []
    done = page.send(publish="y")
    assert done.flashes == ["Published. Customers see it from its first day to its last."]
    (found,) = world.read(list_surveys)
    assert found.kind is SurveyKind.SURVEY
    assert found.version.questions == (HOW_OFTEN,)
    assert found.version.opens_on == date(2026, 11, 23), "from today, where no day was given"
    assert TITLE in done.text
    assert TITLE in world.signed_in().open("/surveys").text
    (line,) = world.audit("surveys:version:published")
    assert line.facts == {"survey_id": str(found.id), "number": 1}


def test_what_is_shown_before_publishing_is_what_customers_see(world: World, desk: Visitor) -> None:
    several: dict[str, Any] = {
        "question_2": "Where?",
        "answered_2": "several",
        "choices_2": "Here\nThere",
    }
    page = desk.open("/staff/surveys/add").send(**GOOD, **several, shown="2", preview="y")
    preview = page.soup.select_one("[aria-labelledby=preview]")
    assert preview is not None
    page.send(publish="y")
    (found,) = world.read(list_surveys)
    shown = world.signed_in().open(f"/surveys/{found.id}").soup
    for part in ("legend", "label", "dd"):
        theirs = [one.get_text(" ", strip=True) for one in shown.select(f"main {part}")]
        mine = [one.get_text(" ", strip=True) for one in preview.select(part)]
        assert [one for one in mine if one != "Questions"] == theirs


def test_the_same_form_sent_twice_publishes_once(world: World, desk: Visitor) -> None:
    page = desk.open("/staff/surveys/add")
    page.send(**PUBLISH)
    assert page.send(**PUBLISH).flashes == ["That was already published."]
    assert len(world.read(list_surveys)) == 1


def test_fields_for_one_question_more_come_without_losing_anything(
    world: World, desk: Visitor
) -> None:
    page = desk.open("/staff/surveys/add")
    assert not page.soup.select("[name=question_2]")
    page = page.send(**{**GOOD, "kept_months": "often", "add": "y"})
    assert page.errors == {}, "nothing is checked yet"
    assert page.value("question_1") == HOW_OFTEN.wording
    assert page.value("question_2") == ""
    for _ in range(MOST_QUESTIONS):
        page = page.send(add="y")
    assert page.soup.select(f"[name=question_{MOST_QUESTIONS}]")
    assert not page.soup.select("button[name=add]")
    assert world.read(list_surveys) == []


@pytest.mark.parametrize(
    ("typed", "field", "said"),
    [
        ({"kind": ""}, "kind", "Choose what kind it is"),
        ({"survey_title": ""}, "survey_title", "Enter what it is called"),
        ({"survey_title": "x" * 81}, "survey_title", "What it is called must be 80 characters"),
        ({"survey_purpose": ""}, "survey_purpose", "Enter what the answers are for"),
        ({"kept_months": ""}, "kept_months", "Enter how many months you keep answers"),
        ({"kept_months": "0"}, "kept_months", "How many months you keep answers must be a whole"),
        (
            {"kept_months": "25"},
            "kept_months",
            "How many months you keep answers must be a whole",
        ),
        ({"kept_months": "a"}, "kept_months", "How many months you keep answers must be a whole"),
        ({"opens_on": "soon"}, "opens_on", "Enter the first day like this: 1 March 2027"),
        ({"closes_on": "soon"}, "closes_on", "Enter the last day like this: 1 March 2027"),
        ({"kind": "competition"}, "closes_on", "Enter the last day of the competition"),
        ({"closes_on": "22 November 2026"}, "closes_on", "The last day must be today or later"),
        (
            {"opens_on": "2 March 2027", "closes_on": "1 March 2027"},
            "closes_on",
            "The last day must be today or later, and not before the first day",
        ),
        ({"question_1": "", "choices_1": ""}, "question_1", "Enter question 1"),
        ({"question_1": ""}, "question_1", "Enter question 1, or clear its choices"),
        ({"choices_1": "Daily"}, "choices_1", "Enter 2 to 10 choices for question 1"),
        (
            {"choices_1": "\n".join(map(str, range(MOST_CHOICES + 1)))},
            "choices_1",
            "Enter 2 to 10 choices for question 1",
        ),
        ({"choices_1": "Daily\nDaily"}, "choices_1", "The choices of question 1 must all differ"),
        (
            {"choices_1": f"Daily\n{'x' * 81}"},
            "choices_1",
            "Each of the choices of question 1 must be 80 characters or fewer",
        ),
        ({"answered_1": "text"}, "choices_1", "Clear the choices of question 1, or let customers"),
        ({"answered_1": "dance"}, "answered_1", "Choose how question 1 is answered"),
        (
            {"question_2": HOW_OFTEN.wording},
            "question_2",
            "Question 2 must differ from those before it",
        ),
        ({"note": ""}, "note", "Say why you publish this, for the record"),
    ],
)
def test_what_will_not_do_is_said_beside_the_field(
    world: World, desk: Visitor, typed: dict[str, Any], field: str, said: str
) -> None:
    page = desk.open("/staff/surveys/add").send(**{**PUBLISH, **typed})
    assert page.errors[field].startswith(said)
    assert world.read(list_surveys) == []


def test_a_new_version_is_published_and_the_earlier_ones_stand_beside_it(
    world: World, desk: Visitor
) -> None:
    survey = publish(world)
    page = desk.open(f"/staff/surveys/{survey}")
    assert page.value("survey_title") == TITLE
    assert page.value("kept_months") == "12"
    assert page.value("opens_on") == "1 November 2026"
    assert page.value("choices_2") == "Daily\nWeekly\nRarely"
    page.send(publish="y", note="For the shops", survey_purpose="To plan our shops")
    found = world.read(list_versions, survey)
    assert [(one.number, one.purpose, one.note) for one in found] == [
        (2, "To plan our shops", "For the shops"),
        (1, PURPOSE, "The spring list"),
    ]
    text = desk.open(f"/staff/surveys/{survey}").text
    for shown in ("Version 2", "Version 1", "For the shops", "The spring list", PURPOSE):
        assert shown in text


def test_of_two_who_publish_at_once_the_second_looks_again(world: World, desk: Visitor) -> None:
    survey = publish(world)
    late = desk.open(f"/staff/surveys/{survey}")
    publish_again(world, survey, title="Films")
    page = late.send(publish="y", note="Mine", survey_title="My films")
    assert page.errors["survey_title"].startswith("A colleague published another version")
    assert page.value("survey_title") == "My films"
    assert world.read(get_survey, survey).version.title == "Films"
    page.send(publish="y")
    assert world.read(get_survey, survey).version.title == "My films"


def test_what_is_closed_stays_closed(world: World, desk: Visitor) -> None:
    survey = publish(world)
    late = desk.open(f"/staff/surveys/{survey}")
    page = late.send(f"/staff/surveys/{survey}/close")
    assert page.flashes == ["Closed. No more answers are taken."]
    assert not page.soup.select("[name=publish]")
    assert late.send(f"/staff/surveys/{survey}/close").flashes == ["It was already closed."]
    assert late.send(status=409, publish="y", note="Again").title == TITLE
    assert world.read(get_survey, survey).version.number == 1
    with pytest.raises(SurveyClosedError):
        publish_again(world, survey)
    assert len(world.audit("surveys:survey:closed")) == 1
    assert "Closed" in desk.open("/staff/surveys").text


def test_a_survey_that_is_not_there_is_not_found(desk: Visitor) -> None:
    desk.open(f"/staff/surveys/{uuid4()}", 404)
    assert desk.send(f"/staff/surveys/{uuid4()}/close").status_code == 404


@pytest.mark.parametrize(
    "changes",
    [
        {"kept_months": 0},
        {"kept_months": LONGEST_KEPT + 1},
        {"questions": ()},
        {"questions": (HOW_OFTEN, HOW_OFTEN)},
        {"questions": (SurveyQuestion("Which?", AnswerKind.ONE, ("This",)),)},
        {"closes_on": date(2026, 11, 22)},
    ],
)
def test_the_service_publishes_nothing_that_may_not_be_asked(
    world: World, changes: dict[str, Any]
) -> None:
    with pytest.raises(UnfitSurveyError):
        publish(world, **changes)
    with pytest.raises(UnfitSurveyError):
        publish(world, SurveyKind.COMPETITION)
    assert world.read(list_surveys) == []


def test_it_is_reached_from_what_customers_are_asked(desk: Visitor) -> None:
    assert "/staff/surveys" in desk.open("/staff/catalogue").links()
    assert "/staff/surveys/add" in desk.open("/staff/surveys").links()


def test_another_survey_from_the_same_copy_of_the_form_is_published_too(
    world: World, desk: Visitor
) -> None:
    page = desk.open("/staff/surveys/add")
    page.send(**PUBLISH)
    done = page.send(**{**PUBLISH, "survey_title": "Another one"})
    assert done.flashes == ["Published. Customers see it from its first day to its last."]
    assert {one.version.title for one in world.read(list_surveys)} == {TITLE, "Another one"}


def test_what_an_officer_wrote_for_a_survey_that_was_closed_meanwhile_can_be_copied(
    world: World, desk: Visitor
) -> None:
    survey = publish(world)
    page = desk.open(f"/staff/surveys/{survey}")
    with world.work() as work:
        close_survey(work, StaffId(uuid4()), survey)
    done = page.send(status=409, survey_title="A better title", note="Why", publish="y")
    assert "A better title" in done.text
    assert not done.errors
    assert "Closed on" in done.text
    assert len(world.read(list_versions, survey)) == 1
