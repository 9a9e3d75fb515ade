"""A number of no customer that is to be kept out of directories is told, and then forgotten."""

from portal.consent.listed_people.service import leave_out
from portal.governance.retention.service import purge
from tests.consent.listed_people.steps import MORGAN, MORGANS, take_in
from tests.consent.webhooks.receiver import Listener
from tests.consent.webhooks.steps import announcements, give_up, tell
from tests.world import World


def test_the_receiver_is_told_of_the_number_and_then_its_key_goes(
    world: World, there: Listener
) -> None:
    take_in(world, MORGANS)
    before = world.parts.keyring.count()
    with world.work() as work:
        leave_out(work, MORGAN)
    (row,) = announcements(world)
    assert row.sealed is not None
    assert b"7946" not in row.sealed
    tell(world)
    ((kind, data),) = there.told()
    assert kind == "directories.number.left-out"
    assert data["number_hashes"]
    assert data["email_hashes"] == []
    (row,) = announcements(world)
    assert (row.sealed, row.delivered_at is not None) == (None, True)
    world.worker().destroy_keys()
    assert world.parts.keyring.count() == before - 1, "that of the entry, too"


def test_a_receiver_that_could_not_be_told_can_be_told_again_until_the_number_is_forgotten(
    world: World, there: Listener
) -> None:
    with world.work() as work:
        leave_out(work, MORGAN)
    give_up(world, there)
    (row,) = announcements(world)
    assert (row.dead_at is not None, row.sealed is not None) == (True, True)
    before = world.parts.keyring.count()
    world.clock.move(days=31)
    purge(world.parts.work, world.parts.register)
    assert world.parts.keyring.count() == before - 1
    assert not announcements(world)
