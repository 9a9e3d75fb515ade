"""Email visitors links to their message, and save what they add.

A customer who has closed their account counts as a visitor again: signing in would keep the
account.
"""

from datetime import date

from sqlalchemy import select

from portal.desk.case_links import emails
from portal.desk.case_links.queries import find_has_account, find_linked
from portal.desk.case_links.rules import READ_WITHIN
from portal.desk.case_records.models import CaseRow
from portal.desk.case_records.rules import FOLLOW_WITHIN, path_to_follow, read_reference
from portal.desk.case_records.service import find_locked_owner, lock_case_by_id
from portal.desk.cases.queries import find_case_by_id
from portal.desk.cases.service import add_to_case
from portal.identity.contact_index.queries import get_email_hash
from portal.identity.credentials.rules import Guarded
from portal.identity.credentials.service import count_mail
from portal.identity.one_time_tokens.queries import find_past_subject, find_token_subject
from portal.identity.one_time_tokens.rules import TokenPurpose
from portal.identity.one_time_tokens.service import issue_token, use_token
from portal.messaging.email.outbox import queue
from portal.platform.core.addresses import parse_email
from portal.platform.core.ids import CaseId
from portal.platform.core.work import Work


def open_link(work: Work, token: str) -> str | None:
    """Use a link up; return the token that opens its message for a while, None for a dead link."""
    found = find_linked(work, token)
    if found is None or use_token(work, TokenPurpose.FOLLOW_CASE, token) is None:
        return None
    return _let_read(work, found.id)


def ask_for_link(work: Work, typed_reference: str, typed_email: str) -> None:
    """Email a link to a visitor's message, if one has this reference and this address.

    Raises `ValueError` for what is not one address.
    """
    email_hash = get_email_hash(work, parse_email(typed_email))
    query = select(CaseRow.id).where(
        CaseRow.reference == read_reference(typed_reference),
        CaseRow.email_hash == email_hash,
        CaseRow.customer_id.is_(None),
    )
    case_id = work.session.scalar(query)
    if case_id is not None:
        _send_link(work, CaseId(case_id))


def renew_link(work: Work, token: str) -> bool:
    """Email another link in place of a dead one; False for an unknown one."""
    case_id = find_past_subject(work, TokenPurpose.FOLLOW_CASE, token)
    return case_id is not None and _send_link(work, CaseId(case_id))


def add_visitors_answer(work: Work, token: str, text: str) -> tuple[str, date] | None:
    """Save a visitor's addition to their message; return a token to read on, and the day we answer.

    None once their token has expired, and where the message belongs to an account by now.
    """
    case_id = find_token_subject(work, TokenPurpose.READ_CASE, token)
    row = lock_case_by_id(work, CaseId(case_id)) if case_id else None
    if row is None or row.person_id is None or row.email_hash is None:
        return None
    owner = find_locked_owner(work, CaseId(row.id))
    if owner is not None and not owner.is_closed:
        return None
    due_on = add_to_case(work, row, text)
    return _let_read(work, CaseId(row.id)), due_on


def _let_read(work: Work, case_id: CaseId) -> str:
    return issue_token(work, TokenPurpose.READ_CASE, case_id, READ_WITHIN, keep_others=True)


def _send_link(work: Work, case_id: CaseId) -> bool:
    """Email the address of a visitor's message a link, within the limits of requested emails."""
    row = lock_case_by_id(work, case_id)
    found = find_case_by_id(work, case_id)
    if row is None or found is None or row.person_id is None or row.email_hash is None:
        return False
    if find_has_account(work, found):
        return False  # its owner reads it signed in
    if count_mail(work, Guarded.MESSAGE_MAIL, row.email_hash):
        purpose = TokenPurpose.FOLLOW_CASE
        token = issue_token(work, purpose, case_id, FOLLOW_WITHIN, keep_others=True)
        email = emails.link(found.email, found.reference, path_to_follow(token))
        queue(work, row.person_id, email, case_id)
    return True
