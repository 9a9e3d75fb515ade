"""What is asked and told, until when it is open, and what becomes of answers when it changes."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from hashlib import sha256
from typing import Any
from uuid import UUID

from portal.platform.core.clock import london_day
from portal.platform.core.errors import DomainError
from portal.platform.core.merging import MadeFrom, merge
from portal.platform.core.texts import _
from portal.platform.core.working_days import add_months

LONGEST_TITLE, LONGEST_PURPOSE, LONGEST_QUESTION, LONGEST_NOTE = 80, 300, 200, 300
LONGEST_CHOICE, LONGEST_ANSWER = 80, 500
FEWEST_CHOICES, MOST_CHOICES, MOST_QUESTIONS = 2, 10, 8
SHORTEST_KEPT, LONGEST_KEPT = 1, 24
"""For how many months answers may be kept."""

Values = tuple[str, ...]
"""An answer: a text, a choice or several; nothing where there is none."""


class SurveyKind(StrEnum):
    """What answers are for; it never changes."""

    SURVEY = "survey"
    COMPETITION = "competition"
    LIFESTYLE = "lifestyle"


class AnswerKind(StrEnum):
    """How a question is answered."""

    TEXT = "text"
    ONE = "one"
    SEVERAL = "several"


class SurveyState(StrEnum):
    """Whether answers are taken."""

    WAITING = "waiting"
    OPEN = "open"
    CLOSED = "closed"


KINDS = {
    SurveyKind.SURVEY: _("Survey"),
    SurveyKind.COMPETITION: _("Competition"),
    SurveyKind.LIFESTYLE: _("Lifestyle questions"),
}


class SurveyClosedError(DomainError):
    """No answer is taken: it is not open yet, its last day is over, or it was closed."""

    code = "survey-closed"


class UnfitSurveyError(DomainError):
    """It cannot be published like this; `field` and `words` say what to do about what."""

    code = "unfit-survey"

    def __init__(self, field: str, words: str) -> None:
        super().__init__(field)
        self.field, self.words = field, words


@dataclass(frozen=True, slots=True)
class SurveyQuestion:
    """One question; its choices where it is answered by picking."""

    wording: str
    kind: AnswerKind
    choices: tuple[str, ...] = ()

    def takes(self, values: Values) -> bool:
        """Tell whether this can be an answer to it; none always can."""
        if self.kind is AnswerKind.TEXT:
            return len(values) <= 1 and all(0 < len(one) <= LONGEST_ANSWER for one in values)
        most = 1 if self.kind is AnswerKind.ONE else len(self.choices)
        return len(values) <= most and set(values) <= set(self.choices)

    def words(self) -> dict[str, Any]:
        """Return it as a part of a version's document."""
        return {"wording": self.wording, "kind": self.kind.value, "choices": list(self.choices)}

    @classmethod
    def from_words(cls, words: Mapping[str, Any]) -> "SurveyQuestion":
        """Read it from its part of a version's document."""
        return cls(words["wording"], AnswerKind(words["kind"]), tuple(words["choices"]))


@dataclass(frozen=True, slots=True, kw_only=True)
class NewSurvey:
    """What a colleague wants to publish; both days are in London, and included."""

    title: str
    purpose: str
    kept_months: int
    opens_on: date
    closes_on: date | None
    questions: tuple[SurveyQuestion, ...]
    note: str = ""

    def end_of(self, given_on: date) -> date:
        """Return the day on which an answer of a day is deleted."""
        return add_months(given_on, self.kept_months)

    def check(self, kind: SurveyKind, today: date) -> None:
        """Raise `UnfitSurveyError` for what may not be asked, or not for so long."""
        if kind is SurveyKind.COMPETITION and self.closes_on is None:
            raise UnfitSurveyError("closes_on", _("Enter the last day of the competition"))
        if self.closes_on is not None and self.closes_on < max(today, self.opens_on):
            words = _("The last day must be today or later, and not before the first day")
            raise UnfitSurveyError("closes_on", words)
        if not SHORTEST_KEPT <= self.kept_months <= LONGEST_KEPT:
            raise UnfitSurveyError(
                "kept_months",
                _(
                    "How many months you keep answers must be a whole number from {shortest} to"
                    " {longest}",
                    shortest=SHORTEST_KEPT,
                    longest=LONGEST_KEPT,
                ),
            )
        if not 0 < len(self.questions) <= MOST_QUESTIONS:
            raise UnfitSurveyError("question_1", _("Enter question 1"))
        for at, one in enumerate(self.questions, 1):
            _check_question(at, one, self.questions[: at - 1])


@dataclass(frozen=True, slots=True, kw_only=True)
class SurveyVersion(NewSurvey):
    """A version that was published; the first is 1."""

    number: int
    published_at: datetime

    def asks_same(self, place: int, other: "SurveyVersion", there: int) -> bool:
        """Tell whether a question is one of another version's: as worded, and for the same.

        An answer counts for no other purpose, and for no longer, than was told beside it.
        """
        return (self.purpose, self.kept_months, self.questions[place]) == (
            other.purpose,
            other.kept_months,
            other.questions[there],
        )


