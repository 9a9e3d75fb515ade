"""Reading what a request asks about, and the entry for whoever has proved the number."""

from sqlalchemy import select

from portal.consent.listed_people.queries import find_entry, find_is_left_out
from portal.desk.case_records.models import CaseEntry, CaseRow
from portal.desk.case_records.queries import list_typed
from portal.desk.cases.rules import Step
from portal.desk.listing_requests.rules import NUMBER, WAY, Asked, OpenedEntry, ProofWay
from portal.identity.one_time_tokens.queries import find_token_subject
from portal.identity.one_time_tokens.rules import TokenPurpose
from portal.platform.core.ids import CaseId
from portal.platform.core.work import Work


def find_asked(work: Work, case_id: CaseId) -> Asked | None:
    """Return which number a case asks about, and how it is to be proved.

    None for a case that asks about none, or whose words are gone.
    """
    typed = list_typed(work, case_id)
    return Asked(typed[NUMBER], ProofWay(typed[WAY])) if typed.get(NUMBER) else None


def find_is_changed(work: Work, case_id: CaseId) -> bool:
    """Tell whether somebody has changed something with the code of a case."""
    changed = (CaseEntry.case_id == case_id) & (CaseEntry.step == Step.LISTING)
    return work.session.scalar(select(CaseEntry.id).where(changed).limit(1)) is not None


def find_opened(work: Work, token: str, reference: str) -> OpenedEntry | None:
    """Return what is shown to whoever used a code; None once their time is over."""
    case_id = find_token_subject(work, TokenPurpose.DIRECTORY_ENTRY, token)
    row = work.session.get(CaseRow, case_id) if case_id else None
    asked = find_asked(work, CaseId(row.id)) if row is not None else None
    if row is None or asked is None or row.reference != reference:
        return None
    return OpenedEntry(
        CaseId(row.id),
        reference,
        asked.number,
        find_entry(work, asked.number),
        find_is_left_out(work, asked.number),
    )
