from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.cases.rules import new_reference, read_reference
from portal.kernel.due import due_date, is_working_day
from portal.kernel.references import ALPHABET


@pytest.mark.parametrize(
    ("received", "due"),
    [
        (date(2026, 1, 1), date(2026, 2, 2)),
        (date(2024, 11, 25), date(2024, 12, 27)),
        (date(2026, 1, 31), date(2026, 3, 2)),
        (date(2026, 2, 2), date(2026, 3, 2)),
    ],
)
def test_a_case_is_due_one_calendar_month_on(received: date, due: date) -> None:
    assert due_date(received) == due


def test_every_day_of_two_years_is_due_on_a_working_day_of_the_next_month_or_just_after() -> None:
    day = date(2026, 1, 1)
    while day < date(2028, 1, 1):
        due = due_date(day)
        assert is_working_day(due)
        earliest = due - timedelta(days=31)
        assert earliest - timedelta(days=7) <= day < due
        day += timedelta(days=1)


@pytest.mark.parametrize(
    "day", [date(2026, 12, 25), date(2026, 12, 28), date(2026, 4, 3), date(2026, 11, 22)]
)
def test_bank_holidays_and_sundays_are_no_working_days(day: date) -> None:
    assert not is_working_day(day)


def test_references_hold_no_sign_that_is_mistaken_for_another() -> None:
    assert not set("ILOU01") & set(ALPHABET)
    assert read_reference(new_reference()) is not None


@pytest.mark.parametrize("typed", ["pc-7k4q-92w", " PC 7K4Q 92W ", "7k4q92w", "PC7K4Q92W"])
def test_a_reference_is_read_however_it_is_typed(typed: str) -> None:
    assert read_reference(typed) == "PC-7K4Q-92W"


@given(st.text())
def test_anything_else_is_no_reference(text: str) -> None:
    found = read_reference(text)
    assert found is None or len(found) == 11
