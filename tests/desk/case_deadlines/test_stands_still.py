"""Whose month stands still: the condition in the database says what the segments say."""

from collections.abc import Iterator
from uuid import uuid4

from portal.desk.case_records.models import CaseEntry, CaseRow
from portal.desk.cases.models import stands_still
from portal.desk.cases.queries import get_segments
from portal.desk.cases.rules import ANSWERS, CLOSING, Step
from tests.world import World, rows_with

LONGEST = 3
MAY_COME = (Step.ASKED, Step.IDENTITY_ASKED, Step.IDENTITY_PROVED, Step.EXTENDED, Step.NOTED)
THEIRS, ENDS = (Step.ANSWERED, Step.LISTING), (Step.REPLIED, Step.CLOSED)


def list_next(steps: tuple[Step, ...]) -> Iterator[Step]:
    """What may come next: each question about who they are once, and of a closed one an answer."""
    is_closed = bool(steps) and steps[-1] in CLOSING
    yield from THEIRS
    if is_closed:
        return
    anew = max((at for at, one in enumerate(steps) if one in CLOSING), default=-1)
    since = steps[anew + 1 :]
    for one in (*MAY_COME, *ENDS):
        is_asked, is_proved = Step.IDENTITY_ASKED in since, Step.IDENTITY_PROVED in since
        if one is Step.IDENTITY_ASKED and is_asked:
            continue
        if one is Step.IDENTITY_PROVED and (is_proved or not is_asked):
            continue
        yield one


def list_all(steps: tuple[Step, ...] = ()) -> Iterator[tuple[Step, ...]]:
    """Every course that a case can take, up to a length."""
    yield steps
    if len(steps) < LONGEST:
        for one in list_next(steps):
            yield from list_all((*steps, one))


def test_whatever_happened_with_an_open_request_its_month_stands_still_as_its_reasons_say(
    world: World,
) -> None:
    assert frozenset(THEIRS) == ANSWERS
    world.case()
    with world.work() as work:
        (row,) = rows_with(work, CaseRow)
        for steps in (one for one in list_all() if not one or one[-1] not in CLOSING):
            entries = [
                CaseEntry(
                    id=uuid4(),
                    case_id=row.id,
                    number=number,
                    step=step,
                    happened_at=work.now,
                    actor_kind="system",
                )
                for number, step in enumerate(steps, 2)
            ]
            work.session.add_all(entries)
            work.session.flush()
            segments = get_segments(work, row)
            is_still = segments.waits_for_identity or segments.is_paused
            query = work.session.query(stands_still()).select_from(CaseRow)
            assert bool(query.scalar()) == is_still, steps
            for one in entries:
                work.session.delete(one)
            work.session.flush()
