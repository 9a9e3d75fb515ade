"""What the portal reckons is what is counted slowly on a calendar, of every day and every pause."""

import json
from collections.abc import Callable
from datetime import date, timedelta

import pytest

from portal.governance.deadlines.rules import (
    Pause,
    RequestKind,
    Segments,
    TooLateError,
    reckon,
)
from portal.platform.core.working_days import SUBDIVISIONS, Nation
from tests.governance.deadlines.slow import count_due, count_months, count_wrongly
from tests.governance.deadlines.vectors import FILE, spell

ENGLAND, SCOTLAND, NORTHERN_IRELAND = Nation
CODES = {one: parts[0] for one, parts in SUBDIVISIONS.items()}
TWO_YEARS = [date(2026, 1, 1) + timedelta(days=number) for number in range(730)]
MOST_DAYS = 30
Counter = Callable[[date, str, int], date]


def asked_and_answered(received: date, days: int) -> Segments:
    pauses = (Pause(received, received + timedelta(days=days)),) if days else ()
    return Segments(received_on=received, pauses=pauses)


def count_rightly(begun: date, nation: str, paused_days: int) -> date:
    return count_due(begun, nation, paused_days=paused_days)


def find_differences(nation: Nation, count: Counter) -> list[tuple[date, int]]:
    """Return the days of receipt, with the pauses, of which a count says another last day."""
    return [
        (received, days)
        for received in TWO_YEARS
        for days in range(MOST_DAYS + 1)
        if reckon(RequestKind.ACCESS, asked_and_answered(received, days), nation).due_on
        != count(received, CODES[nation], days)
    ]


@pytest.mark.parametrize("nation", Nation)
def test_every_day_of_two_years_with_every_pause_is_due_when_it_is_counted_slowly(
    nation: Nation,
) -> None:
    assert find_differences(nation, count_rightly) == []


def test_a_pause_that_is_added_to_a_day_that_was_moved_already_is_noticed() -> None:
    late = find_differences(ENGLAND, count_wrongly)
    share = len(late) / (len(TWO_YEARS) * MOST_DAYS)
    assert 0.2 < share < 0.3, "of every four requests with a pause it gets one wrong"


@pytest.mark.parametrize("nation", Nation)
def test_every_day_of_two_years_is_due_three_months_on_if_it_is_extended(nation: Nation) -> None:
    for received in TWO_YEARS:
        segments = Segments(received_on=received, extended_on=received)
        due_on = reckon(RequestKind.ERASURE, segments, nation).due_on
        assert due_on == count_due(received, CODES[nation], is_extended=True)


def test_what_is_published_is_counted_slowly_and_what_we_reckon() -> None:
    text = FILE.read_text(encoding="utf-8")
    assert text == spell(), "run: python -m tests.governance.deadlines.vectors"
    vectors = json.loads(text)
    assert len(vectors) >= 200
    assert len({json.dumps(one, sort_keys=True) for one in vectors}) == len(vectors)
    nations = {code: one for one, code in CODES.items()}
    for one in vectors:
        received, proved = date.fromisoformat(one["received"]), one.get("identity_proved")
        begun = date.fromisoformat(proved) if proved else received
        paused = one.get("paused_days", 0)
        segments = Segments(
            received_on=received,
            identity_asked_on=received if proved else None,
            identity_proved_on=begun if proved else None,
            pauses=asked_and_answered(begun, paused).pauses,
            extended_on=begun if one.get("extended") else None,
        )
        found = reckon(RequestKind(one["kind"]), segments, nations[one["nation"]])
        assert found.due_on == date.fromisoformat(one["due"]), one


