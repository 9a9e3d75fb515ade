"""Reading a visitor's message by a link."""

from portal.desk.case_records.queries import find_owner
from portal.desk.cases.queries import find_case_by_id, get_case
from portal.desk.cases.rules import Case
from portal.identity.one_time_tokens.queries import find_token_subject
from portal.identity.one_time_tokens.rules import TokenPurpose
from portal.platform.core.ids import CaseId
from portal.platform.core.work import Work


def find_linked(work: Work, token: str) -> Case | None:
    """Return the message of a link, without its entries; None for a dead link."""
    return _find(work, TokenPurpose.FOLLOW_CASE, token)


def find_followed(work: Work, token: str) -> Case | None:
    """Return the message that a visitor opened, with its entries; None once their token expired.

    Anything like a billing account number is masked.
    """
    found = _find(work, TokenPurpose.READ_CASE, token)
    return get_case(work, found.reference) if found else None


def find_has_account(work: Work, found: Case) -> bool:
    """Tell whether a message belongs to an open account: then it is read there, signed in."""
    owner = find_owner(work, found.id)
    return owner is not None and not owner.is_closed


def _find(work: Work, purpose: TokenPurpose, token: str) -> Case | None:
    case_id = find_token_subject(work, purpose, token)
    found = find_case_by_id(work, CaseId(case_id)) if case_id else None
    return found if found is not None and found.email else None
