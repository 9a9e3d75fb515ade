"""Take a request about a number, make the code that proves it, and do what its person then wants.

Nobody is told whether there is an entry before the number is proved: a colleague reads the number
and the way, and of an entry the name and address only where a code is to be posted there. Who asked
may be somebody else than who enters the code: so a request never says to its sender what an entry
says, or said.
"""

from sqlalchemy import select

from portal.consent.listed_people import service as listed
from portal.consent.listed_people.queries import find_entry
from portal.consent.listed_people.rules import ListedWords
from portal.desk.case_records.models import CaseRow
from portal.desk.case_records.rules import Topic, read_reference
from portal.desk.case_records.service import lock_case, lock_case_by_id
from portal.desk.cases.rules import Message, Step
from portal.desk.cases.service import add_to_case, enter, note_move, open_case
from portal.desk.listing_requests.events import (
    CodeMade,
    EntryCorrected,
    EntryShown,
    NumberLeftOut,
    NumberProved,
    NumberReadmitted,
)
from portal.desk.listing_requests.queries import find_asked, find_is_changed, find_opened
from portal.desk.listing_requests.rules import (
    CODE_LASTS,
    MADE,
    MOST_MISSES,
    NO_ADDRESS,
    NUMBER,
    SHOWN_FOR,
    WAY,
    MadeCode,
    NumberRequest,
    OpenedEntry,
    ProofWay,
    new_code,
    read_code,
    spell_corrected,
    spell_left_out,
    spell_let_in,
    spell_to_tell,
)
from portal.governance.audit.trail import record
from portal.identity.one_time_tokens.rules import TokenPurpose
from portal.identity.one_time_tokens.service import issue_code, issue_token, miss_code, use_code
from portal.identity.staff_accounts.queries import get_acting_role
from portal.platform.core.errors import NotFoundError
from portal.platform.core.ids import CaseId, CustomerId
from portal.platform.core.work import Work


def ask_about_number(work: Work, asked: NumberRequest, customer_id: CustomerId | None) -> str:
    """Open the case that asks about a number; return its reference, as `open_case` does."""
    message = Message(
        name=asked.name,
        email=asked.email,
        topic=Topic.NUMBER,
        service="",
        text=asked.text,
        once=asked.once,
        facts={NUMBER: asked.number, WAY: asked.way},
    )
    return open_case(work, message, customer_id)


def make_code(work: Work, reference: str, version: int) -> MadeCode:
    """Make the code that a request is proved by; the one before works no more.

    By post it comes with the name and address of the entry, and without one no code is made. Raises
    `StaleError` where the case was changed since the page was made, and `NotFoundError` for one
    that asks about no number.
    """
    row = lock_case(work, reference, version)
    asked = find_asked(work, CaseId(row.id))
    if asked is None:
        raise NotFoundError
    to = find_entry(work, asked.number) if asked.way is ProofWay.POST else None
    record(work, CodeMade(row.id, asked.way, get_acting_role(work)))
    note_move(work, row, Step.NOTED)
    if asked.way is ProofWay.POST and (to is None or not to.has_address):
        enter(work, row, Step.NOTED, NO_ADDRESS)
        return MadeCode()
    code, life = new_code(), CODE_LASTS[asked.way]
    issue_code(work, TokenPurpose.NUMBER_CODE, row.id, code, life)
    enter(work, row, Step.NOTED, MADE[asked.way])
    return MadeCode(code, work.now + life, to)


def prove_number(work: Work, typed_reference: str, typed_code: str) -> tuple[str, str] | None:
    """Use a code up; return the reference, and the token that shows the entry for a while.

    None for a wrong one, whatever is wrong with it; a code dies of `MOST_MISSES` of these.
    """
    named = CaseRow.reference == read_reference(typed_reference)
    case_id = work.session.scalar(select(CaseRow.id).where(named))
    row = lock_case_by_id(work, CaseId(case_id)) if case_id else None
    if row is None or find_asked(work, CaseId(row.id)) is None:
        return None
    if not use_code(work, TokenPurpose.NUMBER_CODE, row.id, read_code(typed_code)):
        miss_code(work, TokenPurpose.NUMBER_CODE, row.id, MOST_MISSES)
        return None
    record(work, NumberProved(row.id))
    return row.reference, issue_token(work, TokenPurpose.DIRECTORY_ENTRY, row.id, SHOWN_FOR)


def view_entry(work: Work, token: str, reference: str) -> OpenedEntry | None:
    """Return what somebody is shown who proved a number, and record that they were shown it."""
    found = find_opened(work, token, reference)
    if found is not None:
        record(work, EntryShown(found.case_id))
    return found


def correct(
    work: Work, token: str, reference: str, after: ListedWords, version: int
) -> bool | None:
    """Correct name and address of an entry, and have a colleague tell its operator.

    False where it says that already, None once the time is over. Raises `StaleError` where it was
    changed since the page was made, or is gone.
    """
    locked = _lock(work, token, reference)
    if locked is None:
        return None
    row, found = locked
    before = listed.correct_entry(work, found.number, after, version)
    if before is None:
        return False
    add_to_case(work, row, spell_corrected(before), Step.LISTING)
    enter(work, row, Step.NOTED, spell_to_tell(before, after))
    record(work, EntryCorrected(row.id))
    return True


def take_out(work: Work, token: str, reference: str) -> bool:
    """Take a number out of our directories, or have it kept out; False once the time is over."""
    locked = _lock(work, token, reference)
    if locked is None:
        return False
    row, found = locked
    if listed.leave_out(work, found.number, again=not find_is_changed(work, found.case_id)):
        text = spell_left_out(found.number, is_told=work.announces)
        add_to_case(work, row, text, Step.LISTING)
        record(work, NumberLeftOut(row.id))
    return True


def let_in(work: Work, token: str, reference: str) -> bool:
    """Let a number back into our directories; False once the time is over."""
    locked = _lock(work, token, reference)
    if locked is None:
        return False
    row, found = locked
    if listed.let_back_in(work, found.number):
        add_to_case(work, row, spell_let_in(found.number), Step.LISTING)
        record(work, NumberReadmitted(row.id))
    return True


def _lock(work: Work, token: str, reference: str) -> tuple[CaseRow, OpenedEntry] | None:
    """Lock the case of an entry that is shown; None once the time is over."""
    found = find_opened(work, token, reference)
    row = lock_case_by_id(work, found.case_id) if found else None
    found = find_opened(work, token, reference)  # it may have ended while we waited
    return (row, found) if row is not None and found is not None else None
