"""What another system is told of directories: about which number, and never the number."""

from dataclasses import replace

from portal.consent.webhooks.service import send_all_again
from portal.identity.accounts.queries import get_customer
from portal.platform.core.webhooks import Receiver
from portal.self_service.profile.service import change_profile
from tests.consent.directories.steps import HOME, MOBILE, REACHED, choose
from tests.consent.webhooks.receiver import Listener
from tests.consent.webhooks.steps import announcements, give_up, tell
from tests.world import Person, World, act


def drop_home(world: World, person: Person) -> None:
    """Take the first number out of the profile."""
    customer = world.read(get_customer, person.customer_id)
    details = replace(customer.details, telephone="")
    act(world, person, change_profile, person.customer_id, details, customer.version)


def hashes(there: Listener, number: str) -> list[str]:
    return Receiver(there.url, [there.secret]).fingerprints(number, "telephone")


def test_a_choice_is_told_with_the_number_as_a_keyed_hash(world: World, there: Listener) -> None:
    person = world.customer(**REACHED)
    choose(world, person, {HOME: "printed"})
    tell(world)
    (one,) = there.heard
    body = one.check(there.secret)
    assert body["type"] == "directories.entry.changed"
    key = body["data"].pop("number")
    assert len(bytes.fromhex(key)) == 16
    assert body["data"] == {
        "customer": announcements(world)[0].known_id.hex,
        "email_hashes": Receiver(there.url, [there.secret]).fingerprints(person.email),
        "number_hashes": hashes(there, HOME),
        "listing": "printed",
        "agreed": True,
        "by": "customer",
    }


def test_a_number_that_goes_is_told_off_under_the_same_id(world: World, there: Listener) -> None:
    person = world.customer(**REACHED)
    choose(world, person, {HOME: "printed reverse", MOBILE: "online"})
    drop_home(world, person)
    tell(world)
    told = [data for _, data in there.told()]
    assert {one["number"] for one in told[3:]} == {told[0]["number"]}
    assert [(one["listing"], one["agreed"]) for one in told[3:]] == [
        ("printed", False),
        ("reverse", False),
    ]
    assert all(one["number_hashes"] == hashes(there, HOME) for one in told[3:])


def test_what_is_sent_again_still_says_which_number_and_an_old_yes_is_not(
    world: World, there: Listener
) -> None:
    person = world.customer(**REACHED)
    choose(world, person, {HOME: "printed", MOBILE: "printed"})
    give_up(world, there)
    give_up(world, there)
    drop_home(world, person)
    tell(world)
    there.heard.clear()
    done = send_all_again(world.work, dead_only=True)
    assert (done.sent, done.overtaken) == (1, 1)
    tell(world)
    (one,) = there.heard
    assert (one.data["number_hashes"], one.data["agreed"]) == (hashes(there, MOBILE), True)


def test_no_number_is_in_what_is_sent_or_waits(world: World, there: Listener) -> None:
    person = world.customer(**REACHED)
    choose(world, person, {HOME: "printed reverse"})
    waiting = announcements(world)
    tell(world)
    said = b"".join(one.body for one in there.heard).decode()
    said += "".join(f"{one.data}{one.about}{one.sealed!r}" for one in waiting)
    assert "960001" not in said
    assert there.heard


def test_whoever_has_left_is_told_of_as_ever(world: World, there: Listener) -> None:
    person = world.customer(**REACHED)
    choose(world, person, {HOME: "printed"})
    world.erase(person)
    tell(world)
    assert [kind for kind, _ in there.told()] == ["customer.left"]
    assert there.heard[0].data["email_hashes"]
