"""Whether our clock can be right, as far as the audit trail and other clocks know."""

from datetime import datetime

from sqlalchemy import func, select, union_all

from portal.governance.audit.models import AuditEntry, AuditLink, AuditWaiting
from portal.platform.core.errors import WrongClockError
from portal.platform.core.log import get_logger
from portal.platform.core.timekeeping import Astray, Timekeeper
from portal.platform.core.work import Work

log = get_logger(__name__)

WAITING = 20
"""How many entries are looked at that are not sealed yet, beside the one that was sealed last. One
that a wrong clock has dated in the future keeps us from going on until another one follows it."""


def find_newest(work: Work) -> datetime | None:
    """Return the latest moment of the newest entries: the one sealed last, and some that wait."""
    last = select(AuditLink.entry_id).order_by(AuditLink.position.desc()).limit(1).subquery()
    some = select(AuditWaiting.entry_id).limit(WAITING).subquery()
    ids = union_all(select(last.c.entry_id), select(some.c.entry_id))
    return work.session.scalar(
        select(func.max(AuditEntry.occurred_at)).where(AuditEntry.id.in_(ids))
    )


def find_clock_fault(work: Work, keeper: Timekeeper) -> Astray | None:
    """Return by how much our clock is wrong; None where nothing says so."""
    return keeper.find_fault(find_newest(work))


def tell_moment(work: Work, keeper: Timekeeper) -> datetime:
    """Return the moment from which a period is counted that the worker will end.

    The worker may run on another machine, so where our clock is wrong the database's is taken.
    Raises `WrongClockError` where neither can be trusted.
    """
    moment, fault = keeper.tell(find_newest(work))
    if fault is not None:
        log.error("clock-wrong", of=fault.of, seconds=fault.seconds)
    if moment is None:
        raise WrongClockError
    return moment


def refuse_wrong_clock(work: Work, keeper: Timekeeper) -> None:
    """Raise `WrongClockError` where our clock cannot be right."""
    if find_clock_fault(work, keeper) is not None:
        raise WrongClockError
