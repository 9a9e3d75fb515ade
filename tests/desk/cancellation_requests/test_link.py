"""The link that confirms a cancellation: it shows, it asks for the password, it dies."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import event

from portal.desk.cancellation_requests.service import (
    confirm_cancellation,
    find_cancellation,
    prove_by_link,
)
from portal.desk.cases.queries import get_case
from portal.desk.cases.rules import Step
from portal.erasure.cancellation.rules import Leaving, When
from portal.erasure.cancellation.service import leave
from portal.identity.accounts.queries import find_customer, list_registrations
from portal.identity.accounts.rules import Service
from portal.identity.credentials.rules import WRONG_PASSWORD
from portal.platform.core.work import Work, Works
from tests.world import PASSWORD, Person, World

CANCELLING: dict[str, Any] = {"topic": "cancel-registration", "service": "broadband"}


def link_for(world: World, reference: str) -> str:
    """What the desk sends when it presses the button of a case."""
    desk = world.at_the_desk(world.colleague(f"{reference}@example.net".lower()))
    page = desk.open(f"/staff/cases/{reference}")
    page.send(f"/staff/cases/{reference}/link")
    return world.email("Do you want to ").link


def test_the_link_shows_what_goes_and_a_press_cancels_it(world: World) -> None:
    person = world.customer()
    link = link_for(world, world.case(email=person.email, **CANCELLING))
    page = world.visitor().open(link)
    assert "Broadband" in page.text
    assert len(world.read(list_registrations, person.customer_id)) == 2, "looking cancels nothing"
    assert page.send(password=PASSWORD, confirm="y").path == "/contact/confirmed"
    left = world.read(list_registrations, person.customer_id)
    assert [one.service for one in left] == [Service.MOBILE]
    world.visitor().open(link, status=410)


@pytest.mark.parametrize("service", ["everything", "broadband"])
def test_the_link_deletes_the_account_with_everything_or_the_only_service(
    world: World, service: str
) -> None:
    person = world.customer(services=(Service.BROADBAND,))
    link = link_for(
        world, world.case(email=person.email, topic="cancel-registration", service=service)
    )
    page = world.visitor().open(link)
    assert "we stop all marketing and sign you out everywhere straight away" in page.text
    assert "Your registrations 1 record" in page.text
    page.send(password=PASSWORD, confirm="y", when="now")
    assert world.read(find_customer, person.customer_id) is None
    assert world.email("Your account is deleted").to == person.email


def test_whoever_is_signed_in_is_let_out_when_the_link_deletes_the_account(world: World) -> None:
    person = world.customer(services=(Service.BROADBAND,))
    link = link_for(world, world.case(person, **CANCELLING))
    visitor = world.signed_in(person)
    visitor.open(link).send(password=PASSWORD, confirm="y", when="now")
    assert visitor.cookie("session") is None


@pytest.mark.parametrize("fields", [{"confirm": "y"}, {"password": PASSWORD}, {}])
def test_the_link_alone_cancels_nothing(world: World, fields: dict[str, Any]) -> None:
    person = world.customer()
    link = link_for(world, world.case(email=person.email, **CANCELLING))
    page = world.visitor().open(link)
    assert page.send(**fields).path == link
    wrong = page.send(password="five brown trombones sleep", confirm="y")
    assert wrong.errors["password"] == WRONG_PASSWORD
    assert len(world.read(list_registrations, person.customer_id)) == 2


def test_guessing_behind_a_link_is_blocked_like_anywhere_else(world: World) -> None:
    person = world.customer()
    page = world.visitor().open(link_for(world, world.case(email=person.email, **CANCELLING)))
    for _ in range(6):
        page.send(password="five brown trombones sleep", confirm="y")
    assert "Too many attempts" in page.send(password=PASSWORD, confirm="y").errors["password"]


def test_the_link_can_give_seven_days_as_well(world: World) -> None:
    person = world.customer()
    link = link_for(
        world, world.case(email=person.email, topic="cancel-registration", service="everything")
    )
    page = world.visitor().open(link)
    assert page.send(password=PASSWORD, confirm="y").path == "/registrations/closed"
    assert world.email("We’ll delete your account").to == person.email
    assert world.read(find_customer, person.customer_id).is_closed


def test_the_link_of_an_account_that_is_closed_is_dead(world: World) -> None:
    person = world.customer()
    link = link_for(world, world.case(email=person.email, **CANCELLING))
    leave(world.parts.work, world.parts.context, person.customer_id, When.LATER)
    world.visitor().open(link, status=410)


def test_no_link_goes_to_an_account_that_is_closed(world: World) -> None:
    person = world.customer()
    reference = world.case(email=person.email, **CANCELLING)
    leave(world.parts.work, world.parts.context, person.customer_id, When.LATER)
    world.deliver()
    path = f"/staff/cases/{reference}"
    desk = world.at_the_desk()
    page = desk.open(path)
    assert f"{path}/link" not in page.answer.text
    desk.send(f"{path}/link", version=page.value("version"))
    assert desk.open(path).flashes[0].startswith("No open account has this address")
    assert world.deliver() == []


def test_the_link_and_the_reminder_pressed_at_once_cancel_once(world: World) -> None:
    person = world.customer()
    reference = world.case(email=person.email, **CANCELLING)
    first = link_for(world, reference)
    world.clock.move(days=8)
    links = first, world.email("Do you still want to ").link
    tokens = [link.rsplit("/", 1)[1] for link in links]
    proof = prove_by_link(world.parts.work, world.parts.hasher, tokens[0], PASSWORD)
    shown = world.read(find_cancellation, tokens[0])
    assert proof is not None
    assert shown is not None
    is_waiting, came_of_it = threading.Event(), []

    def press(works: Works, token: str) -> None:
        given = token, When.NOW, proof, shown
        came_of_it.append(confirm_cancellation(works, world.parts.context, *given))

    def notice(connection: object, cursor: object, statement: str, *rest: object) -> None:
        del connection, cursor, rest
        is_locking = "FROM customer" in statement and "FOR NO KEY UPDATE" in statement
        if threading.current_thread() is second and (
            is_locking or statement.startswith("BEGIN IMMEDIATE")
        ):
            is_waiting.set()

    @contextmanager
    def slow() -> Iterator[Work]:
        with world.work() as work:
            yield work
            work.session.flush()
            second.start()
            assert is_waiting.wait(10), "the second has come as far as it can"

    second = threading.Thread(target=press, args=(world.parts.work, tokens[1]))
    engine = world.parts.sessions.engine
    event.listen(engine, "before_cursor_execute", notice)
    press(slow, tokens[0])
    second.join()
    event.remove(engine, "before_cursor_execute", notice)
    assert sorted(came_of_it, key=bool) == [None, Leaving()]
    steps = [entry.step for entry in world.read(get_case, reference).entries]
    assert steps.count(Step.CONFIRMED) == 1
    assert len(world.read(list_registrations, person.customer_id)) == 1


def test_the_link_dies_after_fourteen_days(world: World) -> None:
    person = world.customer()
    link = link_for(world, world.case(email=person.email, **CANCELLING))
    world.clock.move(days=13, hours=23)
    page = world.visitor().open(link)
    world.clock.move(hours=1, seconds=1)
    world.visitor().open(link, status=410)
    page.send(status=410, password=PASSWORD, confirm="y")
    assert len(world.read(list_registrations, person.customer_id)) == 2


def test_a_newer_link_makes_the_older_one_dead(world: World) -> None:
    reference = world.case(email=world.customer().email, **CANCELLING)
    older = link_for(world, reference)
    desk = world.at_the_desk(world.colleague("kit@example.com"))
    desk.open(f"/staff/cases/{reference}").send(f"/staff/cases/{reference}/link")
    newer = world.email("Do you want to ").link
    world.visitor().open(older, status=410)
    world.visitor().open(newer)


@pytest.mark.parametrize("how", ["close", "reply"])
def test_the_link_is_dead_once_the_case_is_closed(world: World, how: str) -> None:
    reference = world.case(email=world.customer().email, **CANCELLING)
    link, path = link_for(world, reference), f"/staff/cases/{reference}"
    page = world.at_the_desk(world.colleague("kit@example.com")).open(path)
    if how == "close":
        page.visitor.open(f"{path}/close").send(ended="withdrawn")
    else:
        page.send(path, step="replied", message="Done already", outcome="done")
    world.visitor().open(link, status=410)


def test_a_link_for_one_purpose_opens_nothing_else(world: World) -> None:
    token = link_for(world, world.case(email=world.customer().email, **CANCELLING))
    token = token.rsplit("/", 1)[1]
    world.visitor().open(f"/register/confirm/{token}", status=410)
    world.visitor().open(f"/contact/confirm/{token}x", status=410)
    world.visitor().open(f"/contact/confirm/{token[:-1]}", status=410)


def test_whatever_address_is_typed_only_the_writers_own_account_can_go(world: World) -> None:
    author: Person = world.customer()
    victim = world.customer("jules@example.com")
    reference = world.case(
        author, email=victim.email, topic="cancel-registration", service="everything"
    )
    desk = world.at_the_desk()
    desk.open(f"/staff/cases/{reference}").send(f"/staff/cases/{reference}/link")
    emails = [one for one in world.deliver() if one.subject.startswith("Do you want")]
    assert [email.to for email in emails] == [author.email]
    page = world.visitor().open(emails[0].link)
    page.send(password=PASSWORD, confirm="y", when="now")
    assert world.read(find_customer, author.customer_id) is None
    assert world.read(find_customer, victim.customer_id) is not None
