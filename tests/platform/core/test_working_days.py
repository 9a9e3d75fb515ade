"""Which days are working days, in each nation."""

import re
from datetime import date, timedelta

import pytest
from holidays import country_holidays

from portal.platform.core.working_days import (
    FRESH,
    LIBRARY,
    RELEASE,
    RELEASED_ON,
    Nation,
    is_library_old,
    is_working_day,
)
from portal.platform.settings import ROOT

ENGLAND, SCOTLAND, NORTHERN_IRELAND = Nation


@pytest.mark.parametrize(
    ("day", "free_in"),
    [
        (date(2026, 12, 25), {*Nation}),
        (date(2026, 11, 22), {*Nation}),
        (date(2026, 4, 3), {*Nation}),
        (date(2026, 4, 6), {ENGLAND, NORTHERN_IRELAND}),
        (date(2026, 1, 2), {SCOTLAND}),
        (date(2026, 11, 30), {SCOTLAND}),
        (date(2026, 3, 17), {NORTHERN_IRELAND}),
        (date(2026, 7, 13), {NORTHERN_IRELAND}),
        (date(2026, 11, 23), set()),
    ],
)
def test_each_nation_has_its_bank_holidays(day: date, free_in: set[Nation]) -> None:
    assert {one for one in Nation if not is_working_day(day, one)} == free_in


def test_england_and_wales_are_alike() -> None:
    for year in range(2020, 2031):
        english, welsh = (country_holidays("GB", one, years=year) for one in ("ENG", "WLS"))
        assert {*english} == {*welsh}


def test_a_library_is_old_after_a_year_or_when_it_is_another_than_we_know() -> None:
    assert not is_library_old(RELEASED_ON + FRESH, RELEASE)
    assert is_library_old(RELEASED_ON + FRESH + timedelta(days=1), RELEASE)
    assert is_library_old(RELEASED_ON, "0.1")
    assert not is_library_old(RELEASED_ON), "what is installed is what is pinned"


def test_the_release_whose_day_we_know_is_the_pinned_one() -> None:
    pinned = (ROOT / "requirements.txt").read_text("utf-8")
    assert re.findall(rf"^{LIBRARY}==(\S+)", pinned, re.MULTILINE) == [RELEASE]
