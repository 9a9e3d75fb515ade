"""Personal data of the surveys room: the answers, each with its own purpose and its own end."""

from collections.abc import Iterable

from sqlalchemy import ColumnElement

from portal.consent.surveys import queries
from portal.consent.surveys.models import SurveyAnswerRow, is_past
from portal.governance.legal_holds.models import person_is_free
from portal.platform.core.holdings import (
    NO_LONGER_THAN_NEEDED,
    Fate,
    HeldFor,
    Holding,
    Item,
    LawfulBasis,
    Rule,
)
from portal.platform.core.ids import CustomerId
from portal.platform.core.rows import count_of, count_where, delete_where, erasure_of, spans_of
from portal.platform.core.texts import _
from portal.platform.core.work import Work

OWNER = SurveyAnswerRow.customer_id


def list_items(work: Work, customer_id: CustomerId) -> Iterable[Item]:
    """List each answer with its question and why it was asked, the newest first."""
    return [
        Item(
            one.question.wording,
            _("{answer}. Why we asked: {purpose}", answer=one.text, purpose=one.version.purpose),
            one.given_at,
            ends_on=one.ends_on,
        )
        for one in queries.list_answers(work, customer_id)
    ]


def count_ended(work: Work) -> int:
    """Count the answers whose day has come."""
    return count_where(work, SurveyAnswerRow.id, _ended(work))


def forget_ended(work: Work, most: int) -> int:
    """Delete answers whose day has come; return how many."""
    return delete_where(work, SurveyAnswerRow.id, _ended(work), most)


def _ended(work: Work) -> ColumnElement[bool]:
    return is_past(work.now) & person_is_free(work, OWNER)


HELD = (
    Holding(
        category=_("Your answers to surveys and competitions"),
        slug="surveys",
        part=HeldFor.CHOICES,
        spans=spans_of((OWNER, SurveyAnswerRow.given_at)),
        change_at="/surveys/answers",
        change_label=_("See and delete your answers"),
        purpose=_("Only for what we told you when we asked. Each answer says what that was"),
        source=_("You"),
        recipients=_("Nobody"),
        basis=LawfulBasis.CONSENT,
        rules=(
            Rule(
                "survey-answers",
                _("Each answer, until the date we give when we ask"),
                _("the date we gave comes, you delete it, or we delete your account"),
                NO_LONGER_THAN_NEEDED,
                None,
                count_ended,
                forget_ended,
                is_past,
            ),
        ),
        fate=Fate.DELETED,
        tables=frozenset({"survey_answer"}),
        list_items=list_items,
        count=count_of(OWNER),
        erase=erasure_of(OWNER),
    ),
)
