"""Seven days to think: closed at once, back by signing in, gone when they have passed."""

from datetime import date

import pytest

from portal.consent.marketing.queries import get_choices, list_changes
from portal.consent.marketing.service import save_choices
from portal.erasure.cancellation import service
from portal.erasure.cancellation.rules import When
from portal.governance.legal_holds.queries import list_holds
from portal.governance.legal_holds.rules import NewHold
from portal.governance.legal_holds.service import lift_hold, place_hold
from portal.identity.accounts.queries import find_customer, list_registrations
from portal.platform.core.work import Actor
from tests.consent.marketing.steps import EVERY_CHOICE
from tests.pages import Visitor
from tests.world import LEAVE_LATER, PASSWORD, Person, World, act


def close(world: World, person: Person) -> None:
    page = world.signed_in(person).open(LEAVE_LATER)
    assert page.send(password=PASSWORD, confirm="y").path == "/registrations/closed"


def hold(world: World, person: Person, until: date = date(2027, 3, 1)) -> None:
    colleague = world.colleague()
    with world.work(Actor("staff", colleague.id)) as work:
        new = NewHold(why="A claim", until=until, customer_id=person.customer_id)
        work.note_locked(person.id)
        place_hold(work, colleague.staff_id, person.id, new)


def is_there(world: World, person: Person) -> bool:
    return world.read(find_customer, person.customer_id) is not None


def test_an_account_is_closed_at_once_and_a_letter_says_until_when(world: World) -> None:
    person = world.customer()
    elsewhere = world.signed_in(person)
    close(world, person)
    assert elsewhere.open("/account").path == "/sign-in", "everybody is signed out"
    email = world.email("We’ll delete your account")
    assert email.to == person.email
    assert "30 November 2026 at midday" in email.text
    assert "signed you out everywhere" in email.text
    assert email.link == "/sign-in"
    assert is_there(world, person)


def test_signing_in_brings_the_account_back(world: World) -> None:
    person = world.customer()
    close(world, person)
    world.clock.move(days=6, hours=23)
    world.deliver()
    visitor = world.visitor()
    visitor.open("/sign-in").send(email=person.email, password=PASSWORD)
    page = visitor.open("/sign-in/question").send(answer=person.answer)
    assert page.path == "/account"
    assert "Your account is back" in " ".join(page.flashes)
    assert world.email("Your account is back").to == person.email
    world.clock.move(days=2)
    world.deliver()
    assert is_there(world, person)
    assert len(world.read(list_registrations, person.customer_id)) == 2


def test_the_right_password_alone_brings_nothing_back(world: World) -> None:
    person = world.customer()
    close(world, person)
    world.visitor().open("/sign-in").send(email=person.email, password=PASSWORD)
    assert world.read(find_customer, person.customer_id).is_closed


def test_after_seven_days_the_worker_deletes_everything_and_sends_the_receipt(
    world: World,
) -> None:
    person = world.customer()
    close(world, person)
    world.deliver()
    world.clock.move(days=7)
    email = world.email("Your account is deleted")
    assert email.to == person.email
    assert "receipt of deletion ER-" in email.text
    assert not is_there(world, person)
    page = world.visitor().open("/sign-in").send(email=person.email, password=PASSWORD)
    assert page.path == "/sign-in"


def test_marketing_stops_at_once_and_stays_off(world: World) -> None:
    person = world.customer()
    act(world, person, save_choices, person.customer_id, frozenset(EVERY_CHOICE))
    close(world, person)
    assert world.read(get_choices, person.customer_id).agreed == frozenset()
    assert len(world.read(list_changes, person.customer_id, 100)) == 2 * len(EVERY_CHOICE)
    assert "already stopped all marketing" in world.email("We’ll delete your account").text
    world.signed_in(person)
    assert world.read(get_choices, person.customer_id).agreed == frozenset()
    assert "All marketing is off" in world.email("Your account is back").text


def test_closing_twice_moves_nothing(world: World) -> None:
    person = world.customer()
    context, works = world.parts.context, world.parts.work
    first = service.leave(works, context, person.customer_id, When.LATER)
    world.clock.move(days=1)
    service.leave(works, context, person.customer_id, When.LATER)
    assert world.read(find_customer, person.customer_id).leaves_at == first.leaves_at
    assert [one.subject for one in world.deliver()] == [
        "We’ll delete your account on 30 November 2026"
    ]


def test_a_browser_that_remembered_greets_nobody_any_more(world: World) -> None:
    person = world.customer()
    visitor: Visitor = world.visitor()
    visitor.open("/sign-in").send(email=person.email, password=PASSWORD, remember="y")
    visitor.open("/sign-in/question").send(answer=person.answer)
    service.leave(world.parts.work, world.parts.context, person.customer_id, When.LATER)
    assert "Rowan" not in visitor.open("/sign-in").text


@pytest.mark.parametrize("when", list(When))
def test_a_legal_hold_puts_it_off_and_the_letter_says_until_when(world: World, when: When) -> None:
    person = world.customer()
    hold(world, person)
    page = world.signed_in(person).open(LEAVE_LATER)
    assert "1 March 2027" not in page.text, "nothing tells of it before they decide"
    assert page.send(password=PASSWORD, confirm="y", when=when).path == "/registrations/closed"
    assert "until 1 March 2027" in world.email("We’ll delete your account").text
    world.clock.move(days=30)
    world.deliver()
    assert is_there(world, person), "the hold keeps them"
    world.clock.move(days=69)
    world.deliver()
    assert not is_there(world, person), "the hold is over"


def test_a_hold_that_is_lifted_lets_go_at_once(world: World) -> None:
    person = world.customer()
    hold(world, person)
    service.leave(world.parts.work, world.parts.context, person.customer_id, When.NOW)
    world.deliver()
    assert is_there(world, person)
    (placed,) = world.read(list_holds, person.customer_id, ())
    assert placed.why == "A claim"
    colleague = world.colleague("kit@example.com")
    with world.work(Actor("staff", colleague.id)) as work:
        lift_hold(work, colleague.staff_id, placed.id)
    world.deliver()
    assert not is_there(world, person)
