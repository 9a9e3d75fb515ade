"""Lengths of time as people read them."""

from datetime import timedelta

import pytest

from portal.platform.core.clock import spell_length
from portal.platform.runtime import Runtime
from tests.world import World


@pytest.mark.parametrize(
    ("length", "said"),
    [
        (timedelta(minutes=1), "1 minute"),
        (timedelta(minutes=30), "30 minutes"),
        (timedelta(hours=1), "1 hour"),
        (timedelta(hours=24), "24 hours"),
        (timedelta(days=2), "2 days"),
        (timedelta(days=365), "1 year"),
    ],
)
def test_a_length_is_spelled_in_the_unit_that_people_use(length: timedelta, said: str) -> None:
    assert spell_length(length) == said


def test_nobody_reads_that_something_goes_after_no_time(world: World) -> None:
    """The kind: every length in the register."""
    parts: Runtime = world.parts
    for holding in parts.register:
        for rule in holding.rules:
            assert not rule.text.startswith("0 "), rule.name
