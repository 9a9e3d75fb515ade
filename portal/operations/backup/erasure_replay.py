"""Carry out in a restored backup the erasures that have happened since it was made.

Whoever was erased since cannot be read: their keys are destroyed. Here their rows are deleted as
well, and what else must not come back with an old backup: sessions, links, emails, forms whose key
is destroyed.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, func, select, update

from portal.consent.listed_people.models import ListedRow
from portal.consent.listed_people.service import drop_gone
from portal.consent.webhooks.service import give_up_waiting
from portal.desk.case_records.models import CaseRow
from portal.desk.cases.held import empty_unreadable
from portal.erasure.cancellation.events import ErasureRepeated
from portal.erasure.cancellation.models import CancellationUnderway
from portal.erasure.cancellation.queries import list_last_emails, list_last_emails_of
from portal.erasure.cancellation.rules import THINKING_TIME, LeftoverError
from portal.erasure.cancellation.service import apply_again, note_applied
from portal.governance.audit.models import AuditEntry
from portal.governance.audit.timekeeping import tell_moment
from portal.governance.audit.trail import record
from portal.identity.accounts.models import CustomerRow, UnconfirmedRow
from portal.identity.one_time_tokens.service import end_every_link
from portal.identity.sessions.service import end_everything
from portal.messaging.email.outbox import drop_unsent
from portal.operations.restore_check import RESTORING, list_finishing, list_missing
from portal.platform.core.ids import CustomerId
from portal.platform.core.rows import Owner, count_where
from portal.platform.core.work import Work
from portal.platform.runtime import Runtime

BATCH = 500


@dataclass
class Replayed:
    """The numbers of a replay: how many of each."""

    people: int = 0
    forms: int = 0
    cases: int = 0
    emails: int = 0
    waiting: int = 0


def count_entries(parts: Runtime) -> int:
    """Return the number of entries of the audit trail."""
    with parts.work() as work:
        return count_where(work, AuditEntry.id, AuditEntry.id.is_not(None))


def replay(parts: Runtime, *, is_restored: bool, report: Callable[[int], None]) -> Replayed:
    """Bring the main database up to the ledger; safe to repeat, and to resume.

    With `is_restored` everything is deleted that an old backup must not bring back, and the portal
    may start again; without, the restore is not over yet. An interrupted erasure whose last email
    has not been sent is left to the worker, which finishes it, with receipt and email. `report` is
    called with the number of customers looked at. Raises `LeftoverError` when data of an erased
    person stay, `WrongClockError` where it cannot be told when the seven days begin.
    """
    done = Replayed()
    for column in (CustomerRow.id, CancellationUnderway.customer_id):
        for ids in _batches(parts, column):
            _erase_again(parts, ids, done, is_restored=is_restored)
            report(len(ids) if column is CustomerRow.id else 0)
    if is_restored:
        _drop_unreadable(parts, done)
        _forget_passing(parts, done)
    for number in set(list_missing(parts)) - list_finishing(parts):
        with parts.work() as work:
            note_applied(work, number)
    if is_restored:
        parts.keyring.keep_note(RESTORING, None)
    return done


def _erase_again(parts: Runtime, ids: list[UUID], done: Replayed, *, is_restored: bool) -> None:
    """Erase those whom the ledger names, unless the worker is to finish it.

    In a restored backup the worker finishes those whose last email still has a key: it is destroyed
    when the email has been sent.
    """
    erased = parts.keyring.ledger.find_many(ids)
    with parts.reading() as work:
        emails = list_last_emails_of(work, erased)
    to_go = set(emails.values())
    if is_restored:
        to_go = parts.keyring.list_present(to_go)
    for person_id in erased:
        if emails.get(person_id) in to_go:
            continue
        with parts.work() as work:
            if apply_again(work, parts.context, CustomerId(person_id)):
                raise LeftoverError
            record(work, ErasureRepeated(person_id))
        done.people += 1


def _drop_unreadable(parts: Runtime, done: Replayed) -> None:
    """Delete forms and directory entries that went since the backup, and empty cases."""
    for ids in _batches(parts, UnconfirmedRow.id):
        gone = _without_key(parts, ids)
        with parts.work() as work:
            work.session.execute(delete(UnconfirmedRow).where(UnconfirmedRow.id.in_(gone)))
        done.forms += len(gone)
    for ids in _batches(parts, ListedRow.id):
        without_key = _without_key(parts, ids)
        with parts.work() as work:
            drop_gone(work, ids, without_key)
    for ids in _batches(parts, CaseRow.id):
        with parts.work() as work:
            people = {
                row.id: row.person_id
                for row in work.session.scalars(select(CaseRow).where(CaseRow.id.in_(ids)))
                if row.person_id is not None and row.sealed is not None
            }
            without = _without_key(parts, people.values())
            cases = [case_id for case_id, person_id in people.items() if person_id in without]
            empty_unreadable(work, cases)
        done.cases += len(cases)


def _forget_passing(parts: Runtime, done: Replayed) -> None:
    """End sessions and links, give up emails that were sent long ago, and postpone erasures."""
    with parts.work() as work:
        end_everything(work)
        end_every_link(work)
    with parts.reading() as work:
        last = list_last_emails(work)
    kept = parts.keyring.list_present(last)
    while True:
        with parts.work() as work:
            dropped = drop_unsent(work, BATCH, kept)
        done.emails += dropped
        if dropped == 0:
            break
    while _give_up_announcements(parts):
        pass
    with parts.work() as work:
        done.waiting = _give_time(work, tell_moment(work, parts.timekeeper) + THINKING_TIME)


def _give_up_announcements(parts: Runtime) -> int:
    with parts.work() as work:
        return give_up_waiting(work, BATCH)


def _give_time(work: Work, fresh: datetime) -> int:
    """Give customers who were about to leave seven days: they may have come back since then."""
    leaving = CustomerRow.leaves_at.is_not(None)
    count = work.session.scalar(select(func.count()).select_from(CustomerRow).where(leaving)) or 0
    work.session.execute(update(CustomerRow).where(leaving).values(leaves_at=fresh))
    return count


def _batches(parts: Runtime, column: Owner) -> Iterator[list[UUID]]:
    """Yield the keys of a table, batch by batch, each in a transaction of its own."""
    last: UUID | None = None
    while True:
        query = select(column).order_by(column).limit(BATCH)
        if last is not None:
            query = query.where(column > last)
        with parts.work() as work:
            ids = list(work.session.scalars(query))
        if not ids:
            return
        yield ids
        last = ids[-1]


def _without_key(parts: Runtime, ids: Iterable[UUID]) -> set[UUID]:
    wanted = set(ids)
    return wanted - parts.keyring.list_present(wanted)
