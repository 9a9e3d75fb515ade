import re

import pytest

from portal.staff.models import StaffRow
from tests.pages import Page
from tests.world import ANSWER, PASSWORD, QUESTION, Person, World

WRONG = "five brown trombones sleep"


def try_password(world: World, email: str, password: str = WRONG) -> Page:
    return world.visitor().open("/staff/sign-in").send(email=email, password=password)


def test_a_colleague_signs_in_with_password_and_answer(world: World) -> None:
    person, visitor = world.colleague(), world.visitor()
    page = visitor.open("/staff").send(email=" SAM@example.com ", password=PASSWORD)
    assert page.path == "/staff/sign-in/question"
    assert QUESTION in page.text
    assert page.send(answer=ANSWER).path == "/staff"
    (line,) = world.audit("staff:member:signed-in")
    assert line.subject_id == person.id


def test_unknown_and_wrong_get_the_same_page_at_the_desk(world: World) -> None:
    known = try_password(world, world.colleague().email)
    unknown = try_password(world, "nil@example.com")
    assert known.errors == {"password": "The email address or the password is not right"}
    assert known.text == unknown.text


@pytest.mark.parametrize("email", ["sam@example.com", "unknown@example.com"])
def test_six_tries_block_at_the_desk_as_well(world: World, email: str) -> None:
    world.colleague()
    for _ in range(6):
        try_password(world, email)
    assert "too many tries" in try_password(world, email, PASSWORD).errors["password"]


def test_six_wrong_answers_block_at_the_desk_as_well(world: World) -> None:
    page = try_password(world, world.colleague().email, PASSWORD)
    for _ in range(6):
        page = page.send(answer="the market")
    assert "too many tries" in page.send(answer=ANSWER).errors["answer"]


def test_a_customer_cannot_sign_in_at_the_desk_nor_a_colleague_as_a_customer(world: World) -> None:
    customer, colleague = world.customer(), world.colleague()
    assert try_password(world, customer.email, PASSWORD).path == "/staff/sign-in"
    page = world.visitor().open("/sign-in").send(email=colleague.email, password=PASSWORD)
    assert page.path == "/sign-in"


def test_one_address_can_be_a_customers_and_a_colleagues_with_sessions_apart(world: World) -> None:
    world.customer("both@example.com")
    colleague = world.colleague("both@example.com")
    desk = world.at_the_desk(colleague)
    assert desk.open("/staff").path == "/staff"
    assert desk.open("/account").path == "/sign-in"


def test_somebody_who_left_is_let_in_no_more_and_put_out_at_once(world: World) -> None:
    person = world.colleague()
    desk = world.at_the_desk(person)
    with world.work() as work:
        work.session.get_one(StaffRow, person.id).closed_at = world.clock()
    assert desk.open("/staff").path == "/staff/sign-in"
    assert try_password(world, person.email, PASSWORD).path == "/staff/sign-in"


def test_half_a_sign_in_opens_nothing_at_the_desk(world: World) -> None:
    visitor = try_password(world, world.colleague().email, PASSWORD).visitor
    assert visitor.open("/staff/cases").path == "/staff/sign-in"
    world.clock.move(minutes=10, seconds=1)
    assert visitor.open("/staff/sign-in/question").path == "/staff/sign-in"


def test_a_colleague_signs_out(world: World) -> None:
    desk = world.at_the_desk()
    answer = desk.send("/staff/sign-out")
    assert answer.location == "/staff/signed-out"
    assert desk.open("/staff").path == "/staff/sign-in"
    assert len(world.audit("staff:member:signed-out")) == 1


def test_the_cookie_of_the_desk_goes_to_our_own_pages_only(world: World) -> None:
    visitor = world.visitor()
    person: Person = world.colleague()
    page = visitor.open("/staff/sign-in")
    answer = visitor.post(
        "/staff/sign-in",
        {"csrf_token": page.value("csrf_token"), "email": person.email, "password": PASSWORD},
    )
    cookie = next(one for one in answer.headers.getlist("Set-Cookie") if one.startswith("desk="))
    assert re.search(r"; HttpOnly; Path=/; SameSite=Strict$", cookie)


@pytest.mark.parametrize("wanted", ["/profile", "//evil.example", "/staff/../account", "/"])
def test_signing_in_at_the_desk_leads_to_the_desk(world: World, wanted: str) -> None:
    world.colleague()
    page = world.visitor().open(f"/staff/sign-in?next={wanted}")
    page = page.send(email="sam@example.com", password=PASSWORD)
    assert page.send(answer=ANSWER).path == "/staff"
