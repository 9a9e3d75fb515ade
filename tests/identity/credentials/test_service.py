"""Counting tries: in one statement, the same for known and unknown, with growing pauses."""

import threading
from datetime import timedelta

import pytest

from portal.identity.credentials.rules import Guarded
from portal.identity.credentials.service import count_try, forget_tries
from tests.world import World

NAME = b"n" * 32
PASSWORD = Guarded.CUSTOMER_PASSWORD


def try_once(world: World, name: bytes = NAME) -> bool:
    with world.work() as work:
        return count_try(work, PASSWORD, name).allowed


def test_six_tries_are_looked_at_and_no_more(world: World) -> None:
    assert [try_once(world) for _ in range(8)] == [True] * 6 + [False] * 2


def test_names_are_counted_apart(world: World) -> None:
    for _ in range(7):
        try_once(world)
    assert try_once(world, b"m" * 32)


def test_the_pause_doubles_up_to_two_hours(world: World) -> None:
    for minutes in (15, 30, 60, 120, 120):
        assert [try_once(world) for _ in range(7)] == [True] * 6 + [False]
        world.clock.move(minutes=minutes, seconds=-1)
        assert not try_once(world)
        world.clock.move(seconds=2)


def test_somebody_who_got_in_begins_anew(world: World) -> None:
    for _ in range(5):
        try_once(world)
    with world.work() as work:
        forget_tries(work, NAME, PASSWORD)
    assert [try_once(world) for _ in range(7)] == [True] * 6 + [False]


def test_tries_of_yesterday_do_not_count(world: World) -> None:
    for _ in range(6):
        try_once(world)
    world.clock.now += timedelta(hours=25)
    assert [try_once(world) for _ in range(6)] == [True] * 6


@pytest.mark.parametrize("threads", [20])
def test_of_many_tries_at_once_six_are_looked_at(world: World, threads: int) -> None:
    allowed: list[bool] = []
    start = threading.Barrier(threads)

    def guess() -> None:
        start.wait()
        allowed.append(try_once(world))

    crowd = [threading.Thread(target=guess) for _ in range(threads)]
    for one in crowd:
        one.start()
    for one in crowd:
        one.join()
    assert sum(allowed) == 6
    assert len(allowed) == threads


@pytest.mark.parametrize("typed", ["\ufdfa" * 1_000, "x" * 5_000])
def test_a_password_that_is_too_long_to_compare_is_only_wrong(world: World, typed: str) -> None:
    person = world.customer()
    page = world.visitor().open("/sign-in").send(email=person.email, password=typed)
    assert page.answer.status_code == 200
    assert page.errors["password"]
