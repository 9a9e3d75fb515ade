"""Forms of the surveys room: shape only. A question has its number on the page from 1."""

from datetime import date
from uuid import UUID, uuid4

from wtforms import Field

from portal.consent.surveys.rules import (
    KINDS,
    LONGEST_ANSWER,
    LONGEST_CHOICE,
    LONGEST_NOTE,
    LONGEST_PURPOSE,
    LONGEST_QUESTION,
    LONGEST_TITLE,
    MOST_CHOICES,
    MOST_QUESTIONS,
    AnswerKind,
    Filling,
    NewSurvey,
    SurveyKind,
    SurveyQuestion,
    UnfitSurveyError,
    Values,
    digest_values,
    note_values,
)
from portal.governance.legal_holds.rules import read_day
from portal.platform.core.clock import spell_day
from portal.platform.core.texts import _
from portal.platform.web.field_checks import Parses
from portal.platform.web.fields import line, offer, radios, text, tick_boxes, unseen
from portal.platform.web.forms import CARRIED, MergedForm, VersionedForm, read_number

ANSWER_KINDS = {
    AnswerKind.TEXT: _("In their own words"),
    AnswerKind.ONE: _("By picking one choice"),
    AnswerKind.SEVERAL: _("By picking any number of choices"),
}
NUMBERS = range(1, MOST_QUESTIONS + 1)
FIELD_OF = {AnswerKind.TEXT: "typed", AnswerKind.ONE: "one", AnswerKind.SEVERAL: "several"}
"""How the fields begin in which questions are answered."""
ASKED_BY = ("question", "answered", "choices")
"""How the fields begin in which a colleague writes a question."""
TYPED_QUESTIONS = tuple(f"{name}_{number}" for number in NUMBERS for name in ASKED_BY)
KEPT = (*(f"{name}_{number}" for number in NUMBERS for name in FIELD_OF.values()), *CARRIED)
MASKED = "masked-"
"""How what the page takes along of an answer that it shows masked begins."""
NO_ANSWER = _("I’d rather not answer")
LONGEST_LIST = MOST_CHOICES * (LONGEST_CHOICE + 1)


class AnswersForm(MergedForm):
    """The questions of a version: a field for each way to answer each, of which `ask` keeps one."""

    for number in NUMBERS:
        vars()[f"typed_{number}"] = text(
            _("Question {number}, in your own words", number=number),
            LONGEST_ANSWER,
            called=_("your answer to question {number}", number=number),
        )
        vars()[f"one_{number}"] = radios(
            _("Question {number}, one choice", number=number),
            {"": NO_ANSWER},
            choose=_("Choose an answer to question {number} from the list", number=number),
            needed=False,
            first="",
        )
        vars()[f"several_{number}"] = tick_boxes(
            _("Question {number}, any choices", number=number),
            {},
            wrong=_("Choose only answers that are listed below question {number}", number=number),
            called=_("answers below question {number}", number=number),
        )
    del number

    def ask(self, asked: NewSurvey) -> None:
        """Keep the fields in which the questions are answered, and no others."""
        self.asked = asked
        for number in NUMBERS:
            kept = self._name_of(number) if number <= len(asked.questions) else ""
            for name in FIELD_OF.values():
                if f"{name}_{number}" != kept:
                    del self[f"{name}_{number}"]
            if kept:
                question = asked.questions[number - 1]
                self[kept].label.text = f"{number}. {question.wording}"
                if question.kind is not AnswerKind.TEXT:
                    offer(self[kept], {one: one for one in question.choices})

    def read(self) -> dict[int, Values]:
        """Return what was answered, by the places of the questions; choices in their order."""
        return {place: self._read(place) for place in range(len(self.asked.questions))}

    @property
    def questions(self) -> list[tuple[SurveyQuestion, Field]]:
        """Return each question with the field in which it is answered."""
        asked = enumerate(self.asked.questions, 1)
        return [(one, self[self._name_of(number)]) for number, one in asked]

    def fill(self, values: Filling) -> None:
        """Fill in answers."""
        for place, one in values.items():
            field = self[self._name_of(place + 1)]
            is_list = self.asked.questions[place].kind is AnswerKind.SEVERAL
            field.data = list(one) if is_list else "".join(one)

    def read_touched(self) -> dict[int, Values]:
        """Return what was answered, without what the page showed masked and still says so."""
        made_from = self.read_made_from().values
        return {
            at: values
            for at, values in self.read().items()
            if made_from.get(f"{MASKED}{at}") != digest_values(values)
        }

    def note(self, version: int, saved: Filling, shown: Filling) -> None:
        """Take along which version it asks, which answers it is made from, and what it shows."""
        masked = {
            f"{MASKED}{at}": digest_values(one) for at, one in shown.items() if one != saved[at]
        }
        self.carry(version, {**note_values(saved), **masked})

    def _name_of(self, number: int) -> str:
        return f"{FIELD_OF[self.asked.questions[number - 1].kind]}_{number}"

    def _read(self, place: int) -> Values:
        data, question = self[self._name_of(place + 1)].data, self.asked.questions[place]
        sent = data if isinstance(data, list) else [data or ""]
        if question.kind is AnswerKind.TEXT:
            return tuple(one for one in sent if one)
        return tuple(one for one in question.choices if one in sent)


