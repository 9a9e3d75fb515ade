"""By when the law wants an answer, in each nation, as messages come and go."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.governance.deadline_events.rules import DeadlineEvent, Events, due_after, read_segments
from portal.governance.deadlines.rules import (
    BY_LAW,
    DueReason,
    RequestKind,
    Segments,
    due_date,
    reckon_answer,
)
from portal.platform.core.working_days import Nation, is_working_day

ENGLAND, SCOTLAND, NORTHERN_IRELAND = Nation


def explain_due(
    received_on: date, events: Events, nation: Nation, kind: RequestKind = RequestKind.ACCESS
) -> list[DueReason]:
    segments = read_segments(kind, received_on, events, nation)
    return list(reckon_answer(kind, segments, nation).reasons)


@pytest.mark.parametrize(
    ("received", "nation", "due"),
    [
        (date(2026, 1, 1), ENGLAND, date(2026, 2, 2)),
        (date(2024, 11, 25), ENGLAND, date(2024, 12, 27)),
        (date(2026, 1, 31), ENGLAND, date(2026, 3, 2)),
        (date(2026, 2, 2), ENGLAND, date(2026, 3, 2)),
        (date(2026, 10, 30), ENGLAND, date(2026, 11, 30)),
        (date(2026, 10, 30), SCOTLAND, date(2026, 12, 1)),
        (date(2026, 6, 12), ENGLAND, date(2026, 7, 13)),
        (date(2026, 6, 12), NORTHERN_IRELAND, date(2026, 7, 14)),
    ],
)
def test_an_answer_is_due_one_calendar_month_on_or_the_next_working_day_of_the_nation(
    received: date, nation: Nation, due: date
) -> None:
    assert due_date(RequestKind.ACCESS, received, nation) == due


@pytest.mark.parametrize("nation", Nation)
def test_every_day_of_two_years_is_due_on_a_working_day_of_the_next_month_or_just_after(
    nation: Nation,
) -> None:
    day = date(2026, 1, 1)
    while day < date(2028, 1, 1):
        due = due_date(RequestKind.ACCESS, day, nation)
        assert is_working_day(due, nation)
        earliest = due - timedelta(days=31)
        assert earliest - timedelta(days=7) <= day < due
        day += timedelta(days=1)


@pytest.mark.parametrize(
    ("received", "asked", "wrote", "due"),
    [
        (date(2026, 3, 2), date(2026, 3, 12), date(2026, 3, 27), date(2026, 4, 17)),
        (date(2026, 3, 3), date(2026, 3, 4), date(2026, 3, 29), date(2026, 4, 28)),
    ],
)
def test_the_month_pauses_while_somebody_has_a_question_of_ours(
    received: date, asked: date, wrote: date, due: date
) -> None:
    events = [(DeadlineEvent.ASKED, asked), (DeadlineEvent.WROTE, wrote)]
    assert due_after(RequestKind.ACCESS, received, events, Nation.ENGLAND_AND_WALES) == due


DAYS = st.lists(st.tuples(st.sampled_from(DeadlineEvent), st.integers(0, 90)), max_size=12)


@given(st.sampled_from(RequestKind), DAYS, st.integers(0, 90))
def test_nobody_who_writes_is_promised_a_day_that_is_past(
    kind: RequestKind, found: list[tuple[DeadlineEvent, int]], last: int
) -> None:
    day, events = date(2026, 1, 1), []
    for turn, days in [*found, (DeadlineEvent.WROTE, last)]:
        day += timedelta(days=days)
        events.append((turn, day))
    due = due_after(kind, date(2026, 1, 1), events, Nation.ENGLAND_AND_WALES)
    assert due >= day
    assert is_working_day(due, Nation.ENGLAND_AND_WALES)


@given(st.sampled_from(RequestKind), DAYS, st.sampled_from(Nation))
def test_why_the_day_is_the_day_it_is_ends_with_that_day_and_is_in_order(
    kind: RequestKind, found: list[tuple[DeadlineEvent, int]], nation: Nation
) -> None:
    day, events = date(2026, 1, 1), []
    for turn, days in found:
        day += timedelta(days=days)
        events.append((turn, day))
    reasons = explain_due(date(2026, 1, 1), events, nation, kind)
    if read_segments(kind, date(2026, 1, 1), events, nation).begun_on is not None:
        assert reasons[-1].to_day == due_after(kind, date(2026, 1, 1), events, nation)
    days_in_order = [one for reason in reasons for one in (reason.from_day, reason.to_day)]
    assert days_in_order == sorted(days_in_order)


def test_the_days_that_do_not_count_and_a_day_that_moves_are_said() -> None:
    paused = [(DeadlineEvent.ASKED, date(2026, 11, 12)), (DeadlineEvent.WROTE, date(2026, 11, 18))]
    assert [one.text for one in explain_due(date(2026, 11, 2), paused, ENGLAND)] == [
        "You wrote. The law gives us one month: until 2 December 2026.",
        "We waited for your answer. Those 6 days don’t count.",
        "This is our last day to answer.",
    ]
    moved = explain_due(date(2026, 1, 1), [], ENGLAND)[-1]
    assert moved.to_day == date(2026, 2, 2)
    assert moved.text.endswith(" 1 February 2026 is a Sunday, so it’s the next working day.")
    eve = explain_due(date(2024, 11, 25), [], ENGLAND)[-1].text
    assert "25 December 2024 is a bank holiday" in eve
    again = [(DeadlineEvent.CLOSED, date(2026, 1, 5)), (DeadlineEvent.WROTE, date(2026, 1, 8))]
    assert explain_due(date(2026, 1, 1), again, ENGLAND)[0].text.startswith(
        "You wrote again, so the month starts again."
    )


FRIDAY = date(2026, 4, 10)
SATURDAY = "11 April 2026 is a Saturday, so it’s the next working day."


def test_what_wasnt_them_is_answered_by_the_next_working_day() -> None:
    assert due_after(RequestKind.URGENT, FRIDAY, [], ENGLAND) == date(2026, 4, 13)
    assert [one.text for one in explain_due(FRIDAY, [], ENGLAND, RequestKind.URGENT)] == [
        "You wrote. This is urgent, so we answer by the next working day: 13 April 2026.",
        f"This is our last day to answer. {SATURDAY}",
    ]


def test_a_month_that_no_law_names_is_told_as_our_own() -> None:
    texts = [one.text for one in explain_due(FRIDAY, [], ENGLAND, RequestKind.QUESTION)]
    assert texts[0] == "You wrote. We answer within one month: until 10 May 2026."
    assert not any("law" in text for text in texts)


def test_a_complaint_is_told_when_the_law_wanted_it_confirmed_and_when_we_answer() -> None:
    texts = [one.text for one in explain_due(FRIDAY, [], ENGLAND, RequestKind.COMPLAINT)]
    assert texts[0].endswith("The law gave us until 9 May 2026 to do so.")
    assert texts[1] == "You wrote. We answer within one month: until 10 May 2026."


@pytest.mark.parametrize("kind", RequestKind)
def test_only_a_day_that_the_law_names_can_be_extended(kind: RequestKind) -> None:
    extended = Segments(received_on=FRIDAY, extended_on=FRIDAY)
    later = reckon_answer(kind, extended, ENGLAND).due_on
    assert (later == due_date(kind, FRIDAY, ENGLAND)) == (kind not in BY_LAW)
    assert (reckon_answer(kind, Segments(received_on=FRIDAY), ENGLAND).extend_by is None) == (
        kind not in BY_LAW
    )


@given(st.sampled_from(RequestKind), DAYS)
def test_what_a_colleague_opens_again_is_due_as_if_it_had_never_been_closed(
    kind: RequestKind, found: list[tuple[DeadlineEvent, int]]
) -> None:
    closing = {DeadlineEvent.CLOSED, DeadlineEvent.REOPENED}
    day, events = date(2026, 1, 1), []
    for event, days in found:
        day += timedelta(days=days)
        events.append((event, day))
    open_ones = [one for one in events if one[0] not in closing]
    shut = [*open_ones, (DeadlineEvent.CLOSED, day), (DeadlineEvent.REOPENED, day)]
    if any(event is DeadlineEvent.ASKED for event, _day in open_ones):
        return  # closing it ended the wait for an answer
    before = read_segments(kind, date(2026, 1, 1), open_ones, ENGLAND)
    assert read_segments(kind, date(2026, 1, 1), shut, ENGLAND) == before
