"""What the tests of surveys have in common: what is asked, and who publishes it."""

from datetime import date
from typing import Any
from uuid import UUID, uuid4

from portal.consent.surveys.rules import AnswerKind, NewSurvey, SurveyKind, SurveyQuestion
from portal.consent.surveys.service import add_survey, change_survey
from portal.identity.staff_accounts.rules import Role
from portal.platform.core.ids import StaffId
from tests.world import Person, World

ABOUT_FILMS = SurveyQuestion("Which film did you like best this year?", AnswerKind.TEXT)
HOW_OFTEN = SurveyQuestion("How often do you watch?", AnswerKind.ONE, ("Daily", "Weekly", "Rarely"))
WHERE = SurveyQuestion(
    "Where do you watch?", AnswerKind.SEVERAL, ("At home", "On a train", "At a friend’s")
)
QUESTIONS = ABOUT_FILMS, HOW_OFTEN, WHERE
TITLE, PURPOSE = "Films at home", "To choose the films that we show"
OFFICER = "kit@example.com"


def new(**changes: Any) -> NewSurvey:
    """What is published where a test says nothing else: open from the first, without an end."""
    given: dict[str, Any] = {
        "title": TITLE,
        "purpose": PURPOSE,
        "kept_months": 12,
        "opens_on": date(2026, 11, 1),
        "closes_on": None,
        "questions": QUESTIONS,
        "note": "The spring list",
    }
    return NewSurvey(**{**given, **changes})


def publish(world: World, kind: SurveyKind = SurveyKind.SURVEY, **changes: Any) -> UUID:
    """Something to answer, without the pages; what it is known by."""
    survey_id = uuid4()
    with world.work() as work:
        add_survey(work, StaffId(uuid4()), survey_id, kind, new(**changes))
    return survey_id


def publish_again(world: World, survey_id: UUID, version: int = 1, **changes: Any) -> None:
    """The next version, without the pages."""
    with world.work() as work:
        change_survey(work, StaffId(uuid4()), survey_id, new(**changes), version)


def officer(world: World) -> Person:
    """A privacy officer."""
    return world.colleague(OFFICER, "Kit Officer", Role.PRIVACY_OFFICER)
