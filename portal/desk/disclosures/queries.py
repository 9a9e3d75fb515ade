"""Reading the register of disclosures."""

from collections.abc import Iterable
from datetime import date, datetime

from sqlalchemy import ColumnElement, case, func, literal, select

from portal.desk.disclosures.models import DisclosureRow, is_told, is_waiting
from portal.desk.disclosures.rules import (
    REGISTER_SINCE,
    Disclosure,
    DisclosureKind,
    YearlyNumber,
    list_yearly_numbers,
)
from portal.governance.audit.trail import find_began_at
from portal.identity.profile_changes.queries import list_account_numbers
from portal.platform.core.clock import day_begins, london_day
from portal.platform.core.ids import CustomerId
from portal.platform.core.sealing import place
from portal.platform.core.work import Work


def list_of_customer(work: Work, customer_id: CustomerId) -> list[Disclosure]:
    """Return every disclosure about a customer, for colleagues: the newest first.

    Billing account numbers are masked.
    """
    own = list_account_numbers(work, customer_id)
    found = _list_where(work, DisclosureRow.customer_id == customer_id)
    return [one.masked(own) for one in found]


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


def list_waiting(work: Work, limit: int) -> list[tuple[CustomerId, DisclosureKind]]:
    """Return the customers about whom a disclosure waits for a second colleague, oldest first."""
    query = select(DisclosureRow.customer_id, DisclosureRow.kind).where(is_waiting())
    rows = work.session.execute(query.order_by(DisclosureRow.asked_at).limit(limit))
    return [
        (CustomerId(customer_id), DisclosureKind(kind))
        for customer_id, kind in rows
        if customer_id is not None
    ]


def list_yearly(work: Work) -> list[YearlyNumber]:
    """Return how many disclosures were agreed to and not taken back, by kind.

    Of each year in London that is over, since the register began; the newest first.
    """
    began = find_began_at(work) or work.now
    first = max(REGISTER_SINCE, london_day(began).year)
    years = range(london_day(work.now).year - 1, first - 1, -1)
    agreed_at = DisclosureRow.agreed_at
    ends = {one: day_begins(date(one + 1, 1, 1)) for one in reversed(years)}
    if not ends:
        return []
    year = case(*((agreed_at < end, literal(one)) for one, end in ends.items()))
    is_in = (agreed_at >= day_begins(date(first, 1, 1))) & (agreed_at < ends[years[0]])
    of_years = select(year.label("year"), DisclosureRow.kind).where(
        is_in, DisclosureRow.taken_back_at.is_(None)
    ).subquery()  # fmt: skip
    query = select(of_years.c.year, of_years.c.kind, func.count())
    rows = work.session.execute(query.group_by(of_years.c.year, of_years.c.kind))
    counted = ((int(found), DisclosureKind(kind), number) for found, kind, number in rows)
    return list_yearly_numbers(years, counted)


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
                given_on=row.given_on,
                taken_back_at=row.taken_back_at,
            )
