"""Many changes, outages and killed workers at once: nothing is missing, and all is in order."""

import random  # noqa: TID251  # with a seed: what is found is found again
import threading
from collections import Counter, defaultdict
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import chain

import pytest

from portal.consent.marketing.models import ChoiceChange
from portal.consent.marketing.queries import get_choices
from portal.consent.marketing.service import save_choices
from portal.consent.webhooks.models import Announcement
from portal.consent.webhooks.rules import EventType
from portal.consent.webhooks.service import announce, announce_end
from portal.platform.core.webhooks import Answer, Receiver
from tests.consent.marketing.steps import EVERY_CHOICE
from tests.consent.webhooks.receiver import Listener
from tests.consent.webhooks.steps import announcements, states
from tests.world import Person, World, act

PEOPLE, ROUNDS, FAULTS = 5, 25, 3
"""How many faults of each kind one announcement meets at most: fewer than it has tries."""


class KilledError(BaseException):
    """A worker is killed between sending and marking."""


@dataclass
class Chaos:
    """A portal, its receiver, and what goes wrong between them."""

    world: World
    there: Listener
    dice: random.Random
    faults: Counter[str] = field(default_factory=Counter)
    on_line: Counter[str] = field(default_factory=Counter)
    twice_at_once: set[str] = field(default_factory=set)
    is_over: bool = False

    def answer(self, name: str) -> int:
        """Fail now and then, each announcement a few times at most."""
        if self.is_over or self.dice.random() < 0.6 or self.faults[name] >= FAULTS:
            return 204
        self.faults[name] += 1
        return self.dice.choice([429, 500, 503])

    def work(self) -> None:
        """One worker, until nothing is due or it is killed."""
        receiver = Killer(self)
        worker = self.world.worker()
        worker._parts = replace(self.world.parts, receiver=receiver)
        with suppress(KilledError):
            worker.tell_receiver()

    def change(self, people: list[Person]) -> None:
        """Several people change their minds."""
        for person in people:
            chosen = frozenset(self.dice.sample(EVERY_CHOICE, self.dice.randrange(5)))
            act(self.world, person, save_choices, person.customer_id, chosen)


class Killer(Receiver):
    """Sends, and kills its worker now and then before it has heard the answer."""

    def __init__(self, chaos: Chaos) -> None:
        super().__init__(chaos.there.url, [chaos.there.secret])
        self._chaos = chaos

    def send(self, name: str, moment: datetime, body: bytes) -> Answer:
        chaos = self._chaos
        chaos.on_line[name] += 1
        if chaos.on_line[name] > 1:
            chaos.twice_at_once.add(name)
        answer = super().send(name, moment, body)
        chaos.on_line[name] -= 1
        is_killed = not chaos.is_over and chaos.dice.random() < 0.15
        if is_killed and chaos.faults[f"killed {name}"] < FAULTS:
            chaos.faults[f"killed {name}"] += 1
            raise KilledError
        return answer


def all_at_once(*jobs: Callable[[], None]) -> None:
    faults: list[BaseException] = []

    def run(job: Callable[[], None]) -> None:
        try:
            job()
        except BaseException as fault:  # noqa: BLE001  # whatever it is, it is the finding
            faults.append(fault)

    threads = [threading.Thread(target=run, args=(job,)) for job in jobs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert faults == []


def sent_order(world: World) -> dict[str, list[str]]:
    """The ids of what was announced of each customer, in the order of the changes."""
    found = defaultdict(list)
    for row in announcements(world):
        found[row.known_id.hex].append(f"msg_{row.id.hex}")
    return dict(found)


def arrival_order(there: Listener) -> dict[str, list[str]]:
    """The ids of what came of each customer, in the order of their first arrival."""
    found: dict[str, list[str]] = defaultdict(list)
    for heard in there.heard:
        ids = found[heard.data["customer"]]
        if heard.id not in ids:
            ids.append(heard.id)
    return dict(found)


@pytest.mark.nightly
@pytest.mark.parametrize("seed", [1, 2])
def test_everything_arrives_at_least_once_and_in_order_for_each_person(
    world: World, there: Listener, seed: int
) -> None:
    dice = random.Random(seed)  # noqa: S311  # a test, not a secret
    chaos = Chaos(world, there, dice)
    there.choose = chaos.answer
    people = [world.customer(f"person{number}@example.com") for number in range(PEOPLE)]
    for _ in range(ROUNDS):
        changing = dice.sample(people, 2)
        all_at_once(lambda who=changing: chaos.change(who), chaos.work, chaos.work)  # type: ignore[misc]  # a lambda has no types
        world.clock.move(seconds=dice.choice([1, 10, 130, 400, 2000]))
    with world.work() as work:
        announce_end(work, people[0].customer_id)
    chaos.is_over = True
    for _ in range(20):
        world.clock.move(hours=3)
        all_at_once(chaos.work, chaos.work)
    assert set(states(world)) == {"delivered"}
    assert arrival_order(there) == sent_order(world)
    assert {one.id for one in there.taken} == set(chain(*sent_order(world).values()))
    assert chaos.twice_at_once == set()
    assert sum(chaos.faults.values()) > ROUNDS, "a good deal went wrong"
    with world.work() as work:
        changes = work.session.query(ChoiceChange).count()
        assert work.session.query(Announcement).count() == changes + 1
    for heard in there.heard:
        heard.check(there.secret)


def test_the_newest_state_of_each_choice_is_what_the_receiver_heard_last(
    world: World, there: Listener
) -> None:
    dice = random.Random(3)  # noqa: S311  # a test, not a secret
    chaos = Chaos(world, there, dice)
    there.choose = chaos.answer
    person = world.customer()
    for _ in range(ROUNDS):
        chaos.change([person])
        chaos.work()
        world.clock.move(seconds=30)
    chaos.is_over = True
    for _ in range(20):
        world.clock.move(hours=3)
        chaos.work()
    heard: dict[str, bool] = {}
    for _, data in there.told():
        heard[f"{data['purpose']}:{data['channel']}"] = data["agreed"]
    with world.work() as work:
        agreed = {choice.value for choice in get_choices(work, person.customer_id).agreed}
    assert {choice for choice, is_on in heard.items() if is_on} == agreed


def test_several_at_once_about_one_customer_are_numbered_one_after_the_other(
    world: World,
) -> None:
    """Also the first of all: whoever comes second waits until the first has committed."""
    person = world.customer()

    def announce_some() -> None:
        for _ in range(8):
            with world.work() as work:
                announce(work, EventType.CUSTOMER_CLOSED, person.customer_id, {})

    all_at_once(announce_some, announce_some, announce_some)
    assert [row.number for row in announcements(world)] == list(range(1, 25))
    assert len({row.known_id for row in announcements(world)}) == 1
