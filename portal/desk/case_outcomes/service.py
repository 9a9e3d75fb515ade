"""Close a case without an answer, and open a closed one again."""

from datetime import date

from portal.desk.case_outcomes.events import CaseReopened
from portal.desk.case_records.rules import WITHOUT_ANSWER, CaseOutcome
from portal.desk.case_records.service import lock_case
from portal.desk.cases.rules import Status, Step
from portal.desk.cases.service import close_row, enter, lock_open, move_deadline, note_move
from portal.governance.audit.trail import record
from portal.governance.deadline_events.rules import DeadlineEvent
from portal.identity.staff_accounts.queries import get_acting_role
from portal.platform.core.errors import NotAllowedError, StaleError
from portal.platform.core.work import Work


def close_case(work: Work, reference: str, version: int, outcome: CaseOutcome) -> None:
    """Close a case without an email, and say why none is needed.

    Raises `StaleError` for a closed one, and `NotAllowedError` for how an answered one ends.
    """
    if outcome not in WITHOUT_ANSWER:
        raise NotAllowedError
    row = lock_open(work, reference, version)
    close_row(work, row, outcome)
    enter(work, row, Step.CLOSED)
    note_move(work, row, Step.CLOSED)


def reopen_case(work: Work, reference: str, version: int, why: str) -> date:
    """Open a closed case again, with a note of what is still to do; return its last day to answer.

    It is the request it was: no month begins anew, so that it may be overdue at once. Its words are
    kept until a year after it is closed again. Raises `StaleError` for an open one, and where its
    words are gone or somebody else changed it.
    """
    row = lock_case(work, reference, version)
    if row.status != Status.CLOSED:
        raise StaleError
    move_deadline(work, row, DeadlineEvent.REOPENED)
    row.status, row.closed_at, row.outcome = Status.IN_PROGRESS, None, None
    enter(work, row, Step.REOPENED, why)
    note_move(work, row, Step.REOPENED)
    record(work, CaseReopened(row.customer_id or row.id, get_acting_role(work)))
    return row.due_on
