"""Reading corrections, and who may have to be told of one."""

from collections.abc import Iterable

from sqlalchemy import ColumnElement, select

from portal.consent.sharing.queries import list_recipients
from portal.desk.case_records.models import CaseRow
from portal.desk.case_records.queries import find_is_kept_from
from portal.desk.corrections.models import CorrectionRow
from portal.desk.corrections.rules import Correction, CorrectionOutcome
from portal.platform.core.holdings import Processing
from portal.platform.core.ids import CaseId, CustomerId
from portal.platform.core.recipients import NamedRecipients, list_named
from portal.platform.core.sealing import place
from portal.platform.core.work import Work

COMPANIES = 200
"""Times that companies got something of a customer, of which the companies are named."""


def list_corrections(work: Work, customer_id: CustomerId) -> list[Correction]:
    """Return what a customer asked to have corrected, the newest first."""
    return _list_where(work, CorrectionRow.customer_id == customer_id)


def find_correction(work: Work, case_id: CaseId) -> Correction | None:
    """Return what a case asks to have corrected, if it was asked for by the form for that."""
    return next(iter(_list_where(work, CorrectionRow.case_id == case_id)), None)


def list_to_tell(
    work: Work, known: NamedRecipients, customer_id: CustomerId, about: Processing | None
) -> dict[str, str]:
    """Return who may have the old value: by name, how to reach them where it is known.

    Those that a category goes to, and the companies that got this customer's details.
    """
    named = list_named(about.gets, known, ()) if about else []
    companies = list_recipients(work, customer_id, COMPANIES)
    return {
        **{one.name: one.name for one in named},
        **{one.title: f"{one.title}: {one.stop}" if one.stop else one.title for one in companies},
    }


def _list_where(work: Work, wanted: ColumnElement[bool]) -> list[Correction]:
    """Return corrections, but for those whose messages ask about whoever acts."""
    rows: Iterable[tuple[CorrectionRow, CaseRow | None]] = work.session.execute(
        select(CorrectionRow, CaseRow)
        .outerjoin(CaseRow, CaseRow.id == CorrectionRow.case_id)
        .where(wanted)
        .order_by(CorrectionRow.asked_at.desc())
    )
    return [one for row, case in rows if (one := _read(work, row, case)) is not None]


def _read(work: Work, row: CorrectionRow, case: CaseRow | None) -> Correction | None:
    if case is not None and find_is_kept_from(work, case.kept_from):
        return None
    words = work.vault.find(row.customer_id, place("correction", row.id), row.sealed)
    if words is None:
        return None
    return Correction(
        category=str(words["category"]),
        before=str(words["before"]),
        after=str(words["after"]),
        asked_at=row.asked_at,
        decided_at=row.decided_at,
        over_at=row.decided_at or (case.closed_at if case else row.asked_at),
        outcome=CorrectionOutcome(row.outcome) if row.outcome else None,
        why=str(words.get("why", "")),
        told=tuple(words.get("told", ())),
    )