@dataclass(frozen=True, slots=True)
class Survey:
    """A survey, a competition or lifestyle questions, as they are asked today."""

    id: UUID
    kind: SurveyKind
    version: SurveyVersion
    closed_at: datetime | None = None

    def state_on(self, day: date) -> SurveyState:
        """Tell whether answers are taken on a London day."""
        last = self.version.closes_on
        if self.closed_at is not None or (last is not None and last < day):
            return SurveyState.CLOSED
        return SurveyState.WAITING if day < self.version.opens_on else SurveyState.OPEN

    def is_open_at(self, moment: datetime) -> bool:
        """Tell whether answers are taken at a moment."""
        return self.state_on(london_day(moment)) is SurveyState.OPEN


@dataclass(frozen=True, slots=True)
class GivenAnswer:
    """An answer, with the version that it was given to. Never printed."""

    id: UUID
    survey_id: UUID
    version: SurveyVersion
    place: int
    values: Values
    given_at: datetime
    ends_on: date

    def __repr__(self) -> str:
        return f"GivenAnswer({self.id})"

    @property
    def question(self) -> SurveyQuestion:
        """The question as it was asked."""
        return self.version.questions[self.place]

    @property
    def text(self) -> str:
        """The answer in one line."""
        return ", ".join(self.values)


Answered = Mapping[int, GivenAnswer]
"""What somebody has answered of a version, by the places of its questions."""
Filling = Mapping[int, Values]
"""What a form says, by the places of the questions."""


def match_answers(given: Sequence[GivenAnswer], asked: Survey) -> dict[int, GivenAnswer]:
    """Return which answers are answers to what is asked today; the others are asked anew."""
    return {
        place: one
        for place in range(len(asked.version.questions))
        for one in given
        if one.survey_id == asked.id and asked.version.asks_same(place, one.version, one.place)
    }


def values_of(answered: Answered, asked: NewSurvey) -> dict[int, Values]:
    """Return the values of what is answered, of every question."""
    return {
        place: answered[place].values if place in answered else ()
        for place in range(len(asked.questions))
    }


def note_values(values: Filling) -> dict[str, str]:
    """Return what a form takes along of the answers that it was made from: a hash of each."""
    return {str(place): digest_values(one) for place, one in values.items()}


def settle_answers(
    saved: Filling, sent: Filling, made_from: MadeFrom
) -> tuple[dict[int, Values], tuple[int, ...]]:
    """Merge a form with what is saved by now: what it did not touch stays as it is saved.

    Returns the values, and the places of what was changed in both.
    """
    mine = {place: sent.get(place, values) for place, values in saved.items()}
    merged = merge(made_from.values, note_values(saved), note_values(mine))
    values = {
        place: one if merged.values[str(place)] == digest_values(one) else saved[place]
        for place, one in mine.items()
    }
    return values, tuple(int(name) for name in merged.clashes)


def carry_over(
    sent: Filling, made_from: MadeFrom, then: NewSurvey, now: NewSurvey
) -> tuple[dict[int, Values], Values]:
    """Bring what was typed into an older version to the questions of today.

    Returns it by the places of today, and what fits none of them. What was not touched is left
    out: it was given before, and where its purpose has changed the question is asked anew.
    """
    said = made_from.values
    touched = {at: one for at, one in sent.items() if digest_values(one) != said.get(str(at))}
    same = {one: at for at, one in enumerate(now.questions)}
    places = {at: same[then.questions[at]] for at in touched if then.questions[at] in same}
    for at, values in touched.items():
        is_free = at < len(now.questions) and at not in places.values()
        if at not in places and values and is_free and now.questions[at].takes(values):
            places[at] = at
    left = tuple(one for at, values in touched.items() if at not in places for one in values)
    return {places[at]: touched[at] for at in places}, left


def _check_question(number: int, one: SurveyQuestion, before: Sequence[SurveyQuestion]) -> None:
    choices = f"choices_{number}"
    if any(one.wording == other.wording for other in before):
        words = _("Question {number} must differ from those before it", number=number)
        raise UnfitSurveyError(f"question_{number}", words)
    if one.kind is AnswerKind.TEXT and one.choices:
        words = _(
            "Clear the choices of question {number}, or let customers pick from them", number=number
        )
        raise UnfitSurveyError(choices, words)
    if one.kind is AnswerKind.TEXT:
        return
    if not FEWEST_CHOICES <= len(one.choices) <= MOST_CHOICES:
        raise UnfitSurveyError(
            choices,
            _(
                "Enter {fewest} to {most} choices for question {number}, one on each line",
                fewest=FEWEST_CHOICES,
                most=MOST_CHOICES,
                number=number,
            ),
        )
    if any(len(choice) > LONGEST_CHOICE for choice in one.choices):
        words = _(
            "Each of the choices of question {number} must be {longest} characters or fewer",
            number=number,
            longest=LONGEST_CHOICE,
        )
        raise UnfitSurveyError(choices, words)
    if len(set(one.choices)) < len(one.choices):
        words = _("The choices of question {number} must all differ", number=number)
        raise UnfitSurveyError(choices, words)


def digest_values(values: Values) -> str:
    """Return a hash of an answer, by which a form is told from what is saved."""
    return sha256(json.dumps(values).encode()).hexdigest()[:32]
