"""Email visitors links to their message, and save what they add.

A customer who has closed their account counts as a visitor again: signing in would keep the
account.
"""

from dataclasses import replace
from datetime import date

from sqlalchemy import select

from portal.desk.case_links import emails
from portal.desk.case_links.queries import Linked, find_followed, find_linked, find_reachable
from portal.desk.case_links.rules import READ_WITHIN
from portal.desk.case_records.models import CaseRow
from portal.desk.case_records.rules import FOLLOW_WITHIN, path_to_follow, read_reference
from portal.desk.case_records.service import lock_case_by_id
from portal.desk.cases.service import add_to_case
from portal.identity.contact_index.queries import get_email_hash
from portal.identity.credentials.rules import Guarded
from portal.identity.credentials.service import count_mail
from portal.identity.one_time_tokens.queries import find_past_subject, find_token_subject
from portal.identity.one_time_tokens.rules import TokenPurpose
from portal.identity.one_time_tokens.service import issue_token, use_token
from portal.messaging.email.outbox import queue
from portal.platform.core.addresses import is_same_mailbox, parse_email
from portal.platform.core.ids import CaseId
from portal.platform.core.work import Work


def open_link(work: Work, token: str) -> tuple[str, str] | None:
    """Use a link up; return the message's reference, and the token that opens it for a while.

    None for a dead link. That of a message in an open account is left as it is: it is read there.
    """
    before = find_linked(work, token)
    row = lock_case_by_id(work, before.case.id) if before else None
    found = find_linked(work, token)  # the link may have ended while we waited
    if row is None or found is None or found.has_account:
        return None
    if use_token(work, TokenPurpose.FOLLOW_CASE, token) is None:
        return None
    return found.case.reference, _let_read(work, found.case.id)


def ask_for_link(work: Work, typed_reference: str, typed_email: str) -> None:
    """Send a link to a message, if it has this reference and this address, and no open account.

    Raises `ValueError` for what is not one address.
    """
    email = parse_email(typed_email)
    named = CaseRow.reference == read_reference(typed_reference)
    case_id = work.session.scalar(select(CaseRow.id).where(named))
    found = find_reachable(work, case_id) if case_id else None
    if found is not None and is_same_mailbox(found.case.email, email):
        _send_link(work, found.case.id)


def renew_link(work: Work, token: str) -> bool:
    """Send another link in place of one that no longer works; False where it leads nowhere."""
    case_id = find_past_subject(work, TokenPurpose.FOLLOW_CASE, token)
    return case_id is not None and _send_link(work, CaseId(case_id))


def add_visitors_answer(
    work: Work, token: str, reference: str, text: str
) -> tuple[str, Linked, date | None] | None:
    """Keep what a visitor adds to their message; return a token to read on, and the message.

    And the day by which we answer, as `add_to_case` does. None once their time is over, and where
    the message is in an open account by now.
    """
    case_id = find_token_subject(work, TokenPurpose.READ_CASE, token)
    row = lock_case_by_id(work, CaseId(case_id)) if case_id else None
    found = find_followed(work, token, reference)  # the link may have ended while we waited
    if row is None or found is None or found.has_account:
        return None
    due_on = add_to_case(work, row, text)
    added = replace(found, case=replace(found.case, due_on=row.due_on))
    return _let_read(work, found.case.id), added, due_on


def _let_read(work: Work, case_id: CaseId) -> str:
    return issue_token(work, TokenPurpose.READ_CASE, case_id, READ_WITHIN, keep_others=True)


def _send_link(work: Work, case_id: CaseId) -> bool:
    """Write a link to the sender of a message, as often as anybody may have us write there."""
    row = lock_case_by_id(work, case_id)
    found = find_reachable(work, case_id)
    if row is None or row.person_id is None or found is None or found.has_account:
        return False
    case, purpose = found.case, TokenPurpose.FOLLOW_CASE
    if count_mail(work, Guarded.MESSAGE_MAIL, get_email_hash(work, case.email)):
        token = issue_token(work, purpose, case_id, FOLLOW_WITHIN, keep_others=True)
        email = emails.link(case.email, case.reference, path_to_follow(token))
        queue(work, row.person_id, email, case_id)
    return True
