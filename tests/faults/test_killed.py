"""kill -9 in the middle of an erasure: whoever it was is wholly there or wholly gone."""

import secrets
import signal
from dataclasses import dataclass
from datetime import timedelta

import pytest

from portal.consent.marketing.service import save_choices
from portal.erasure.cancellation.models import AppliedErasure
from portal.erasure.cancellation.queries import list_leftovers
from portal.identity.accounts.queries import find_customer
from portal.identity.contact_index.queries import EVER
from portal.operations.restore_check import look
from portal.platform.core.holdings import Trace
from tests.commands import COPIES
from tests.consent.marketing.steps import EVERY_CHOICE
from tests.faults.dying import erase_and_die, watch
from tests.world import Person, World, act

ROUNDS = {"sqlite": 60, "postgresql": 30}
"""How many are killed, beside one at every eighth moment."""


@dataclass
class Numbered:
    """Customers one after the other, each with something in most tables."""

    world: World
    number: int = 0

    def furnish(self) -> Person:
        self.number += 1
        person = self.world.customer(f"person{self.number}@example.com")
        act(self.world, person, save_choices, person.customer_id, frozenset(EVERY_CHOICE))
        self.world.case(person)
        self.world.case(email=person.email)
        return person


def count_moments(world: World, person: Person) -> int:
    """How many moments an erasure has at which it can be killed."""
    moments = [0]

    def count() -> None:
        moments[0] += 1

    watch(world.parts.sessions.engine, count)
    watch(world.parts.keyring.engine, count)
    world.erase(person)
    return moments[0]


def traces_of(world: World, person: Person) -> dict[str, int]:
    """Where there is something of a person, and how much."""
    email_hash = world.parts.keyring.hash("email", person.email)
    trace = Trace(email_hash, EVER, world.clock() + timedelta(days=1))
    found: dict[str, int] = world.read(list_leftovers, person.id, (trace,))
    return found


def kill(world: World, person: Person, at: int) -> None:
    arguments = (world.parts.settings, world.clock(), person.customer_id, at)
    child = COPIES.Process(target=erase_and_die, args=arguments)
    child.start()
    child.join(60)
    assert child.exitcode == -signal.SIGKILL, at


def is_wholly_there(world: World, person: Person, before: dict[str, int]) -> bool:
    assert traces_of(world, person) == before
    assert world.read(find_customer, person.customer_id).details.email == person.email
    return world.parts.keyring.ledger.find(person.id) is None


def is_wholly_gone(world: World, person: Person) -> bool:
    line = world.parts.keyring.ledger.find(person.id)
    assert line is not None
    assert line.receipt is not None
    assert world.parts.keyring.read([person.id]) == {}
    assert traces_of(world, person) == {}
    with world.work() as work:
        return work.session.get(AppliedErasure, line.number) is not None


@pytest.mark.nightly
def test_killed_at_any_moment_a_person_is_wholly_there_or_wholly_gone(
    world: World, pytestconfig: pytest.Config
) -> None:
    people = Numbered(world)
    moments = count_moments(world, people.furnish())
    dialect = world.parts.sessions.engine.dialect.name
    chosen = [1 + secrets.randbelow(moments) for _ in range(ROUNDS[dialect])]
    chosen += range(1, moments, 8 if pytestconfig.getoption("level") == "all" else 24)
    outcomes = set()
    for at in chosen:
        person = people.furnish()
        before = traces_of(world, person)
        kill(world, person, at)
        world.clock.move(seconds=11)
        world.worker().finish_cancellations()
        is_decided = world.parts.keyring.ledger.find(person.id) is not None
        outcomes.add(is_decided)
        if is_decided:
            assert is_wholly_gone(world, person), at
        else:
            assert is_wholly_there(world, person, before), at
    assert outcomes == {True, False}, "some were killed before the decision, some after"
    assert look(world.parts).is_ready
    subjects = [one.subject for one in world.deliver()]
    gone = subjects.count("Your account is deleted")
    assert gone == world.parts.keyring.ledger.count(), "everybody who is gone has one last letter"


def test_the_check_finds_somebody_who_is_half_gone(world: World) -> None:
    person = Numbered(world).furnish()
    before = traces_of(world, person)
    with world.work() as work:
        (cases,) = (one for one in world.parts.register if "case_file" in one.tables)
        cases.erase(work, person.customer_id)
    with pytest.raises(AssertionError):
        is_wholly_there(world, person, before)
    with pytest.raises(AssertionError):
        is_wholly_gone(world, person)
