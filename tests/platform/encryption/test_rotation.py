"""The master key is changed while the portal runs: nothing is lost, nothing is rewritten."""

import threading
from collections.abc import Callable
from contextlib import suppress
from uuid import uuid4

import pytest
from sqlalchemy import select, update

from portal.identity.accounts.models import CustomerRow
from portal.identity.accounts.queries import find_customer
from portal.platform.core.errors import UnreadableError
from portal.platform.core.ledger import new_receipt_number
from portal.platform.encryption import keyring as module
from portal.platform.encryption.crypto import MasterKey, MasterKeys, new_master_text
from portal.platform.encryption.keyring import Keyring
from portal.platform.encryption.models import PersonKey, Secret
from tests.databases import MASTER
from tests.world import World

NEW = new_master_text()
while MasterKey.from_text(NEW).mark == MasterKey.from_text(MASTER).mark:
    NEW = new_master_text()


def keyring_with(world: World, current: str, others: str = "") -> Keyring:
    masters = MasterKeys.from_text(current, others)
    return Keyring(world.parts.keyring.engine, masters, world.clock)


def fingerprints(world: World) -> set[bytes]:
    with world.parts.keyring.engine.connect() as connection:
        wrapped = [*connection.scalars(select(PersonKey.wrapped))]
        wrapped += connection.scalars(select(Secret.wrapped))
    return {one[:1] for one in wrapped}


def stop_after(batches: int) -> Callable[[int], None]:
    """Fail like a process that is killed after so many batches."""
    left = [batches]

    def report(_: int) -> None:
        left[0] -= 1
        if left[0] == 0:
            raise KeyboardInterrupt

    return report


def test_after_a_rotation_the_new_master_opens_everything_and_the_old_one_nothing(
    world: World,
) -> None:
    person = world.customer()
    address_hash = world.parts.keyring.hash("email", person.email)
    signature = world.parts.keyring.ledger.sign("a receipt")
    before = world.parts.keyring.read([person.id])
    both = keyring_with(world, NEW, MASTER)
    assert both.rewrap(lambda _: None) == 3, "one person, two secrets"
    alone = keyring_with(world, NEW)
    assert alone.read([person.id]) == before
    assert alone.hash("email", person.email) == address_hash
    assert alone.ledger.is_genuine("a receipt", signature)
    assert fingerprints(world) == {MasterKey.from_text(NEW).mark}
    with pytest.raises(UnreadableError):
        world.parts.keyring.read([person.id])


def test_what_was_sealed_needs_no_rewriting(world: World) -> None:
    person = world.customer()
    rows = world.rows()
    with world.work() as work:
        sealed = work.session.scalars(select(CustomerRow.sealed)).all()
    keyring_with(world, NEW, MASTER).rewrap(lambda _: None)
    with world.work() as work:
        assert work.session.scalars(select(CustomerRow.sealed)).all() == sealed
    assert world.rows() == rows
    world.parts.keyring.masters = MasterKeys.from_text(NEW)
    assert world.read(find_customer, person.customer_id).details.email == person.email


def test_a_rotation_that_is_killed_half_way_goes_on(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "BATCH", 3)
    people = [uuid4() for _ in range(10)]
    for one in people:
        world.parts.keyring.create(one)
    before = world.parts.keyring.read(people)
    both = keyring_with(world, NEW, MASTER)
    with suppress(KeyboardInterrupt):
        both.rewrap(stop_after(2))
    assert len(fingerprints(world)) == 2, "half-way"
    assert both.read(people) == before, "everything opens in the meantime"
    assert both.rewrap(lambda _: None) == 4
    assert fingerprints(world) == {MasterKey.from_text(NEW).mark}
    assert keyring_with(world, NEW).read(people) == before
    assert both.rewrap(lambda _: None) == 0


class Crowd:
    """Several at work at the same time; what goes wrong in any of them is kept."""

    def __init__(self, *verbs: Callable[[], None]) -> None:
        self.faults: list[Exception] = []
        self.threads = [threading.Thread(target=self._guard, args=(verb,)) for verb in verbs]
        for thread in self.threads:
            thread.start()

    def _guard(self, verb: Callable[[], None]) -> None:
        try:
            verb()
        except Exception as fault:  # noqa: BLE001  # whatever it is, it is the finding
            self.faults.append(fault)


def test_a_rotation_under_load_loses_no_key_and_brings_none_back(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Readers, newcomers and leavers at the same time, in the middle of the batches."""
    monkeypatch.setattr(module, "BATCH", 5)
    people = [uuid4() for _ in range(60)]
    leavers = people[::7]
    for one in people:
        world.parts.keyring.create(one)
    before = world.parts.keyring.read(people)
    both = keyring_with(world, NEW, MASTER)
    stop = threading.Event()

    def read() -> None:
        while not stop.is_set():
            assert both.read(people).items() <= before.items()

    def leave() -> None:
        for one in leavers:
            both.erase(one, new_receipt_number())
            world.parts.keyring.create(uuid4())  # a process that has the old settings yet

    crowd = Crowd(read, leave)
    both.rewrap(lambda _: None)
    crowd.threads[1].join()
    while both.rewrap(lambda _: None):
        pass
    stop.set()
    crowd.threads[0].join()
    assert crowd.faults == []
    after = keyring_with(world, NEW).read(people)
    assert after == {one: key for one, key in before.items() if one not in leavers}
    assert fingerprints(world) == {MasterKey.from_text(NEW).mark}


def test_a_wrong_master_key_with_the_same_mark_is_refused(world: World) -> None:
    """One in 256 bears it: that nothing waits for it says nothing of whether it opens anything."""
    wrong = new_master_text()
    while MasterKey.from_text(wrong).mark != MasterKey.from_text(MASTER).mark:
        wrong = new_master_text()
    with pytest.raises(UnreadableError):
        keyring_with(world, wrong).rewrap(lambda _: None)


def test_a_key_that_nothing_opens_is_told_when_all_others_are_done(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "BATCH", 2)
    people = sorted(uuid4() for _ in range(5))
    for one in people:
        world.parts.keyring.create(one)
    before = world.parts.keyring.read(people[1:])
    with world.parts.keyring.engine.begin() as connection:
        damaged = update(PersonKey).where(PersonKey.id == people[0])
        connection.execute(damaged.values(wrapped=MasterKey.from_text(NEW).mark + bytes(60)))
    with pytest.raises(UnreadableError, match=str(people[0])):
        keyring_with(world, NEW, MASTER).rewrap(lambda _: None)
    assert keyring_with(world, NEW).read(people[1:]) == before


def test_two_masters_that_cannot_be_told_apart_are_refused() -> None:
    with pytest.raises(ValueError, match="told apart"):
        MasterKeys.from_text(MASTER, MASTER)
