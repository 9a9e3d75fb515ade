"""The clocks of directories and preference services, and what goes with what."""

from datetime import date

import pytest

from portal.consent.directories.forms import read_day
from portal.consent.directories.rules import (
    DIRECTORIES,
    Enrolment,
    Listing,
    PreferenceService,
    differing,
    follow_on,
    numbers_of,
    settle,
    works_on,
)
from portal.identity.accounts.rules import CustomerKind, Details
from portal.platform.core.working_days import Nation, add_months

TODAY = date(2026, 11, 23)
TPS, MPS = PreferenceService.TELEPHONE, PreferenceService.MAIL


@pytest.mark.parametrize(
    ("registered", "works"),
    [
        (date(2026, 11, 23), date(2026, 12, 21)),
        (date(2026, 2, 1), date(2026, 3, 1)),
        (date(2028, 2, 1), date(2028, 2, 29)),
        (date(2026, 12, 15), date(2027, 1, 12)),
    ],
)
def test_calls_stop_after_28_days(registered: date, works: date) -> None:
    assert works_on(TPS, registered) == works


@pytest.mark.parametrize(
    ("registered", "works"),
    [
        (date(2026, 11, 23), date(2027, 2, 23)),
        (date(2026, 11, 30), date(2027, 2, 28)),
        (date(2027, 11, 30), date(2028, 2, 29)),
        (date(2026, 12, 31), date(2027, 3, 31)),
        (date(2026, 1, 31), date(2026, 4, 30)),
        (date(2026, 10, 1), date(2027, 1, 1)),
    ],
)
def test_mailings_stop_after_three_calendar_months(registered: date, works: date) -> None:
    assert works_on(MPS, registered) == works


@pytest.mark.parametrize(
    ("day", "months", "later"),
    [
        (date(2024, 11, 25), 1, date(2024, 12, 25)),
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2026, 12, 31), 2, date(2027, 2, 28)),
        (date(2026, 5, 31), 12, date(2027, 5, 31)),
        (date(2026, 5, 31), 0, date(2026, 5, 31)),
    ],
)
def test_a_month_that_is_too_short_ends_on_its_last_day(
    day: date, months: int, later: date
) -> None:
    assert add_months(day, months) == later


@pytest.mark.parametrize(
    ("changed", "follows"),
    [
        (date(2026, 11, 23), date(2026, 11, 30)),
        (date(2026, 11, 27), date(2026, 12, 4)),
        (date(2026, 11, 28), date(2026, 12, 4)),
        (date(2026, 12, 23), date(2027, 1, 4)),
    ],
)
def test_directories_follow_within_five_working_days(changed: date, follows: date) -> None:
    assert follow_on(changed, Nation.ENGLAND_AND_WALES) == follows


def test_nothing_is_left_to_search_where_a_number_has_no_entry() -> None:
    reverse = frozenset({Listing.REVERSE})
    assert settle(reverse) == frozenset()
    for directory in DIRECTORIES:
        assert settle(reverse | {directory}) == reverse | {directory}
        assert settle(frozenset({directory})) == {directory}


def test_what_differs_is_said_with_what_it_is_now() -> None:
    before, after = frozenset({Listing.PRINTED, Listing.ONLINE}), frozenset({Listing.ONLINE})
    assert differing(before, after) == [(Listing.PRINTED, False)]
    assert differing(after, before) == [(Listing.PRINTED, True)]
    assert differing(before, before) == []


def details(telephone: str, mobile: str) -> Details:
    return Details("R", "E", "r@example.com", CustomerKind.RESIDENTIAL, telephone, mobile)


def test_a_number_that_stands_twice_is_one_number_however_it_is_written() -> None:
    both = numbers_of(details("07700 900123", "+44 7700 900123"))
    assert [one.spelled for one in both] == ["+447700900123"]
    assert numbers_of(details("", "")) == ()


def test_numbers_are_never_printed() -> None:
    (number,) = numbers_of(details("01632 960001", ""))
    assert "960001" not in f"{number!r}{number}"


@pytest.mark.parametrize(
    ("typed", "day"),
    [
        (("23", "11", "2026"), TODAY),
        (("1", "1", "1995"), date(1995, 1, 1)),
        (("01", "02", "2026"), date(2026, 2, 1)),
        (("29", "2", "2024"), date(2024, 2, 29)),
    ],
)
def test_a_day_is_read_as_people_write_it(typed: tuple[str, ...], day: date) -> None:
    assert read_day(typed, TODAY) == day


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        (("", "", ""), "Enter the date"),
        (("23", "", "2026"), "Enter the date"),
        (("23", "November", "2026"), "Enter the date"),
        (("-1", "1", "2026"), "Enter the date"),
        (("\u0661", "1", "2026"), "Enter the date"),
        (("\u00b2", "1", "2026"), "Enter the date"),
        (("29", "2", "2026"), "a real date"),
        (("0", "1", "2026"), "a real date"),
        (("1", "13", "2026"), "a real date"),
        (("1", "1", "9999999999"), "a real date"),
        (("9999999999", "1", "2026"), "a real date"),
        (("24", "11", "2026"), "today or in the past"),
        (("31", "12", "1994"), "in 1995 or after"),
        (("1", "1", "26"), "in 1995 or after"),
    ],
)
def test_what_is_no_such_day_is_said_in_words(typed: tuple[str, ...], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        read_day(typed, TODAY)


def test_a_reminder_names_numbers_by_their_last_digits() -> None:
    one, two = (Enrolment(TPS, TODAY, endings) for endings in (("123",), ("123", "001")))
    assert one.reminder == "The number ending 123 was added to your profile after you registered."
    assert two.reminder.startswith("The numbers ending 123 and 001 were added")
    assert Enrolment(MPS, TODAY, ("",)).reminder.startswith("Your name or address has changed")
    assert Enrolment(MPS, TODAY).reminder == ""
