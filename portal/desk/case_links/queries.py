"""Reading a visitor's message by a link."""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from uuid import UUID

from portal.desk.case_records.models import CaseRow
from portal.desk.case_records.rules import KEPT_AFTER_CLOSING
from portal.desk.cases.queries import find_case_by_id, get_case, get_told
from portal.desk.cases.rules import Case
from portal.governance.legal_holds.queries import list_holds
from portal.identity.accounts.queries import find_customer, find_is_anothers
from portal.identity.accounts.rules import Customer
from portal.identity.one_time_tokens.queries import find_token_subject
from portal.identity.one_time_tokens.rules import TokenPurpose
from portal.platform.core.clock import london_day
from portal.platform.core.ids import CaseId
from portal.platform.core.work import Work


@dataclass(frozen=True, slots=True)
class Linked:
    """A message that a link leads to: whether it is in an open account, to be read signed in.

    `leaves_on` is the London day on which its owner's closed account is deleted, and it as well.
    """

    case: Case
    has_account: bool = False
    leaves_on: date | None = None

    @property
    def gets_answer(self) -> bool:
        """Tell whether it is there until the last day for our answer."""
        return self.leaves_on is None or self.case.due_on < self.leaves_on


def find_linked(work: Work, token: str) -> Linked | None:
    """Return the message that a link leads to, without its entries; None for a dead link."""
    case_id = find_token_subject(work, TokenPurpose.FOLLOW_CASE, token)
    return find_reachable(work, case_id) if case_id else None


def find_followed(work: Work, token: str, reference: str) -> Linked | None:
    """Return the message that a visitor reads, with its entries; None once their time is over.

    Anything like a billing account number is masked.
    """
    case_id = find_token_subject(work, TokenPurpose.READ_CASE, token)
    found = find_reachable(work, case_id) if case_id else None
    if found is None or found.case.reference != reference:
        return None
    case = get_told(work, get_case(work, reference))
    return Linked(replace(case, is_news=False), found.has_account, found.leaves_on)


def find_reachable(work: Work, case_id: UUID) -> Linked | None:
    """Return a message that its sender can be led to.

    None for one that is emptied, past its end or kept back for a hold, whose owner is being
    erased, or that came between two owners of its address: then whoever reads the mailbox today is
    somebody else.
    """
    case = find_case_by_id(work, CaseId(case_id))
    row = work.session.get(CaseRow, case_id)
    if case is None or row is None or not row.names[0] or not case.email:
        return None
    if row.closed_at is not None and row.closed_at < work.now - KEPT_AFTER_CLOSING:
        return None
    if case.owner_id is None:
        return None if find_is_anothers(work, *row.names) else Linked(case)
    owner = find_customer(work, case.owner_id)
    if owner is None:
        return None
    return Linked(case, not owner.is_closed, _find_leaves_on(work, owner))


def _find_leaves_on(work: Work, owner: Customer) -> date | None:
    """Return the London day on which a closed account is deleted: not before its holds have ended.

    None for an open account.
    """
    if owner.leaves_at is None:
        return None
    after = [one.until + timedelta(days=1) for one in list_holds(work, owner.id)]
    return max([london_day(owner.leaves_at), *after])
