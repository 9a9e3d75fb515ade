"""What an answer or an extension by a day would make of the last day to answer."""

import itertools
from datetime import date, timedelta

from portal.desk.case_deadlines.rules import draw, list_what_ifs
from portal.governance.deadlines.rules import (
    Pause,
    RequestKind,
    Segments,
    reckon,
)
from portal.platform.core.working_days import Nation

ENGLAND = Nation.ENGLAND_AND_WALES
MONDAY = date(2026, 3, 30)
OPEN = Segments(received_on=date(2026, 3, 2), pauses=(Pause(date(2026, 3, 12)),))


def test_for_each_of_the_next_working_days_it_says_when_we_must_answer() -> None:
    found = list_what_ifs(RequestKind.ACCESS, OPEN, MONDAY, ENGLAND)
    assert [one.by for one in found[:3]] == [
        date(2026, 3, 31),
        date(2026, 4, 1),
        date(2026, 4, 2),
    ]
    said = "If they answer by Thursday 2 April, we must answer by 23 April 2026."
    assert found[2].text == said
    assert found[3].by == date(2026, 4, 7), "Easter is nobody's working day"
    for one in found[:5]:
        answered = Segments(
            received_on=OPEN.received_on, pauses=(Pause(date(2026, 3, 12), one.by),)
        )
        assert one.due_on == reckon(RequestKind.ACCESS, answered, ENGLAND).due_on


def test_while_we_wait_for_proof_of_who_they_are_it_says_the_same() -> None:
    waiting = Segments(received_on=date(2026, 3, 2), identity_asked_on=date(2026, 3, 3))
    found = list_what_ifs(RequestKind.ACCESS, waiting, MONDAY, ENGLAND)
    assert (
        found[0].text
        == "If they show who they are by Tuesday 31 March, we must answer by 30 April 2026."
    )
    assert len(found) == 5


def test_it_says_when_an_extension_can_still_be_sent_and_what_it_gives() -> None:
    plain = Segments(received_on=date(2026, 3, 2))
    (before,) = list_what_ifs(RequestKind.ACCESS, plain, MONDAY, ENGLAND)
    assert before.text == "If we extend by Thursday 2 April, we must answer by 2 June 2026."
    (last,) = list_what_ifs(RequestKind.ACCESS, plain, date(2026, 4, 2), ENGLAND)
    assert last.text == "Today is the last day to extend. Then we must answer by 2 June 2026."
    assert list_what_ifs(RequestKind.ACCESS, plain, date(2026, 4, 3), ENGLAND) == []


def test_of_a_complaint_and_of_what_is_extended_there_is_nothing_to_say() -> None:
    came = Segments(received_on=MONDAY)
    assert list_what_ifs(RequestKind.COMPLAINT, came, MONDAY, ENGLAND) == []
    extended = Segments(received_on=MONDAY, extended_on=MONDAY + timedelta(days=1))
    assert list_what_ifs(RequestKind.ACCESS, extended, MONDAY, ENGLAND) == []


def drawn(segments: Segments) -> list[tuple[str, int, int]]:
    spans = draw(segments, reckon(RequestKind.ACCESS, segments, ENGLAND))
    return [(str(one.kind), round(one.left), round(one.left + one.width)) for one in spans]


def test_the_picture_is_all_of_the_time_and_pale_where_days_do_not_count() -> None:
    day = date(2026, 3, 2)
    assert drawn(Segments(received_on=day)) == [("counted", 0, 100)]
    paused = Segments(received_on=day, pauses=(Pause(date(2026, 3, 12), date(2026, 3, 27)),))
    kinds = [kind for kind, _left, _right in drawn(paused)]
    assert kinds == ["counted", "waiting", "counted"]
    proved = Segments(
        received_on=day, identity_asked_on=day, identity_proved_on=day + timedelta(days=30)
    )
    assert drawn(proved)[0][0] == "waiting"
    for one in (paused, proved):
        edges = [(left, right) for _kind, left, right in drawn(one)]
        assert (edges[0][0], edges[-1][1]) == (0, 100)
        assert all(before[1] == after[0] for before, after in itertools.pairwise(edges))


def test_while_the_month_has_not_begun_there_is_nothing_to_draw() -> None:
    waiting = Segments(received_on=date(2026, 3, 2), identity_asked_on=date(2026, 3, 3))
    assert drawn(waiting) == []
