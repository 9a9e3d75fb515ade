"""What the cases room holds about a person."""

from collections.abc import Iterable
from uuid import UUID, uuid4

from sqlalchemy import ColumnElement, delete, func, select, update

from portal.account.models import CustomerRow
from portal.cases import queries
from portal.cases.models import CaseEntry, CaseRow
from portal.cases.rules import KEPT_AFTER_CLOSING, NUMBER_KEPT, Status, Step
from portal.holds.models import case_is_free
from portal.kernel.holdings import (
    CONTRACT,
    NO_LONGER_THAN_NEEDED,
    Fate,
    Holding,
    Item,
    Rule,
    Stay,
)
from portal.kernel.ids import CustomerId
from portal.kernel.rows import count_where, take_where
from portal.kernel.work import Work
from portal.mail.outbox import forget_person
from portal.vault.doomed import doom_keys


def list_items(work: Work, customer_id: CustomerId) -> Iterable[Item]:
    """List every message of theirs, and what was said in it."""
    return [Item(*said) for said in queries.list_own_words(work, customer_id)]


def list_open(work: Work, customer_id: CustomerId) -> list[str]:
    """Say which messages nobody would answer any more."""
    theirs = (CaseRow.customer_id == customer_id) & (CaseRow.status != Status.CLOSED)
    query = select(CaseRow.reference).where(theirs).order_by(CaseRow.received_at)
    return [
        f"Your message {reference} is still open. We stop working on it, and you get no answer."
        for reference in work.session.scalars(query)
    ]


def count(work: Work, customer_id: CustomerId) -> int:
    """Count their cases, sent signed in or not."""
    query = select(func.count()).select_from(CaseRow).where(_theirs(work, customer_id))
    return work.session.scalar(query) or 0


def erase(work: Work, customer_id: CustomerId) -> int:
    """Take every word out of their cases, sent signed in or not; return how many cases.

    What stays is a number with dates that belongs to nobody, so that the desk sees it done.
    """
    rows = list(work.session.scalars(select(CaseRow).where(_theirs(work, customer_id))))
    free = _list_free(work, [row.id for row in rows])
    for row in rows:
        if row.person_id == row.id and row.id not in free:
            row.email_hash = None  # its words are needed, and nothing leads to it any more
        else:
            _empty(work, row)
    return len(rows)


def _list_free(work: Work, case_ids: list[UUID]) -> set[UUID]:
    """Return which of these cases are under no legal hold."""
    free = case_is_free(work, CaseRow.id, CaseRow.customer_id)
    return set(work.session.scalars(select(CaseRow.id).where(CaseRow.id.in_(case_ids), free)))


def count_old(work: Work) -> int:
    """Count the cases that were closed a year ago and have their words yet."""
    return count_where(work, CaseRow.id, _is_old(work))


def empty_old(work: Work, most: int) -> int:
    """Empty cases that were closed a year ago; return how many."""
    taken = take_where(work, CaseRow.id, _is_old(work), most)
    for row in work.session.scalars(select(CaseRow).where(CaseRow.id.in_(taken))):
        _empty(work, row)
    return len(taken)


def count_numbers(work: Work) -> int:
    """Count the emptied cases whose numbers are not needed any more."""
    return count_where(work, CaseRow.id, _is_forgotten(work))


def forget_numbers(work: Work, most: int) -> int:
    """Delete emptied cases whose numbers are not needed any more; return how many."""
    taken = take_where(work, CaseRow.id, _is_forgotten(work), most)
    work.session.execute(delete(CaseEntry).where(CaseEntry.case_id.in_(taken)))
    work.session.execute(delete(CaseRow).where(CaseRow.id.in_(taken)))
    return len(taken)


def empty_unreadable(work: Work, case_ids: Iterable[UUID]) -> None:
    """Empty cases whose key is gone: a copy that was put back still had their words."""
    for row in work.session.scalars(select(CaseRow).where(CaseRow.id.in_(list(case_ids)))):
        _empty(work, row)


def _theirs(work: Work, customer_id: CustomerId) -> ColumnElement[bool]:
    email_hash = work.session.scalar(
        select(CustomerRow.email_hash).where(CustomerRow.id == customer_id)
    )
    theirs = CaseRow.customer_id == customer_id
    return theirs if email_hash is None else theirs | (CaseRow.email_hash == email_hash)


def _is_old(work: Work) -> ColumnElement[bool]:
    return (
        (CaseRow.closed_at < work.now - KEPT_AFTER_CLOSING)
        & CaseRow.sealed.is_not(None)
        & case_is_free(work, CaseRow.id, CaseRow.customer_id)
    )


def _is_forgotten(work: Work) -> ColumnElement[bool]:
    return (
        (CaseRow.closed_at < work.now - NUMBER_KEPT)
        & CaseRow.sealed.is_(None)
        & case_is_free(work, CaseRow.id, CaseRow.customer_id)
    )


def _empty(work: Work, row: CaseRow) -> None:
    """Take out of a case what speaks of a person, and close it; a visitor's key goes too."""
    if row.person_id == row.id:
        doom_keys(work, [row.id])
        forget_person(work, row.id)
    work.session.execute(
        update(CaseEntry).where(CaseEntry.case_id == row.id).values(sealed=None, actor_id=None)
    )
    row.person_id = row.customer_id = row.email_hash = row.sealed = row.once_hash = None
    row.link_ends_at = row.skip_asked_by = None
    if row.status != Status.CLOSED:
        row.status, row.closed_at = Status.CLOSED, work.now
    row.version += 1
    work.session.add(
        CaseEntry(
            id=uuid4(),
            case_id=row.id,
            number=row.version,
            step=Step.ERASED,
            happened_at=work.now,
            actor_kind="system",
        )
    )


HELD = (
    Holding(
        category="Your messages to us and our answers",
        purpose="To answer you",
        source="You",
        recipients="The company that carries our email, for our answers",
        rules=(
            Rule("messages", "Your messages, while we work on them", "you cancel", CONTRACT),
            Rule(
                "closed-messages",
                "The words of a message",
                "it was closed",
                NO_LONGER_THAN_NEEDED,
                KEPT_AFTER_CLOSING,
                count_old,
                empty_old,
            ),
            Rule(
                "case-numbers",
                "The number and the dates of a message",
                "it was closed",
                NO_LONGER_THAN_NEEDED,
                NUMBER_KEPT,
                count_numbers,
                forget_numbers,
            ),
        ),
        fate=Fate.DELETED,
        tables=frozenset({"case_file", "case_entry"}),
        list_items=list_items,
        count=count,
        stays=(
            Stay(
                what="The numbers and dates of your messages, without their words",
                why="So that our staff see that they are done",
                length=NUMBER_KEPT,
            ),
        ),
        loose_ends=list_open,
        erase=erase,
    ),
)
