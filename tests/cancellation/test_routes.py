from typing import Any
from uuid import uuid4

import pytest

from portal.account.queries import find_customer, list_registrations
from portal.account.rules import Service
from tests.pages import Page
from tests.world import PASSWORD, Person, World

WRONG = "five brown trombones sleep"


def cancel_page(world: World, person: Person, number: int = 0) -> Page:
    registration = world.read(list_registrations, person.customer_id)[number]
    return world.signed_in(person).open(f"/registrations/{registration.id}/cancel")


def test_a_customer_cancels_one_registration_and_gets_a_letter(world: World) -> None:
    person = world.customer()
    page = cancel_page(world, person).send(password=PASSWORD, confirm="y")
    assert page.path == "/registrations"
    assert page.flashes == ["Your registration is cancelled: Broadband."]
    assert [one.service for one in world.read(list_registrations, person.customer_id)] == [
        Service.MOBILE
    ]
    assert world.letter("Your registration is cancelled").to == person.email


def test_looking_at_a_page_that_cancels_cancels_nothing(world: World) -> None:
    person = world.customer()
    cancel_page(world, person)
    world.signed_in(person).open("/registrations/cancel")
    assert len(world.read(list_registrations, person.customer_id)) == 2


@pytest.mark.parametrize(
    ("fields", "where", "said"),
    [
        ({"password": WRONG, "confirm": "y"}, "password", "That is not your password"),
        ({"password": "", "confirm": "y"}, "password", "Enter your password"),
        ({"password": PASSWORD}, "confirm", "Tick the box"),
    ],
)
@pytest.mark.parametrize("path", ["one", "everything"])
def test_without_proof_and_a_tick_nothing_is_cancelled(
    world: World, path: str, fields: dict[str, Any], where: str, said: str
) -> None:
    person = world.customer()
    if path == "one":
        page = cancel_page(world, person)
    else:
        page = world.signed_in(person).open("/registrations/cancel")
    answer = page.send(**fields)
    assert answer.path == page.path
    assert answer.errors[where].startswith(said)
    assert PASSWORD not in answer.answer.text
    assert len(world.read(list_registrations, person.customer_id)) == 2
    assert world.deliver() == []


def test_a_password_is_not_looked_at_before_the_box_is_ticked(world: World) -> None:
    page = world.signed_in().open("/registrations/cancel")
    before = world.rows()
    for _ in range(8):
        page.send(password=WRONG)
    assert world.rows() == before
    assert page.send(password=PASSWORD, confirm="y").path == "/registrations/gone"


def test_guessing_the_password_here_is_blocked_after_six_tries(world: World) -> None:
    person = world.customer()
    page = world.signed_in(person).open("/registrations/cancel")
    for _ in range(6):
        page.send(password=WRONG, confirm="y")
    assert "too many tries" in page.send(password=PASSWORD, confirm="y").errors["password"]
    assert world.read(find_customer, person.customer_id) is not None
    assert world.letter("Somebody tried").to == person.email


def test_the_only_registration_there_is_takes_the_account_with_it(world: World) -> None:
    person = world.customer(services=(Service.MOBILE,))
    page = cancel_page(world, person)
    assert page.path == "/registrations/cancel"
    assert "This deletes your account" in page.text
    assert page.send(password=PASSWORD, confirm="y").path == "/registrations/gone"
    assert world.read(find_customer, person.customer_id) is None


def test_cancelling_everything_says_before_what_goes_and_what_stays(world: World) -> None:
    page = world.signed_in().open("/registrations/cancel")
    assert "cannot be undone" in page.text
    for holding in (one for one in world.parts.register if one.fate != "passing"):
        assert holding.category in page.text
    assert "goes on as it is" in page.text


def test_cancelling_everything_lets_the_customer_out_and_says_goodbye(world: World) -> None:
    person = world.customer()
    visitor = world.signed_in(person)
    page = visitor.open("/registrations/cancel")
    answer = visitor.post(
        "/registrations/cancel",
        {"csrf_token": page.value("csrf_token"), "password": PASSWORD, "confirm": "y"},
    )
    assert (answer.status_code, answer.location) == (303, "/registrations/gone")
    assert "cookies" in answer.headers["Clear-Site-Data"]
    assert visitor.cookie("session") is None
    assert "Rowan" not in visitor.open("/registrations/gone").answer.text
    assert world.letter("Your account is deleted").to == person.email
    again = world.visitor().open("/sign-in").send(email=person.email, password=PASSWORD)
    assert again.errors["password"] == "The email address or the password is not right"


def test_a_registration_cancelled_in_another_window_is_not_there_any_more(world: World) -> None:
    person = world.customer(services=tuple(Service)[:3])
    page, late = cancel_page(world, person), cancel_page(world, person)
    page.send(password=PASSWORD, confirm="y")
    late.send(status=404, password=PASSWORD, confirm="y")
    assert len(world.read(list_registrations, person.customer_id)) == 2


def test_anothers_registration_looks_like_one_that_never_was(world: World) -> None:
    mine, theirs = world.customer(), world.customer("jules@example.com")
    other = world.read(list_registrations, theirs.customer_id)[0]
    visitor = world.signed_in(mine)
    pages = [
        visitor.open(f"/registrations/{one}/cancel", status=404) for one in (other.id, uuid4())
    ]
    assert pages[0].text == pages[1].text
    fields = {"password": PASSWORD, "confirm": "y"}
    assert visitor.send(f"/registrations/{other.id}/cancel", **fields).status_code == 404
    assert len(world.read(list_registrations, theirs.customer_id)) == 2


def test_a_customer_without_registrations_sees_an_empty_page_and_may_still_leave(
    world: World,
) -> None:
    person = world.customer(services=())
    visitor = world.signed_in(person)
    assert "No registrations" in visitor.open("/registrations").text
    page = visitor.open("/registrations/cancel").send(password=PASSWORD, confirm="y")
    assert page.path == "/registrations/gone"
