"""The purge: delete what has reached its end, in bounded batches, and record what was done."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from uuid import UUID, uuid4

from portal.governance.retention.models import PurgeRun
from portal.governance.retention.rules import read_schedule
from portal.platform.core.errors import BeingRestoredError
from portal.platform.core.holdings import Register, Rule
from portal.platform.core.log import get_logger
from portal.platform.core.work import Work, Works
from portal.platform.encryption.doomed import destroy_doomed, destroy_unused, find_is_maybe_unused

log = get_logger(__name__)
BATCH = 200
"""Records a transaction: short enough that nobody who saves something waits for it."""
BREATH_SECONDS = 0.02
"""Between two of them, so that the pages have their turn; about as long as one takes."""

Report = Callable[[str, int], None]
"""Hears after each batch how many records of which rule went."""


def count_due(works: Works, register: Register) -> dict[str, int]:
    """Count what has reached its end, by rule; nothing is changed."""
    with works() as work:
        return {
            line.rule.name: line.rule.count(work)
            for line in read_schedule(register)
            if line.rule.count is not None
        }


def purge(
    works: Works,
    register: Register,
    report: Report = lambda *_: None,
    *,
    reading: Works | None = None,
) -> dict[str, int]:
    """Delete what has reached its end; return how many records of each rule.

    Where there is a way of `reading`, it is looked first, and nothing is written without need.

    Each batch is a transaction of its own: stopped half-way, the next run goes on; two at once
    take different records. A run that found something is recorded with its counts.

    A rule that fails is logged and stops no other; at the end the first fault is raised.
    """
    run = _Run(uuid4())
    due = _find_due(reading, register, run) if reading else None
    for line in read_schedule(register):
        if due is not None and not due.get(line.rule.name):
            continue
        while (went := _try_batch(works, line.rule, run)) > 0:
            report(line.rule.name, went)
            time.sleep(BREATH_SECONDS)
    while (due is None or run.counts) and _destroy_keys(works, destroy_doomed):
        pass
    while (reading is None or _is_maybe_unused(reading)) and _destroy_keys(works, destroy_unused):
        pass
    if run.counts:
        with works() as work:
            work.session.get_one(PurgeRun, run.id).ended_at = work.now
    if run.faults:
        raise run.faults[0]
    return run.counts


def _find_due(reading: Works, register: Register, run: "_Run") -> dict[str, int] | None:
    """Count what is due; None, so that every rule is tried, where a rule cannot be counted."""
    try:
        return count_due(reading, register)
    except BeingRestoredError:
        raise
    except Exception as error:  # the last resort: log it, go on
        log.exception("purge-failed", rule="", exc_info=error)
        run.faults.append(error)
        return None


def _is_maybe_unused(reading: Works) -> bool:
    with reading() as work:
        return find_is_maybe_unused(work)


@dataclass
class _Run:
    """What a run has done so far."""

    id: UUID
    counts: dict[str, int] = field(default_factory=dict)
    faults: list[Exception] = field(default_factory=list)


def _try_batch(works: Works, rule: Rule, run: _Run) -> int:
    """Delete one batch; a fault is logged and kept, and then nothing went."""
    try:
        return _purge_batch(works, rule, run)
    except BeingRestoredError:
        raise
    except Exception as error:  # the last resort: log it, go on with the next rule
        log.exception("purge-failed", rule=rule.name, exc_info=error)
        run.faults.append(error)
        return 0


def _purge_batch(works: Works, rule: Rule, run: _Run) -> int:
    """Delete one batch, and write into the record of the run what went, both or neither."""
    if rule.purge is None:
        return 0
    with works() as work:
        went = rule.purge(work, BATCH)
        if went == 0:
            return 0
        counts = {**run.counts, rule.name: run.counts.get(rule.name, 0) + went}
        row = work.session.get(PurgeRun, run.id)
        if row is None:
            work.session.add(PurgeRun(id=run.id, started_at=work.now, counts=counts))
        else:
            row.counts = counts
    run.counts = counts
    return went


def _destroy_keys(works: Works, destroy: Callable[[Work], int]) -> int:
    with works() as work:
        return destroy(work)
