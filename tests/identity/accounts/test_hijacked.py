"""An account has what the owner of its address typed, whoever else registered with it, and when."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from sqlalchemy import select

from portal.identity.accounts.models import CustomerRow, UnconfirmedRow
from portal.identity.accounts.queries import find_customer_by_email
from portal.identity.accounts.rules import WRONG_REGISTRATION
from portal.identity.credentials.models import TryCount
from portal.identity.credentials.rules import BLOCKED, TRIES
from portal.platform.encryption.hashing import Hasher
from tests.identity.accounts.registering import register
from tests.world import PASSWORD, World

VICTIM = "cedar.victim@example.com"
THEIRS = "eleven blue lanterns hum"
THIEF = "thirteen red kettles roar"


def as_thief(world: World) -> str:
    register(world, email=VICTIM, given_name="Thief", password=THIEF)
    return world.email("Confirm").link


def as_owner(world: World) -> str:
    register(world, email=VICTIM, given_name="Cedar", password=THEIRS)
    return world.email("Confirm").link


def opens(world: World, password: str) -> bool:
    page = world.visitor().open("/sign-in").send(email=VICTIM, password=password)
    return page.path == "/sign-in/question"


@pytest.mark.parametrize("first", [0, 1])
@pytest.mark.parametrize("order", [(as_thief, as_owner), (as_owner, as_thief)])
def test_whichever_email_its_owner_opens_first_the_account_has_what_the_owner_typed(
    world: World, order: tuple[Callable[[World], str], ...], first: int
) -> None:
    links = [verb(world) for verb in order]
    page = world.visitor().open(links[first]).send(password=THEIRS)
    assert page.flashes == ["Your email address is confirmed. You can sign in now."]
    assert world.read(find_customer_by_email, VICTIM).details.given_name == "Cedar"
    assert opens(world, THEIRS)
    assert not opens(world, THIEF)
    world.visitor().open(links[1 - first], status=410)
    with world.work() as work:
        assert work.session.scalars(select(UnconfirmedRow)).all() == []


def test_an_owner_who_never_registered_is_not_made_a_customer_by_pressing(world: World) -> None:
    link = as_thief(world)
    page = world.visitor().open(link).send(password="my own password for it")
    assert (page.path, page.errors["password"]) == (link, WRONG_REGISTRATION)
    page = world.visitor().open(link).send()
    assert page.errors["password"] == "Enter the password you chose"
    with world.work() as work:
        assert work.session.scalars(select(CustomerRow)).all() == []


def test_somebody_who_registers_again_and_again_keeps_nobody_out(world: World) -> None:
    links = [as_thief(world) for _ in range(TRIES)]
    for _ in range(TRIES):
        register(world, email=VICTIM, given_name="Thief", password=THIEF)
    register(world, email=VICTIM, given_name="Cedar", password=THEIRS)
    for _ in range(TRIES):
        register(world, email=VICTIM, given_name="Thief", password=THIEF)
    assert world.deliver() == [], "there were enough emails"
    page = world.visitor().open(links[2]).send(password=THEIRS)
    assert page.path == "/sign-in"
    assert world.read(find_customer_by_email, VICTIM).details.given_name == "Cedar"


@pytest.mark.parametrize("pressed", [0, 1])
def test_whoever_registers_twice_with_one_password_has_what_the_link_is_of(
    world: World, pressed: int
) -> None:
    links = []
    for name in ("Robin", "Rowan"):
        register(world, given_name=name)
        links.append(world.email("Confirm").link)
        world.clock.move(minutes=1)
    world.visitor().open(links[pressed]).send(password=PASSWORD)
    found = world.read(find_customer_by_email, "rowan@example.com")
    assert found.details.given_name == ("Robin", "Rowan")[pressed]


def test_a_registration_of_yesterday_is_not_opened_by_a_link_of_today(world: World) -> None:
    as_owner(world)
    world.clock.move(hours=23)
    link = as_thief(world)
    world.clock.move(hours=2)
    page = world.visitor().open(link).send(password=THEIRS)
    assert page.errors["password"] == WRONG_REGISTRATION


def test_the_password_of_a_registration_cannot_be_guessed(world: World) -> None:
    link = as_owner(world)
    page = world.visitor().open(link)
    for _ in range(TRIES):
        page = page.send(password=THIEF)
        assert page.errors["password"] == WRONG_REGISTRATION
    assert page.send(password=THEIRS).errors["password"] == BLOCKED
    world.clock.move(minutes=15, seconds=1)
    assert page.send(password=THEIRS).path == "/sign-in"
    with world.work() as work:
        assert "registration-password" not in {one.guarded for one in work.session.query(TryCount)}


def test_a_registration_outlives_an_update_of_how_passwords_are_hashed(world: World) -> None:
    link = as_owner(world)
    world.parts = replace(world.parts, hasher=Hasher(memory_kib=128, time=1))
    world.app.extensions["portal"] = world.parts
    assert world.visitor().open(link).send(password=THEIRS).path == "/sign-in"


def test_a_password_that_is_too_long_to_compare_is_wrong_and_no_fault(world: World) -> None:
    page = world.visitor().open(as_owner(world)).send(password="\ufdfa" * 1024)
    assert page.errors["password"] == WRONG_REGISTRATION


def test_an_account_that_came_in_between_is_told_as_it_is(world: World) -> None:
    link = as_owner(world)
    other = world.customer("other@example.com")
    visitor = world.signed_in(other)
    visitor.open("/security/email").send(email=VICTIM)
    visitor.open(world.email("Confirm your new").link).send()
    page = world.visitor().open(link).send(password=THEIRS, status=409)
    assert page.title == "There’s already an account"
    assert "We haven’t changed that account" in page.text
    assert page.flashes == []
    assert opens(world, other.password)


def test_a_mailbox_proves_its_own_address_and_no_other_that_looks_like_it(world: World) -> None:
    register(world, email="weiß@example.com", password=THIEF)
    world.deliver()
    register(world, email="weiss@example.com", password=THEIRS)
    world.visitor().open(world.email("Confirm").link).send(password=THIEF)
    found = world.read(find_customer_by_email, "weiß@example.com")
    assert found.details.email == "weiss@example.com"


def test_somebody_whose_address_looks_like_a_customers_is_told_it_cannot_be_used(
    world: World,
) -> None:
    world.customer("weiss@example.com")
    assert register(world, email="weiß@example.com").path == "/register/sent"
    email = world.email("Please register with another email address")
    assert email.to == "weiß@example.com"