class SurveyForm(VersionedForm):
    """What a colleague publishes; a question without words is left out."""

    survey_title = line(
        _("What is it called?"),
        LONGEST_TITLE,
        called=_("what it is called"),
        needed=_("Enter what it is called"),
    )
    survey_purpose = text(
        _("What are the answers for?"),
        LONGEST_PURPOSE,
        called=_("what the answers are for"),
        needed=_("Enter what the answers are for"),
    )
    kept_months = line(
        _("How many months do you keep each answer?"),
        20,
        called=_("how many months you keep answers"),
        needed=_("Enter how many months you keep answers"),
        inputmode="numeric",
    )
    opens_on = line(
        _("First day"),
        40,
        called=_("the first day"),
        check=Parses(read_day, _("Enter the first day like this: 1 March 2027")),
    )
    closes_on = line(
        _("Last day"),
        40,
        called=_("the last day"),
        check=Parses(read_day, _("Enter the last day like this: 1 March 2027")),
    )
    for number in NUMBERS:
        vars()[f"question_{number}"] = line(
            _("Question {number}", number=number),
            LONGEST_QUESTION,
            called=_("question {number}", number=number),
        )
        vars()[f"answered_{number}"] = radios(
            _("How is question {number} answered?", number=number),
            dict(ANSWER_KINDS),
            choose=_("Choose how question {number} is answered", number=number),
            needed=False,
            first=AnswerKind.TEXT,
        )
        vars()[f"choices_{number}"] = text(
            _("Choices of question {number}", number=number),
            LONGEST_LIST,
            called=_("the choices of question {number}", number=number),
        )
    del number
    note = line(
        _("Why are you publishing this?"),
        LONGEST_NOTE,
        called=_("why you publish this"),
        needed=_("Say why you publish this, for the record"),
    )
    shown = unseen()

    @property
    def numbers(self) -> range:
        """The numbers of the questions that there is a field for on the page."""
        filled = [
            one for one in NUMBERS if self[f"question_{one}"].data or self[f"choices_{one}"].data
        ]
        wanted = max(1, min(MOST_QUESTIONS, read_number(self.shown.data)), *filled)
        return range(1, wanted + 1)

    def add_question(self) -> None:
        """Show fields for one question more."""
        self.shown.data = str(min(MOST_QUESTIONS, self.numbers[-1] + 1))

    def fill_in(self, one: NewSurvey) -> None:
        """Fill in what is asked today."""
        self.survey_title.data, self.survey_purpose.data = one.title, one.purpose
        self.kept_months.data, self.opens_on.data = str(one.kept_months), spell_day(one.opens_on)
        self.closes_on.data = spell_day(one.closes_on) if one.closes_on else ""
        for number, question in enumerate(one.questions, 1):
            self[f"question_{number}"].data = question.wording
            self[f"answered_{number}"].data = question.kind.value
            self[f"choices_{number}"].data = "\n".join(question.choices)

    def read_new(self, kind: SurveyKind, today: date) -> NewSurvey | None:
        """Return what was typed where it can be published; else None, with errors beside fields."""
        for number in self.numbers:
            if self[f"choices_{number}"].data and not self._is_asked(number):
                words = _("Enter question {number}, or clear its choices", number=number)
                self.say(f"question_{number}", words)
        new = NewSurvey(
            title=self.survey_title.data or "",
            purpose=self.survey_purpose.data or "",
            kept_months=read_number(self.kept_months.data),
            opens_on=read_day(self.opens_on.data) if self.opens_on.data else today,
            closes_on=read_day(self.closes_on.data) if self.closes_on.data else None,
            questions=tuple(
                self._read_question(one) for one in self.numbers if self._is_asked(one)
            ),
            note=self.note.data or "",
        )
        try:
            new.check(kind, today)
        except UnfitSurveyError as refusal:
            self.say(refusal.field, refusal.words)
        return None if self.errors else new

    def _is_asked(self, number: int) -> bool:
        return bool(self[f"question_{number}"].data)

    def _read_question(self, number: int) -> SurveyQuestion:
        lines = (self[f"choices_{number}"].data or "").splitlines()
        return SurveyQuestion(
            self[f"question_{number}"].data or "",
            AnswerKind(self[f"answered_{number}"].data or AnswerKind.TEXT),
            tuple(" ".join(one.split()) for one in lines if one.strip()),
        )


class AddSurveyForm(SurveyForm):
    """Publish something new; `new_id` is what it will be known by."""

    READ_FIRST = ("kind",)

    kind = radios(_("What kind is it?"), dict(KINDS), choose=_("Choose what kind it is"))
    new_id = unseen()

    def read_id(self) -> UUID:
        """Return the id that the page was given; another where it is none."""
        try:
            return UUID(self.new_id.data or "")
        except ValueError:
            return uuid4()
