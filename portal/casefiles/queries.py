"""Reading whom cases are about."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import ColumnElement, func, select

from portal.account.queries import find_customer
from portal.account.rules import Customer
from portal.casefiles.models import CaseRow
from portal.kernel.ids import CaseId, CustomerId
from portal.kernel.work import Work
from portal.marks.models import ContactMark
from portal.marks.rules import Channel


def list_owners(work: Work, wanted: ColumnElement[bool]) -> set[CustomerId]:
    """Return every customer whom some cases may be about. One statement."""
    found = work.session.execute(
        select(CaseRow.customer_id, ContactMark.customer_id.label("named"))
        .outerjoin(ContactMark, _names(ContactMark))
        .where(wanted)
    )
    return {CustomerId(one) for row in found for one in row if one is not None}


def find_owner(work: Work, case_id: CaseId) -> Customer | None:
    """Return the customer whom a case is about; None where it is nobody's.

    Whoever sent it signed in, whatever address was typed; for a visitor's, whoever had the address
    when it was sent, whatever address they have by now.
    """
    had_it = ContactMark.ended_at.is_(None) | (ContactMark.ended_at > CaseRow.received_at)
    found = work.session.scalar(
        select(func.coalesce(CaseRow.customer_id, ContactMark.customer_id))
        .outerjoin(ContactMark, _names(ContactMark) & had_it)
        .where(CaseRow.id == case_id)
        .order_by(ContactMark.ended_at.is_(None), ContactMark.ended_at)
        .limit(1)
    )
    return find_customer(work, CustomerId(found)) if found is not None else None


def list_references(work: Work, case_ids: Collection[UUID]) -> dict[UUID, str]:
    """Return the references of cases, by their ids. One statement."""
    if not case_ids:
        return {}
    query = select(CaseRow.id, CaseRow.reference).where(CaseRow.id.in_(case_ids))
    return {row.id: row.reference for row in work.session.execute(query)}


def find_is_there(work: Work, wanted: ColumnElement[bool]) -> bool:
    """Tell whether there is such a case."""
    return work.session.scalar(select(CaseRow.id).where(wanted).limit(1)) is not None


def _names(mark: type[ContactMark]) -> ColumnElement[bool]:
    """Return whether a visitor's case names an address."""
    is_visitors = CaseRow.customer_id.is_(None) & (mark.channel == Channel.EMAIL)
    return is_visitors & (mark.value_hash == CaseRow.email_hash)
