"""Reading the owners of cases, and what is sealed in them."""

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, exists, func, select, true

from portal.desk.case_records.models import (
    CaseEntry,
    CaseRow,
    names_address,
    owner_of,
    select_theirs,
)
from portal.desk.case_records.rules import ANSWERED, NUMBER_KEPT, Topic, kind_of, read_reference
from portal.governance.deadlines.rules import RequestKind
from portal.governance.legal_holds.models import LegalHold
from portal.identity.accounts.queries import find_customer, find_is_anothers
from portal.identity.accounts.rules import Customer
from portal.identity.contact_index.models import ContactHash
from portal.platform.core.errors import NotFoundError
from portal.platform.core.ids import CaseId, CustomerId
from portal.platform.core.sealing import place
from portal.platform.core.work import Work


def list_owners(work: Work, wanted: ColumnElement[bool]) -> set[CustomerId]:
    """Return every customer who may own one of some cases. One statement."""
    found = work.session.execute(
        select(CaseRow.customer_id, ContactHash.customer_id.label("named"))
        .outerjoin(ContactHash, names_address(ContactHash))
        .where(wanted)
    )
    return {CustomerId(one) for row in found for one in row if one is not None}


def find_owner(work: Work, case_id: CaseId) -> Customer | None:
    """Return the owner of a case; None where it is nobody's.

    Whoever sent it signed in, whatever address was typed; for a visitor's, whoever had the address
    when it was sent, whatever address they have by now.
    """
    found = work.session.scalar(select(owner_of()).where(CaseRow.id == case_id))
    return find_customer(work, CustomerId(found)) if found is not None else None


def list_hold_times(work: Work, customer_id: CustomerId) -> list[tuple[datetime, datetime]]:
    """Return from when until when each hold holds, or held, a customer or a message of theirs.

    Also a message that they sent as a visitor, under a key of its own.
    """
    sent = select_theirs(customer_id)[1]
    about = (LegalHold.person_id == customer_id) | LegalHold.case_id.in_(sent)
    rows = work.session.scalars(select(LegalHold).where(about))
    return [(row.placed_at, row.ends_at) for row in rows]


def find_kept_from(work: Work, reference: str) -> UUID | None:
    """Return the colleague who may not have a case, if there is one."""
    named = CaseRow.reference == read_reference(reference)
    return work.session.scalar(select(CaseRow.kept_from).where(named))


def get_kind(work: Work, reference: str) -> RequestKind:
    """Return by which rule a case is answered; raises `NotFoundError`."""
    named = CaseRow.reference == read_reference(reference)
    topic = work.session.scalar(select(CaseRow.topic).where(named))
    if topic is None:
        raise NotFoundError
    return kind_of(Topic(topic))


def find_is_kept_from(work: Work, kept_from: UUID | None) -> bool:
    """Tell whether whoever acts is the colleague whom a case asks about."""
    return kept_from is not None and kept_from == work.actor.id


def find_is_proved(work: Work, case_id: CaseId) -> bool:
    """Tell whether a case is known to be its owner's: sent signed in, or answered by them since.

    Answered signed in, or by a link to their address; anybody may type it into the form.
    """
    answered = exists().where(CaseEntry.case_id == CaseRow.id, CaseEntry.step == ANSWERED)
    return find_is_there(
        work, (CaseRow.id == case_id) & (CaseRow.customer_id.is_not(None) | answered)
    )


def list_references(work: Work, case_ids: Collection[UUID]) -> dict[UUID, str]:
    """Return the references of cases, by their ids, but for those past their end. One statement."""
    if not case_ids:
        return {}
    is_past = CaseRow.closed_at < work.now - NUMBER_KEPT  # perhaps a hold keeps it
    named = CaseRow.id.in_(case_ids) & is_past.is_not(true())
    query = select(CaseRow.id, CaseRow.reference).where(named)
    return {row.id: row.reference for row in work.session.execute(query)}


def find_is_there(work: Work, wanted: ColumnElement[bool]) -> bool:
    """Tell whether a case exists."""
    return work.session.scalar(select(CaseRow.id).where(wanted).limit(1)) is not None


def count_up_to(work: Work, wanted: Sequence[ColumnElement[bool]], most: int) -> list[int]:
    """Return the number of cases that meet each condition, counting up to `most`. One statement.

    Each reads at most that many lines of an index, however many cases there ever were.
    """
    found = [select(CaseRow.id).where(one).limit(most).subquery() for one in wanted]
    counts = [select(func.count()).select_from(one).scalar_subquery() for one in found]
    return list(work.session.execute(select(*counts)).one())


def find_open_owner(work: Work, case_id: CaseId) -> Customer | None:
    """Return the owner of a case if their account is open; None otherwise."""
    customer = find_owner(work, case_id)
    return customer if customer is not None and not customer.is_closed else None


def find_is_strangers_now(work: Work, case_id: CaseId) -> bool:
    """Tell whether the address of a case that is nobody's is a customer's by now.

    Whoever sent it had the address before; no page and no email shows the customer its words.
    """
    row = work.session.get_one(CaseRow, case_id)
    return row.customer_id is None and find_is_anothers(work, *row.names)


def find_words(work: Work, row: CaseRow, place: str, sealed: bytes | None) -> dict[str, str]:
    """Return the document sealed in a column of a case; empty if its key is gone.

    Whoever shows words of a case reads them here: the colleague whom it asks about reads none.
    """
    if sealed is None or row.person_id is None or find_is_kept_from(work, row.kept_from):
        return {}
    return work.vault.find(row.person_id, place, sealed) or {}


def list_typed(work: Work, case_id: CaseId) -> dict[str, str]:
    """Return all that was typed with a message but its text, by name; nothing where it is gone."""
    row = work.session.get(CaseRow, case_id)
    return find_words(work, row, place("case_file", row.id), row.sealed) if row else {}