def test_the_law_s_own_examples_are_among_them() -> None:
    known = {
        (one["received"], one["nation"], one.get("identity_proved"), one.get("paused_days")): (
            one["due"]
        )
        for one in json.loads(FILE.read_text(encoding="utf-8"))
        if one["kind"] != "complaint" and "extended" not in one
    }
    assert known["2026-01-01", "ENG", None, None] == "2026-02-02"
    assert known["2024-11-25", "ENG", None, None] == "2024-12-27"
    assert known["2026-01-31", "ENG", None, None] == "2026-03-02"
    assert known["2026-02-02", "ENG", None, None] == "2026-03-02"
    assert known["2026-01-05", "ENG", "2026-01-20", None] == "2026-02-20"
    assert known["2026-03-02", "ENG", None, 15] == "2026-04-17"
    assert known["2026-03-03", "ENG", None, 25] == "2026-04-28"
    assert known["2026-10-30", "ENG", None, None] == "2026-11-30"
    assert known["2026-10-30", "SCT", None, None] == "2026-12-01"
    assert known["2026-06-12", "ENG", None, None] == "2026-07-13"
    assert known["2026-06-12", "NIR", None, None] == "2026-07-14"


@pytest.mark.parametrize(("days", "is_in_time"), [(0, True), (31, True), (32, False)])
def test_an_extension_must_be_sent_within_the_month(days: int, *, is_in_time: bool) -> None:
    received = date(2026, 3, 2)
    sent = Segments(received_on=received, extended_on=received + timedelta(days=days))
    if is_in_time:
        assert reckon(RequestKind.ACCESS, sent, ENGLAND).due_on == date(2026, 6, 2)
        return
    with pytest.raises(TooLateError) as caught:
        reckon(RequestKind.ACCESS, sent, ENGLAND)
    assert caught.value.last_day == count_months(received, 1)


def test_the_month_in_which_an_extension_is_sent_pauses_too_but_not_by_what_came_after() -> None:
    received = date(2026, 3, 2)
    asked, answered, sent = date(2026, 3, 12), date(2026, 3, 27), date(2026, 4, 17)
    paused = Segments(received_on=received, pauses=(Pause(asked, answered),), extended_on=sent)
    assert reckon(RequestKind.ACCESS, paused, ENGLAND).due_on == date(2026, 6, 17)
    later = Pause(date(2026, 4, 18), date(2026, 4, 28))
    too_late = Segments(received_on=received, pauses=(later,), extended_on=sent)
    with pytest.raises(TooLateError):
        reckon(RequestKind.ACCESS, too_late, ENGLAND)


def test_the_month_does_not_start_before_they_have_shown_who_they_are() -> None:
    waiting = Segments(received_on=date(2026, 1, 5), identity_asked_on=date(2026, 1, 6))
    found = reckon(RequestKind.ACCESS, waiting, ENGLAND)
    assert (found.due_on, found.extend_by) == (None, None)
    assert "The month starts when you do" in found.reasons[0].text


def test_days_count_once_however_many_questions_overlap_and_none_before_the_month_began() -> None:
    day = date(2026, 3, 2)
    one, two = Pause(day, day + timedelta(days=10)), Pause(day + timedelta(days=5))
    closed = Pause(two.asked_on, day + timedelta(days=15))
    both = Segments(received_on=day, pauses=(closed, one))
    alone = asked_and_answered(day, 15)
    due_on = reckon(RequestKind.ACCESS, both, ENGLAND).due_on
    assert due_on == reckon(RequestKind.ACCESS, alone, ENGLAND).due_on
    late = Segments(
        received_on=day,
        identity_asked_on=day,
        identity_proved_on=day + timedelta(days=10),
        pauses=(one,),
    )
    assert reckon(RequestKind.ACCESS, late, ENGLAND).due_on == date(2026, 4, 13)


def test_a_complaint_is_acknowledged_within_thirty_days_that_begin_with_the_day_it_came() -> None:
    came = Segments(received_on=date(2026, 7, 1))
    found = reckon(RequestKind.COMPLAINT, came, ENGLAND)
    assert found.due_on == date(2026, 7, 30)
    assert len([day for day in TWO_YEARS if came.received_on <= day <= date(2026, 7, 30)]) == 30
