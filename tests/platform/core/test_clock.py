"""How moments are read: by customers as a clock shows them, by colleagues by the 24 hours."""

from datetime import UTC, datetime

import pytest

from portal.platform.core.clock import spell_desk_moment, spell_minute, spell_moment
from tests.world import World


@pytest.mark.parametrize(
    ("moment", "read", "at_the_desk"),
    [
        (datetime(2026, 6, 5, 17, 4, tzinfo=UTC), "5 June 2026 at 6:04pm", "5 June 2026 at 18:04"),
        (datetime(2026, 12, 5, 0, 5, tzinfo=UTC), "5 December 2026 at 12:05am", "at 00:05"),
        (datetime(2026, 12, 5, 12, 5, tzinfo=UTC), "5 December 2026 at 12:05pm", "at 12:05"),
        (datetime(2026, 12, 5, 7, 0, tzinfo=UTC), "5 December 2026 at 7:00am", "at 07:00"),
        (datetime(2026, 12, 5, 12, 0, tzinfo=UTC), "5 December 2026 at midday", "at 12:00"),
        (datetime(2026, 6, 4, 23, 0, tzinfo=UTC), "5 June 2026 at midnight", "at 00:00"),
    ],
)
def test_a_moment_is_read_as_londons_clocks_show_it(
    moment: datetime, read: str, at_the_desk: str
) -> None:
    assert spell_moment(moment) == read
    assert spell_desk_moment(moment).endswith(at_the_desk)


def test_a_minute_by_which_something_works_again_is_never_too_early() -> None:
    assert spell_minute(datetime(2026, 12, 5, 16, 31, 1, tzinfo=UTC)) == "4:32pm"
    assert spell_minute(datetime(2026, 12, 5, 11, 59, 30, tzinfo=UTC)) == "midday"


def test_a_customer_and_a_colleague_read_the_same_moment_each_in_their_own_way(
    world: World,
) -> None:
    person = world.customer()
    visitor = world.signed_in(person)
    reference = world.case(person)
    desk = world.at_the_desk(world.colleague())
    desk.open(f"/staff/cases/{reference}")
    assert "23 November 2026 at midday" in visitor.open("/your-data/looked").text
    assert "23 November 2026 at 12:00" in desk.open(f"/staff/cases/{reference}").text
    assert "midday" not in desk.open("/staff/security").text
