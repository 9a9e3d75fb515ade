"""Ask who somebody is, note that they showed it, and take longer to answer, with the reason."""

from datetime import date

from portal.desk.case_deadlines.events import DeadlineExtended, IdentityAsked, IdentityProved
from portal.desk.case_deadlines.rules import IdentityProof, spell_extension
from portal.desk.case_links.queries import find_reachable
from portal.desk.case_records.models import CaseRow
from portal.desk.case_records.rules import Topic, kind_of
from portal.desk.cases.queries import get_segments
from portal.desk.cases.rules import Status, Step
from portal.desk.cases.service import (
    enter,
    lock_open,
    move_deadline,
    note_move,
    write_to_sender,
)
from portal.governance.audit.trail import record
from portal.governance.deadline_events.rules import DeadlineEvent
from portal.governance.deadlines.rules import (
    BY_LAW,
    AnswerDeadline,
    Segments,
    TooLateError,
    reckon_answer,
)
from portal.identity.staff_accounts.queries import get_acting_role
from portal.platform.core.clock import london_day
from portal.platform.core.errors import DomainError
from portal.platform.core.work import Work


class NoMonthError(DomainError):
    """The law names no last day to answer such a message, so it grants no longer one."""

    code = "no-month"


class DoneAlreadyError(DomainError):
    """It was asked, shown or extended already: each comes once."""

    code = "done-already"


class NotYetError(DomainError):
    """Something comes before it: they must be asked who they are, or show it."""

    code = "not-yet"


def ask_for_identity(work: Work, reference: str, version: int, text: str) -> None:
    """Ask the sender of a case to show who they are; the month starts when they do.

    What is overdue stays overdue: raises `TooLateError` then, `DoneAlreadyError`, and `StaleError`
    where the case changed meanwhile.
    """
    row = lock_open(work, reference, version)
    segments = get_segments(work, row)
    last = _reckon(work, row, segments).due_on
    if segments.identity_asked_on is not None:
        raise DoneAlreadyError
    if last is not None and london_day(work.now) > last:
        raise TooLateError(last)
    move_deadline(work, row, DeadlineEvent.IDENTITY_ASKED)
    write_to_sender(work, row, text, Step.IDENTITY_ASKED)
    row.status = Status.WAITING
    note_move(work, row, Step.IDENTITY_ASKED)
    record(work, IdentityAsked(row.customer_id or row.id, get_acting_role(work)))


def note_identity(
    work: Work, reference: str, version: int, proof: IdentityProof, text: str
) -> date:
    """Note how the sender of a case showed who they are; return the last day to answer.

    Only how it was shown, and what the colleague writes of it, is kept: never a copy of a document.
    A question that they have not answered yet is waited for on. Raises `StaleError` where the case
    changed meanwhile, `DoneAlreadyError`, and `NotYetError` where nobody has asked them.
    """
    row = lock_open(work, reference, version)
    segments = get_segments(work, row)
    if segments.identity_asked_on is None:
        raise NotYetError
    if not segments.waits_for_identity:
        raise DoneAlreadyError
    move_deadline(work, row, DeadlineEvent.IDENTITY_PROVED)
    enter(work, row, Step.IDENTITY_PROVED, proof.spell(text))
    row.status = Status.WAITING if segments.is_paused else Status.IN_PROGRESS
    note_move(work, row, Step.IDENTITY_PROVED)
    record(work, IdentityProved(row.customer_id or row.id, proof, get_acting_role(work)))
    return row.due_on


def extend_deadline(work: Work, reference: str, version: int, why: str) -> date:
    """Take two more months to answer, and tell the sender why; return the last day to answer.

    The reason must be sent within the month, and only once (UK GDPR, article 12(3)): raises
    `TooLateError`, `DoneAlreadyError`, `NoMonthError` for what the law does not give a month for,
    `NotYetError` where the month has not begun, and `StaleError` where the case changed meanwhile.
    """
    row = lock_open(work, reference, version)
    if kind_of(Topic(row.topic)) not in BY_LAW:
        raise NoMonthError
    today, segments = london_day(work.now), get_segments(work, row)
    last = _reckon(work, row, segments).extend_by
    if segments.extended_on is not None:
        raise DoneAlreadyError
    if segments.waits_for_identity:
        raise NotYetError
    if last is None or today > last:
        raise TooLateError(last or today)
    move_deadline(work, row, DeadlineEvent.EXTENDED)
    reached = find_reachable(work, row.id)
    leaves_on = reached.leaves_on if reached is not None else None
    write_to_sender(work, row, spell_extension(why, row.due_on, leaves_on), Step.EXTENDED)
    note_move(work, row, Step.EXTENDED)
    record(work, DeadlineExtended(row.customer_id or row.id, get_acting_role(work)))
    return row.due_on


def _reckon(work: Work, row: CaseRow, segments: Segments) -> AnswerDeadline:
    return reckon_answer(kind_of(Topic(row.topic)), segments, work.nation)
