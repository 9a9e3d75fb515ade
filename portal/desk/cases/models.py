"""Which entries move the last day to answer a case, and whose month stands still."""

from sqlalchemy import ColumnElement, exists, or_
from sqlalchemy.orm import aliased

from portal.desk.case_records.models import CaseEntry, CaseRow
from portal.desk.cases.rules import ANSWERS, CLOSING, Step
from portal.governance.deadline_events.rules import DeadlineEvent

DEADLINE_STEPS = {
    Step.ASKED: DeadlineEvent.ASKED,
    Step.IDENTITY_ASKED: DeadlineEvent.IDENTITY_ASKED,
    Step.IDENTITY_PROVED: DeadlineEvent.IDENTITY_PROVED,
    Step.EXTENDED: DeadlineEvent.EXTENDED,
    **dict.fromkeys(ANSWERS, DeadlineEvent.WROTE),
    **dict.fromkeys(CLOSING, DeadlineEvent.CLOSED),
}
"""What an entry of a case does to the last day to answer it."""


def stands_still() -> ColumnElement[bool]:
    """Return the SQL condition for cases whose month to answer has not begun, or pauses.

    We wait for proof of who they are, or for their answer to a question, as `read_segments` says.
    """
    return or_(
        _is_open_since(Step.IDENTITY_ASKED, {Step.IDENTITY_PROVED}),
        _is_open_since(Step.ASKED, ANSWERS),
    )


def _is_open_since(step: Step, ends: frozenset[Step] | set[Step]) -> ColumnElement[bool]:
    asked, later = aliased(CaseEntry), aliased(CaseEntry)
    is_over = exists().where(
        later.case_id == asked.case_id,
        later.number > asked.number,
        later.step.in_(sorted(ends | CLOSING)),
    )
    is_asked = exists().where(asked.case_id == CaseRow.id, asked.step == step, ~is_over)
    return is_asked.correlate(CaseRow)
