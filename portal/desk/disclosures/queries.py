"""Reading the register of disclosures."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import ColumnElement, extract, func, select

from portal.desk.disclosures.models import DisclosureRow, is_told
from portal.desk.disclosures.rules import (
    Disclosure,
    DisclosureKind,
    YearlyNumber,
    list_closed_years,
)
from portal.platform.core.clock import day_begins, london_day
from portal.platform.core.ids import CustomerId
from portal.platform.core.sealing import place
from portal.platform.core.work import Work


def list_of_customer(work: Work, customer_id: CustomerId) -> list[Disclosure]:
    """Return every disclosure about a customer, for colleagues: the newest first."""
    return _list_where(work, DisclosureRow.customer_id == customer_id)


def list_told(work: Work, customer_id: CustomerId) -> list[Disclosure]:
    """Return the disclosures that a customer may be told of: the newest first."""
    theirs = DisclosureRow.customer_id == customer_id
    return _list_where(work, theirs & is_told(london_day(work.now)))


def list_untold_times(work: Work, customer_id: CustomerId) -> list[tuple[datetime, datetime]]:
    """Return from when until when a customer must not be told of each disclosure, in time order.

    From the moment at which it was entered, for nobody tells of what is only asked for either.
    """
    query = select(DisclosureRow.asked_at, DisclosureRow.told_from)
    of_theirs = (DisclosureRow.customer_id == customer_id) & DisclosureRow.told_from.is_not(None)
    rows = work.session.execute(query.where(of_theirs).order_by(DisclosureRow.asked_at))
    return [(asked_at, day_begins(day)) for asked_at, day in rows if day is not None]


def list_waiting(work: Work, limit: int = 50) -> list[tuple[CustomerId, DisclosureKind]]:
    """Return the customers about whom a disclosure waits for a second colleague, oldest first."""
    waits = DisclosureRow.agreed_at.is_(None) & DisclosureRow.customer_id.is_not(None)
    query = select(DisclosureRow.customer_id, DisclosureRow.kind).where(waits)
    rows = work.session.execute(query.order_by(DisclosureRow.asked_at).limit(limit))
    return [
        (CustomerId(customer_id), DisclosureKind(kind))
        for customer_id, kind in rows
        if customer_id is not None
    ]


def list_yearly(work: Work) -> list[YearlyNumber]:
    """Return how many disclosures were agreed to, by kind, in each year that is over."""
    year = extract("year", DisclosureRow.agreed_at)
    query = select(year, DisclosureRow.kind, func.count()).where(
        DisclosureRow.agreed_at.is_not(None)
    )
    rows = work.session.execute(query.group_by(year, DisclosureRow.kind))
    counted = ((int(found), DisclosureKind(kind), number) for found, kind, number in rows)
    return list_closed_years(counted, london_day(work.now))


def _list_where(work: Work, wanted: ColumnElement[bool]) -> list[Disclosure]:
    rows = work.session.scalars(
        select(DisclosureRow).where(wanted).order_by(DisclosureRow.asked_at.desc())
    )
    return list(_read(work, rows))


def _read(work: Work, rows: Iterable[DisclosureRow]) -> Iterable[Disclosure]:
    for row in rows:
        words = (
            work.vault.find(row.customer_id, place("disclosure", row.id), row.sealed)
            if row.sealed is not None and row.customer_id is not None
            else None
        )
        if words is not None:
            yield Disclosure(
                id=row.id,
                kind=DisclosureKind(row.kind),
                to=words["to"],
                power=words["power"],
                what=words["what"],
                document=words["document"],
                told_from=row.told_from,
                asked_by=row.asked_by,
                asked_at=row.asked_at,
                agreed_by=row.agreed_by,
                agreed_at=row.agreed_at,
            )
