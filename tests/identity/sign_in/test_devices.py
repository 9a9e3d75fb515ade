"""New devices, remembered browsers, copied cookies, fresh proof."""

from typing import Any

import pytest

from portal.identity.credentials.rules import WRONG_PASSWORD
from portal.identity.sessions.models import RememberedBrowser
from tests.pages import Visitor
from tests.world import ANSWER, LEAVE_LATER, PASSWORD, Person, World, rows_with

FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:130.0) Gecko/20100101 Firefox/130.0"
SAFARI = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like"
    " Gecko) Version/18.0 Mobile/15E148 Safari/604.1"
)


def signed_in(world: World, person: Person, agent: str = FIREFOX, **fields: Any) -> Visitor:
    visitor = world.visitor()
    visitor.client.environ_base["HTTP_USER_AGENT"] = agent
    visitor.open("/sign-in").send(email=person.email, password=PASSWORD, **fields)
    assert visitor.open("/sign-in/question").send(answer=ANSWER).path == "/account"
    return visitor


def remembered(world: World, person: Person) -> str:
    token = signed_in(world, person, remember="y").cookie("remember")
    assert token
    return token


def showing(world: World, token: str) -> Visitor:
    visitor = world.visitor()
    visitor.client.set_cookie("remember", token)
    return visitor


def test_a_new_device_is_told_by_letter_and_a_known_one_is_not(world: World) -> None:
    person = world.customer()
    signed_in(world, person)
    signed_in(world, person)
    assert world.deliver() == []
    signed_in(world, person, SAFARI)
    email = world.email("New sign-in to your account")
    assert email.to == person.email
    assert "Mobile Safari on iOS" in email.text
    assert "23 November 2026 at midday" in email.text
    signed_in(world, person, SAFARI)
    assert world.deliver() == []


def test_after_ninety_days_a_device_is_new_again_only_beside_others(world: World) -> None:
    person = world.customer()
    signed_in(world, person, SAFARI)
    world.clock.move(days=60)
    signed_in(world, person)
    world.deliver()
    world.clock.move(days=60)
    signed_in(world, person, SAFARI)
    assert world.email("New sign-in to your account").to == person.email


def test_a_greeting_replaces_the_token_each_time(world: World) -> None:
    person = world.customer()
    visitor = showing(world, remembered(world, person))
    seen = []
    for _ in range(3):
        assert visitor.open("/sign-in").title == "Welcome back, Rowan"
        seen.append(visitor.cookie("remember"))
    assert len(set(seen)) == 3


def test_a_copied_cookie_is_noticed_and_makes_us_forget_every_device(world: World) -> None:
    person = world.customer()
    other = remembered(world, person)
    token = remembered(world, person)
    owner, thief = showing(world, token), showing(world, token)
    assert thief.open("/sign-in").title == "Welcome back, Rowan"
    page = owner.open("/sign-in")
    assert page.title == "Sign in"
    assert "may have copied" in page.flashes[0]
    assert owner.cookie("remember") is None
    assert thief.open("/sign-in").title == "Sign in"
    assert showing(world, other).open("/sign-in").title == "Sign in"
    with world.work() as work:
        assert rows_with(work, RememberedBrowser) == []
    told = world.email("We no longer remember your devices")
    assert told.to == person.email
    assert "stopped remembering all your devices" in told.text
    assert world.audit("entrance:cookie:copied")[0].subject_id == person.id


def test_two_tabs_opened_at_once_are_no_theft(world: World) -> None:
    token = remembered(world, world.customer())
    first, second = showing(world, token), showing(world, token)
    for one in (first, second):
        one.client.environ_base["HTTP_SEC_FETCH_MODE"] = "navigate"
        assert one.open("/sign-in").title == "Welcome back, Rowan"
    assert second.cookie("remember") == token
    world.clock.move(seconds=3)
    assert second.open("/sign-in").title == "Sign in"


@pytest.mark.parametrize("shown", ["", "x", ".", "a.b", "a" * 43 + "." + "b" * 43, "\x00.\x00"])
def test_a_made_up_cookie_greets_nobody_and_is_dropped(world: World, shown: str) -> None:
    world.customer()
    assert showing(world, shown).open("/sign-in").title == "Sign in"
    assert world.deliver() == []


def test_a_remembered_browser_is_asked_for_password_and_answer(world: World) -> None:
    person = world.customer()
    visitor = showing(world, remembered(world, person))
    assert visitor.open("/profile").path == "/sign-in"
    assert visitor.open("/sign-in/question").path == "/sign-in"
    assert visitor.open("/sign-in").value("email") == ""


def test_fresh_proof_lasts_five_minutes(world: World) -> None:
    visitor = world.signed_in()
    world.clock.move(minutes=5)
    assert visitor.open("/your-data/download").path == "/your-data/download"
    world.clock.move(seconds=1)
    page = visitor.open("/your-data/download")
    assert page.full_path == "/prove?next=/your-data/download"
    assert page.send(password=PASSWORD).path == "/your-data/download"
    world.clock.move(minutes=5, seconds=1)
    assert visitor.open("/your-data/download").path == "/prove"


def test_a_wrong_password_is_no_proof_and_is_counted(world: World) -> None:
    person = world.customer()
    visitor = world.signed_in(person)
    world.clock.move(minutes=6)
    page = visitor.open(LEAVE_LATER)
    for _ in range(6):
        assert page.send(password="wrong").errors["password"] == WRONG_PASSWORD
    assert "Too many attempts" in page.send(password=PASSWORD).errors["password"]
    assert visitor.open(LEAVE_LATER).path == "/prove"
    assert visitor.open("/profile").path == "/profile"
    assert world.email("Failed sign-in attempts").to == person.email


def test_a_strangers_guesses_do_not_end_the_session_that_is_open(world: World) -> None:
    person = world.customer()
    visitor = world.signed_in(person)
    for _ in range(9):
        world.visitor().open("/sign-in").send(email=person.email, password="wrong")
    assert visitor.open("/profile").path == "/profile"


def test_a_strangers_guesses_do_not_stop_the_owner_from_proving_who_they_are(world: World) -> None:
    person = world.customer()
    visitor = world.signed_in(person)
    for _ in range(7):
        world.visitor().open("/sign-in").send(email=person.email, password="wrong")
    world.clock.move(minutes=6)
    page = visitor.open(LEAVE_LATER)
    assert page.send(password=PASSWORD).path == LEAVE_LATER


def test_fresh_proof_gives_a_new_token_and_open_forms_go_on_working(world: World) -> None:
    visitor = world.signed_in()
    form = visitor.open("/profile/edit")
    before = visitor.cookie("session")
    world.clock.move(minutes=6)
    visitor.open("/your-data/download").send(password=PASSWORD)
    after = visitor.cookie("session")
    assert before != after
    assert form.send(town="Exampleton").path == "/profile"
    visitor.client.set_cookie("session", before or "")
    assert visitor.open("/profile").path == "/sign-in"


def test_asking_for_the_head_of_the_page_uses_no_token_up(world: World) -> None:
    visitor = showing(world, remembered(world, world.customer()))
    shown = visitor.cookie("remember")
    visitor.client.head("/sign-in")
    assert visitor.cookie("remember") == shown
    assert "Rowan" in visitor.open("/sign-in").text
