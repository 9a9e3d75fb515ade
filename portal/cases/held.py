"""What the cases room holds about a person."""

from collections.abc import Iterable
from uuid import uuid4

from sqlalchemy import select, update

from portal.account.models import CustomerRow
from portal.cases import queries
from portal.cases.models import CaseEntry, CaseRow
from portal.cases.rules import KEPT_AFTER_CLOSING, Status, Step
from portal.kernel.held import Fate, Holding, Item
from portal.kernel.ids import CustomerId
from portal.kernel.work import Work
from portal.mail.outbox import forget_person
from portal.vault.doomed import doom_keys


def list_items(work: Work, customer_id: CustomerId) -> Iterable[Item]:
    """List every message of theirs, and what was said in it."""
    items = []
    for one in queries.list_own_cases(work, customer_id):
        whole = queries.get_own_case(work, customer_id, one.reference)
        items += [Item(one.reference, entry.text) for entry in whole.entries if entry.text]
    return items


def erase(work: Work, customer_id: CustomerId) -> int:
    """Take every word out of their cases, sent signed in or not; return how many cases.

    What stays is a number with dates that belongs to nobody, so that the desk sees it done.
    """
    email_hash = work.session.scalar(
        select(CustomerRow.email_hash).where(CustomerRow.id == customer_id)
    )
    theirs = CaseRow.customer_id == customer_id
    if email_hash is not None:
        theirs |= CaseRow.email_hash == email_hash
    rows = list(work.session.scalars(select(CaseRow).where(theirs)))
    for row in rows:
        _empty(work, row)
    return len(rows)


def forget_old_cases(work: Work, most: int = 200) -> int:
    """Empty the cases that were closed a year ago; return how many."""
    old = CaseRow.closed_at < work.now - KEPT_AFTER_CLOSING
    rows = list(
        work.session.scalars(select(CaseRow).where(old, CaseRow.sealed.is_not(None)).limit(most))
    )
    for row in rows:
        _empty(work, row)
    return len(rows)


def _empty(work: Work, row: CaseRow) -> None:
    """Take out of a case what speaks of a person, and close it; a visitor's key goes too."""
    if row.person_id == row.id:
        doom_keys(work, [row.id])
        forget_person(work, row.id)
    work.session.execute(
        update(CaseEntry).where(CaseEntry.case_id == row.id).values(sealed=None, actor_id=None)
    )
    row.person_id = row.customer_id = row.email_hash = row.sealed = row.once_hash = None
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
        recipients="Nobody",
        retention="One year after we answered",
        fate=Fate.DELETED,
        tables=frozenset({"case_file", "case_entry"}),
        list_items=list_items,
        erase=erase,
    ),
)
