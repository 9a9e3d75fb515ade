"""kill -9 while the receiver is spoken to, and an old copy that is put back."""

import os
import signal
import threading
from dataclasses import replace
from multiprocessing.process import BaseProcess
from pathlib import Path

import pytest

from tests.commands import COPIES
from tests.consent.webhooks.dying import tell_once
from tests.consent.webhooks.receiver import Listener
from tests.consent.webhooks.steps import announcements, choose, states, tell
from tests.databases import tools
from tests.operations.backup.test_backup import copied, kind, put_back
from tests.world import World


@pytest.fixture
def world(world: World, there: Listener) -> World:
    """A portal that other processes can be given, and that knows its PostgreSQL's programs."""
    settings = replace(
        world.parts.settings,
        webhook_url=there.url,
        webhook_secret=there.secret,
        postgresql_tools=str(tools()) if kind(world) == "postgresql" else "",
    )
    world.parts = world.app.extensions["portal"] = replace(world.parts, settings=settings)
    return world


def kill_on_the_way(world: World, there: Listener) -> None:
    """A worker is killed when the receiver has heard it, and before it has answered."""
    children: list[BaseProcess] = []
    has_ended = threading.Event()

    def kill() -> None:
        there.before = lambda: None
        os.kill(children[0].pid or 0, signal.SIGKILL)
        children[0].join()
        has_ended.set()

    there.before = kill
    children.append(COPIES.Process(target=tell_once, args=(world.parts.settings, world.clock())))
    children[0].start()
    assert has_ended.wait(60)  # one thread joins: two would read the one answer of the end
    assert children[0].exitcode == -signal.SIGKILL


def test_what_was_on_its_way_when_the_worker_was_killed_comes_again(
    world: World, there: Listener
) -> None:
    person, other = world.customer(), world.customer("jules@example.com")
    choose(world, person, "offers:email")
    choose(world, person)
    kill_on_the_way(world, there)
    choose(world, other, "offers:email")
    tell(world)
    assert [one.data["agreed"] for one in there.heard] == [True, True], "only the other's"
    assert len({one.data["customer"] for one in there.heard}) == 2
    world.clock.move(minutes=2)
    tell(world)
    assert set(states(world)) == {"delivered"}
    mine = [one for one in there.heard if one.data["customer"] == there.heard[0].data["customer"]]
    assert [one.data["agreed"] for one in mine] == [True, True, False]
    assert mine[0].id == mine[1].id, "so that it can be recognised"


@pytest.fixture
def folder(world: World) -> Path:
    return world.instance / "copies"


def test_what_waited_in_an_old_copy_is_given_up(
    world: World, there: Listener, folder: Path
) -> None:
    person = world.customer()
    choose(world, person, "offers:email")
    copied(world, folder)
    tell(world)
    choose(world, person)
    tell(world)
    put_back(world, folder)
    tell(world)
    assert len(there.heard) == 2, "the old yes is not said again"
    assert states(world) == ["dead"]


def test_whoever_left_since_an_old_copy_is_told_of_again(
    world: World, there: Listener, folder: Path
) -> None:
    person, stranger = world.customer(), world.customer("jules@example.com")
    choose(world, person, "offers:email")
    tell(world)
    copied(world, folder)
    world.erase(person)
    world.erase(stranger)
    assert states(world).count("waiting") == 2
    put_back(world, folder)
    tell(world)
    (_, before), (told, data) = there.told()
    assert (told, data["customer"]) == ("customer.left", before["customer"])
    assert data["email_hashes"] == [], "the address is gone"
    assert [row.kind for row in announcements(world)] == ["customer.left"]
