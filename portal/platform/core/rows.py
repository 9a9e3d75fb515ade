"""Counting and deleting rows: those of one person, and those whose time has come."""

from collections.abc import Callable, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any
from uuid import UUID

from sqlalchemy import (
    Column,
    ColumnElement,
    CompoundSelect,
    Select,
    Text,
    cast,
    delete,
    false,
    func,
    literal,
    null,
    or_,
    select,
    true,
    union_all,
)
from sqlalchemy.orm import InstrumentedAttribute
from sqlalchemy.sql import visitors

from portal.platform.core.database import Moment, deleted
from portal.platform.core.holdings import Holding, Traces
from portal.platform.core.ids import CustomerId
from portal.platform.core.prepared import PreparedStatement, prepared
from portal.platform.core.work import Work

Owner = InstrumentedAttribute[Any]
"""The column of a table that says whose row it is."""


def count_of(*owners: Owner) -> Callable[[Work, UUID], int]:
    """Return what counts the rows of a person in one or more tables."""

    def count(work: Work, person_id: UUID) -> int:
        return sum(count_where(work, owner, owner == person_id) for owner in owners)

    return count


def erasure_of(*owners: Owner) -> Callable[[Work, UUID], int]:
    """Return what deletes the rows of a person in one or more tables, in this order."""

    def erase(work: Work, person_id: UUID) -> int:
        return sum(
            deleted(work.session, delete(owner.class_).where(owner == person_id))
            for owner in owners
        )

    return erase


def spans_of(
    *columns: tuple[Owner, Owner | None],
) -> Callable[[UUID, datetime], list[Select[Any, Any, Any]]]:
    """Return what finds how many rows of a person there are in tables, and their first and last.

    Of each table the column that says whose a row is, and the one that says when it was made, if
    any does.
    """

    def list_spans(person_id: UUID, now: datetime) -> list[Select[Any, Any, Any]]:
        del now
        return [span_where(moment, owner == person_id) for owner, moment in columns]

    return list_spans


def span_where(moment: Owner | None, condition: ColumnElement[bool]) -> Select[Any, Any, Any]:
    """Return what finds how many rows fulfil a condition, and their first and last moments."""
    if moment is None:
        nothing = cast(null(), Moment())
        return select(func.count(), nothing, nothing).where(condition)
    return select(func.count(), func.min(moment), func.max(moment)).where(condition)


def list_shown_spans(
    holding: Holding, customer_id: CustomerId, now: datetime
) -> Sequence[Select[Any, Any, Any]]:
    """Return a category's `spans` of a person, without rows that are past their end at a moment."""
    past = [rule.past(now) for rule in holding.rules if rule.past]
    return [_leave_out(one, past) for one in holding.spans(customer_id, now)]


def count_shown(work: Work, holding: Holding, customer_id: CustomerId) -> int:
    """Count what somebody is shown of a category: not what is past its end, and may be held."""
    if not any(rule.past for rule in holding.rules):
        return holding.count(work, customer_id)
    asked = prepare_spans((holding,))(customer_id, work.now)
    return sum(number for number, _first, _last, _slug in work.session.execute(*asked))


@lru_cache(maxsize=256)
def prepare_spans(holdings: tuple[Holding, ...]) -> PreparedStatement[CompoundSelect[Any]]:
    """Return the statement for how many rows a person is shown of categories, and from when.

    Each row is of one table: how many, the first moment, the last, and the category's slug.
    """
    return prepared(
        lambda person_id, now: union_all(
            *(
                span.add_columns(literal(one.slug))
                for one in holdings
                for span in list_shown_spans(one, person_id, now)
            )
        )
    )


def _leave_out(
    span: Select[Any, Any, Any], past: Sequence[ColumnElement[bool]]
) -> Select[Any, Any, Any]:
    """Return a query without the rows for which a condition on its own table is true.

    The condition may look into other tables, by a query inside it.
    """
    tables = {getattr(one, "name", None) for one in span.get_final_froms()}
    for condition in past:
        parts = list(visitors.iterate(condition))
        named = {one.table.name for one in parts if isinstance(one, Column)}
        inside = {
            getattr(table, "name", None)
            for one in parts
            if isinstance(one, Select)
            for table in one.get_final_froms()
        }
        if named & tables and named <= tables | inside:
            span = span.where(condition.is_not(true()))
    return span


def is_of_mailbox(
    one: ColumnElement[Any] | Owner, other: Owner | bytes | None
) -> ColumnElement[bool]:
    """Return whether two keyed hashes are of one mailbox, as far as both are known."""
    if other is None:
        return true()
    is_it = one.is_(None) | (one == other)
    return is_it if isinstance(other, bytes) else is_it | other.is_(None)


def named_by(
    traces: Traces, value_hash: Owner, born_at: Owner, mailbox: Owner | None = None
) -> ColumnElement[bool]:
    """Return whether a row names an address of somebody, and came to be while it was theirs."""
    return or_(
        false(),
        *(
            (value_hash == one.value_hash)
            & (born_at >= one.since)
            & (born_at < one.until)
            & (true() if mailbox is None else is_of_mailbox(mailbox, one.mailbox))
            for one in traces
        ),
    )


def has_word(words: Owner, word: str) -> ColumnElement[bool]:
    """Return whether a column with a list of words, as JSON, has one of them."""
    return cast(words, Text).contains(f'"{word}"', autoescape=True)


def count_where(work: Work, column: Owner, condition: ColumnElement[bool]) -> int:
    """Count the rows of a column's table that fulfil a condition."""
    query = select(func.count()).select_from(column.class_).where(condition)
    return work.session.scalar(query) or 0


def take_where(work: Work, key: Owner, condition: ColumnElement[bool], most: int) -> list[Any]:
    """Lock at most so many rows that fulfil a condition and return their keys.

    Rows that another transaction has taken are left to it, so that two may run at once.
    """
    query = select(key).where(condition).limit(most).with_for_update(skip_locked=True)
    return list(work.session.scalars(query))


def delete_where(work: Work, key: Owner, condition: ColumnElement[bool], most: int) -> int:
    """Delete at most so many rows that fulfil a condition; return how many."""
    taken = take_where(work, key, condition, most)
    if taken:
        work.session.execute(delete(key.class_).where(key.in_(taken)))
    return len(taken)
