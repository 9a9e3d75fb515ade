"""Detecting an old backup: which lines of the erasure ledger the main database carried out."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from sqlalchemy import func, inspect, select

from portal.erasure.cancellation.models import AppliedErasure, CancellationUnderway
from portal.platform.core.errors import BeingRestoredError
from portal.platform.runtime import Runtime

BATCH = 500
RESTORING = "restoring"
"""The note in the keyring that a copy is being put back; the portal does not start meanwhile."""


@dataclass(frozen=True, slots=True)
class LedgerComparison:
    """The main database compared with the ledger.

    `missing` are lines that it has not carried out and that nobody is finishing; with `is_ahead` it
    has carried out lines that the ledger does not have, so the keyring is old.
    """

    is_restoring: bool
    is_ahead: bool
    missing: frozenset[int] = field(default_factory=frozenset)

    @property
    def is_ready(self) -> bool:
        """Tell whether the portal may serve from this database."""
        return not (self.is_restoring or self.is_ahead or self.missing)


def look(parts: Runtime) -> LedgerComparison:
    """Compare the main database with the ledger."""
    ledger = parts.keyring.ledger
    is_restoring = parts.keyring.read_note(RESTORING) is not None
    newest, applied = count_applied(parts)
    if newest > ledger.newest():
        return LedgerComparison(is_restoring, is_ahead=True)
    if applied == ledger.count():
        return LedgerComparison(is_restoring, is_ahead=False)
    missing = frozenset(list_missing(parts)) - list_finishing(parts)
    return LedgerComparison(is_restoring, is_ahead=False, missing=missing)


def keeps_erasures(parts: Runtime) -> bool:
    """Tell whether the main database records yet which lines of the ledger it carried out.

    The first release did not; from the second on, what is missing there is missing.
    """
    return inspect(parts.sessions.engine).has_table(AppliedErasure.__tablename__)


def is_restoring(parts: Runtime) -> bool:
    """Tell whether a restore is running, or was interrupted."""
    return parts.keyring.read_note(RESTORING) is not None


def refuse_while_restoring(parts: Runtime) -> None:
    """Refuse to change what a restore is replacing; raises `BeingRestoredError`.

    Checked before a commit: what was written locks its tables, and until it is committed nobody can
    replace them. If there is no note yet, what is committed precedes the restore.
    """
    if is_restoring(parts):
        raise BeingRestoredError


def count_applied(parts: Runtime) -> tuple[int, int]:
    """Return the newest line of the ledger that is carried out (0: none), and how many are."""
    with parts.work() as work:
        newest, applied = work.session.execute(
            select(func.max(AppliedErasure.number), func.count(AppliedErasure.number))
        ).one()
    return newest or 0, applied


def list_missing(parts: Runtime) -> Iterator[int]:
    """Yield the lines of the ledger that the main database has not carried out."""
    last = 0
    while numbers := parts.keyring.ledger.list_numbers(last, BATCH):
        with parts.work() as work:
            query = select(AppliedErasure.number).where(AppliedErasure.number.in_(numbers))
            applied = set(work.session.scalars(query))
        yield from (number for number in numbers if number not in applied)
        last = numbers[-1]


def list_finishing(parts: Runtime) -> frozenset[int]:
    """Return the lines whose cancellation was interrupted; the worker finishes those."""
    with parts.work() as work:
        ids = list(work.session.scalars(select(CancellationUnderway.customer_id)))
    return frozenset(parts.keyring.ledger.find_many(ids).values())
