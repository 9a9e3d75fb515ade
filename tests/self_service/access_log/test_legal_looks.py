"""A look that would tell of a legal matter: told late, not before it may be, then for good."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import count

import pytest

from portal.desk.disclosures.service import view_disclosures
from portal.governance.retention.service import purge
from portal.identity.staff_accounts.rules import Role
from portal.platform.core.clock import london_day
from portal.platform.core.work import Actor
from portal.self_service.access_log.rules import LEGAL, LOOKS, UNTOLD, find_told_until
from tests.desk.disclosures.test_disclosures import given
from tests.governance.legal_holds.test_desk import place
from tests.pages import Visitor
from tests.self_service.access_log.test_looked import titles
from tests.world import Person, World

DAY = timedelta(days=1)
NUMBERS = count()
NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


def times(*days: tuple[int, int]) -> list[tuple[datetime, datetime]]:
    return [(NOON + began * DAY, NOON + ended * DAY) for began, ended in days]


@pytest.mark.parametrize(
    ("quiet", "until"),
    [
        ([], 100),
        (times((10, 50)), 100),
        (times((90, 200)), 90),
        (times((10, 95), (90, 200)), 10),
        (times((10, 90), (90, 200)), 10),
        (times((10, 89), (90, 200)), 90),
        (times((60, 99), (90, 200), (10, 70)), 10),
        (times((150, 200)), 100),
    ],
)
def test_what_was_read_before_the_present_quiet_began_stays(
    quiet: list[tuple[datetime, datetime]], until: int
) -> None:
    assert find_told_until(NOON + 100 * DAY, quiet) == NOON + until * DAY - UNTOLD


def officer(world: World) -> Person:
    """Another privacy officer each time."""
    return world.colleague(f"officer{next(NUMBERS)}@example.com", role=Role.PRIVACY_OFFICER)


def looks_for_a_hold(world: World, person: Person) -> None:
    world.at_the_desk(officer(world)).open("/staff/holds").send(who=person.email)


def looks_for_a_disclosure(world: World, person: Person) -> None:
    world.at_the_desk(officer(world)).open("/staff/disclosures").send(who=person.email)


def holds(world: World, person: Person) -> None:
    desk = world.at_the_desk(officer(world))
    page = desk.open(f"/staff/customers/{person.id}/holds")
    assert page.send(why="A court has asked for all of it", until="1 March 2027").flashes


def holds_what_they_sent_as_a_visitor(world: World, person: Person) -> None:
    place(world, world.case(email=person.email))


def discloses(world: World, person: Person) -> None:
    senior = world.colleague(f"senior{next(NUMBERS)}@example.com", role=Role.SENIOR)
    day = london_day(world.clock()) + timedelta(days=90)
    given(world, person, senior, officer(world), told_from=day)


LOOKING = [looks_for_a_hold, looks_for_a_disclosure]
FOLLOWING = [holds, holds_what_they_sent_as_a_visitor, discloses]
Deed = Callable[[World, Person], None]


@pytest.mark.parametrize("look", LOOKING)
@pytest.mark.parametrize("follow", FOLLOWING)
def test_a_look_that_something_follows_is_told_when_that_is_over(
    world: World, look: Deed, follow: Deed
) -> None:
    person = world.customer()
    look(world, person)
    follow(world, person)
    world.clock.move(days=3)
    assert legal_lines(world.signed_in(person)) == []
    world.clock.move(days=130)
    assert legal_lines(world.signed_in(person))


@pytest.mark.parametrize("look", LOOKING)
@pytest.mark.parametrize("follow", FOLLOWING)
def test_a_look_that_was_told_stays_told_whatever_follows_it(
    world: World, look: Deed, follow: Deed
) -> None:
    person = world.customer()
    look(world, person)
    world.clock.move(days=1, minutes=1)
    told = legal_lines(world.signed_in(person))
    assert told
    world.clock.move(days=2)
    follow(world, person)
    assert legal_lines(world.signed_in(person)) == told
    world.clock.move(days=3)
    assert legal_lines(world.signed_in(person)) == told


def test_one_hold_after_another_is_one_quiet_also_once_the_first_is_forgotten(
    world: World,
) -> None:
    person = world.customer()
    looks_for_a_hold(world, person)
    holds(world, person)
    world.clock.move(days=60)
    desk = world.at_the_desk(officer(world))
    page = desk.open(f"/staff/customers/{person.id}/holds")
    assert page.send(why="Another court has asked for it", until="1 March 2029").flashes
    world.clock.move(days=500)
    purge(world.parts.work, world.parts.register)
    assert legal_lines(world.signed_in(person)) == []
    world.clock.move(days=400)
    purge(world.parts.work, world.parts.register)
    assert legal_lines(world.signed_in(person))


def legal_lines(visitor: Visitor) -> list[str]:
    said = {LOOKS[name]({})[0].format(who="A privacy officer") for name in LEGAL}
    return [one for one in titles(visitor) if one in said]


def test_each_search_and_each_view_of_what_others_got_is_told_a_day_later(world: World) -> None:
    person, kit = world.customer(), officer(world)
    desk = world.at_the_desk(kit)
    desk.open(f"/staff/customers/{person.id}/disclosures")
    desk.open("/staff/disclosures").send(who=person.email)
    assert legal_lines(world.signed_in(person)) == []
    world.clock.move(days=1, minutes=1)
    assert set(legal_lines(world.signed_in(person))) == {
        "A privacy officer looked at who else got your details",
        "A privacy officer found your account in a search",
    }


@pytest.mark.parametrize("path", ["/staff/holds", "/staff/disclosures", "/staff/customers"])
def test_no_search_for_a_customer_by_address_goes_untold(world: World, path: str) -> None:
    person = world.customer()
    world.at_the_desk(officer(world)).open(path).send(who=person.email)
    world.clock.move(days=1, minutes=1)
    assert "A privacy officer found your account in a search" in titles(world.signed_in(person))


def test_a_view_from_before_roles_were_recorded_is_told_all_the_same(world: World) -> None:
    person = world.customer()
    kit = officer(world)
    with world.work(Actor("staff", kit.id)) as work:
        view_disclosures(work, person.customer_id)
    for name in LEGAL:
        assert "{who}" in LOOKS[name]({})[0]
