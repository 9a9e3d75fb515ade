from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import select

from portal.identity.sessions.models import SignInSession
from tests.pages import Visitor
from tests.statements import listening
from tests.world import LEAVE_LATER, World

CUSTOMER_PAGES = ["/account", "/profile/edit", "/preferences", "/cases", LEAVE_LATER]
STAFF_PAGES = ["/staff", "/staff/cases"]
SEEN = "UPDATE sign_in_session SET last_seen_at"


def customer(world: World) -> Visitor:
    return world.signed_in()


def staff(world: World) -> Visitor:
    return world.at_the_desk()


def count_sessions(world: World) -> int:
    with world.work() as work:
        return len(work.session.scalars(select(SignInSession)).all())


@pytest.mark.parametrize("path", CUSTOMER_PAGES)
def test_half_an_hour_without_use_ends_a_visit_on_every_page(world: World, path: str) -> None:
    visitor = world.signed_in()
    world.clock.move(minutes=29, seconds=59)
    visitor.open("/account")
    world.clock.move(minutes=29, seconds=59)
    assert visitor.open(path).path in {path, "/prove"}
    world.clock.move(minutes=30, seconds=31)
    page = visitor.open(path)
    assert page.path == "/sign-in"
    assert page.flashes == ["You were signed out because nothing happened for 30 minutes."]
    assert page.full_path == f"/sign-in?next={path}"


@pytest.mark.parametrize("path", STAFF_PAGES)
def test_half_an_hour_without_use_ends_a_visit_to_the_desk(world: World, path: str) -> None:
    visitor = world.at_the_desk()
    world.clock.move(minutes=29, seconds=59)
    assert visitor.open(path).path == path
    world.clock.move(minutes=30, seconds=31)
    page = visitor.open(path)
    assert page.full_path == f"/staff/sign-in?next={path}"
    assert page.flashes == ["You were signed out because nothing happened for 30 minutes."]


def test_a_form_sent_too_late_changes_nothing(world: World) -> None:
    person = world.customer()
    visitor = world.signed_in(person)
    form = visitor.open("/profile/edit")
    world.clock.move(minutes=30, seconds=31)
    page = form.send(given_name="Robin")
    assert page.path == "/sign-in"
    assert "Robin" not in world.signed_in(person).open("/profile").text


def test_a_button_of_the_desk_pressed_too_late_changes_nothing(world: World) -> None:
    reference, visitor = world.case(), world.at_the_desk()
    page = visitor.open(f"/staff/cases/{reference}/close")
    world.clock.move(minutes=30, seconds=31)
    assert page.send(ended="thanks").path == "/staff/sign-in"
    kit = world.at_the_desk(world.colleague("kit@example.com"))
    tag = kit.open(f"/staff/cases/{reference}").soup.select_one(".tag")
    assert tag
    assert tag.get_text() == "New"


def test_a_session_that_ended_stays_ended(world: World) -> None:
    visitor = world.signed_in()
    world.clock.move(minutes=30, seconds=31)
    for _ in range(3):
        assert visitor.open("/account").path == "/sign-in"
        assert visitor.send("/session/stay").status_code == 401


def test_pressing_stay_keeps_a_visit_alive(world: World) -> None:
    visitor = world.signed_in()
    token = visitor.token()
    for _ in range(4):
        world.clock.move(minutes=25)
        assert visitor.post("/session/stay", {"csrf_token": token}).status_code == 204
    assert visitor.open("/account").path == "/account"


@pytest.mark.parametrize(
    ("enter", "path", "hours"), [(customer, "/account", 12), (staff, "/staff", 8)]
)
def test_use_keeps_a_visit_alive_but_not_for_ever(
    world: World, enter: Callable[[World], Visitor], path: str, hours: int
) -> None:
    visitor = enter(world)
    end = world.clock() + timedelta(hours=hours)
    while world.clock() + timedelta(minutes=28) < end:
        world.clock.move(minutes=28)
        assert visitor.open(path).path == path
    world.clock.now = end
    assert visitor.open(path).path == path
    world.clock.move(seconds=1)
    page = visitor.open(path)
    assert page.path.endswith("/sign-in")
    assert page.flashes == [
        "You were signed out. We sign everyone out after a while, to keep your details safe."
    ]


def test_a_copied_cookie_is_of_no_use_after_signing_out(world: World) -> None:
    visitor, thief = world.signed_in(), world.visitor()
    thief.client.set_cookie("session", visitor.cookie("session") or "")
    assert thief.open("/account").path == "/account", "the copy works while the visit lasts"
    visitor.send("/sign-out")
    assert thief.open("/account").path == "/sign-in"
    assert count_sessions(world) == 0


def test_the_cookie_itself_is_not_in_the_database(world: World) -> None:
    visitor = world.signed_in()
    with world.work() as work:
        row = work.session.scalars(select(SignInSession)).one()
    token = visitor.cookie("session") or ""
    assert len(token) == 43
    assert token.encode() not in row.token_hash
    assert len(row.token_hash) == 32


@pytest.mark.parametrize(
    ("enter", "path", "cookie"),
    [(customer, "/sign-out", "session"), (staff, "/staff/sign-out", "desk")],
)
def test_signing_out_clears_the_browser(
    world: World, enter: Callable[[World], Visitor], path: str, cookie: str
) -> None:
    visitor = enter(world)
    answer = visitor.send(path)
    assert answer.status_code == 303
    assert answer.headers["Clear-Site-Data"] == '"cache", "cookies", "storage"'
    assert visitor.cookie(cookie) is None
    page = visitor.open(answer.location)
    assert page.title == "You’re signed out"
    assert "Nothing happened" not in page.text


def test_a_browser_that_remembers_keeps_its_greeting_when_it_is_cleared(world: World) -> None:
    visitor = world.signed_in()
    visitor.client.set_cookie("remember", "anything")
    answer = visitor.send("/sign-out")
    assert answer.headers["Clear-Site-Data"] == '"cache", "storage"'


def test_signing_out_by_the_clock_of_the_page_says_so(world: World) -> None:
    answer = world.signed_in().send("/sign-out", reason="idle")
    assert "Nothing happened for 30 minutes" in world.visitor().open(answer.location).text


def test_two_browsers_have_a_session_each(world: World) -> None:
    person = world.customer()
    first, second = world.signed_in(person), world.signed_in(person)
    assert count_sessions(world) == 2
    first.send("/sign-out")
    assert second.open("/account").path == "/account"
    assert first.open("/account").path == "/sign-in"


def test_cancelling_everything_ends_every_session(world: World) -> None:
    person = world.customer()
    first, second = world.signed_in(person), world.signed_in(person)
    first.open(LEAVE_LATER).send(password=person.password, confirm="y")
    assert second.open("/account").path == "/sign-in"
    assert count_sessions(world) == 0


def test_the_cookie_of_a_customer_opens_no_page_of_the_desk(world: World) -> None:
    visitor = world.signed_in()
    visitor.client.set_cookie("desk", visitor.cookie("session") or "")
    assert visitor.open("/staff").path == "/staff/sign-in"


def test_the_cookie_of_the_desk_opens_no_page_of_a_customer(world: World) -> None:
    visitor = world.at_the_desk()
    visitor.client.set_cookie("session", visitor.cookie("desk") or "")
    assert visitor.open("/account").path == "/sign-in"


def test_one_browser_can_be_at_the_desk_and_a_customer_at_once(world: World) -> None:
    visitor = world.signed_in()
    person = world.colleague()
    visitor.open("/staff/sign-in").send(email=person.email, password=person.password)
    visitor.open("/staff/sign-in/authenticator").send(code=world.code(person))
    assert visitor.open("/staff").path == "/staff"
    assert visitor.open("/account").path == "/account"


def test_a_visit_is_written_down_at_most_every_half_minute(world: World) -> None:
    visitor = world.signed_in()
    with listening(world) as heard:
        for _ in range(4):
            visitor.open("/profile")
            world.clock.move(seconds=9)
    assert heard.starting(SEEN) == [], "the sign-in itself was less than half a minute ago"
    with listening(world) as heard:
        for _ in range(20):
            visitor.open("/profile")
            world.clock.move(seconds=9)
    assert len(heard.starting(SEEN)) == 5, "after 36, 72, 108, 144 and 180 seconds"


def test_a_page_for_everybody_counts_as_use_too(world: World) -> None:
    visitor = world.signed_in()
    for _ in range(3):
        world.clock.move(minutes=29)
        visitor.open("/privacy")
    assert visitor.open("/account").path == "/account"


def test_files_and_health_checks_ask_nothing_about_a_session(world: World) -> None:
    visitor = world.signed_in()
    sheet = visitor.open("/account").soup.select_one("link[rel=stylesheet]")
    assert sheet
    with listening(world) as heard:
        assert visitor.client.get("/healthz").status_code == 200
        assert visitor.client.get(str(sheet["href"])).status_code == 200
        visitor.client.get("/.well-known/security.txt")
    assert [one for one in heard.main if "sign_in_session" in one] == []


@pytest.mark.parametrize("token", ["", "x", "é" * 43, "\u2028", "a" * 3000, "%00", "null"])
def test_a_cookie_that_is_no_token_is_nobody(world: World, token: str) -> None:
    visitor = world.visitor()
    visitor.client.set_cookie("session", token)
    visitor.client.set_cookie("desk", token)
    visitor.client.set_cookie("remember", token)
    assert visitor.open("/account").path == "/sign-in"
    assert visitor.open("/staff").path == "/staff/sign-in"


@pytest.mark.parametrize("path", ["/sign-out", "/staff/sign-out"])
def test_signing_out_where_the_session_has_gone_says_the_same(world: World, path: str) -> None:
    visitor = world.visitor()
    answer = visitor.post(path, {"reason": "idle", "csrf_token": "an old one"})
    assert answer.location == path.replace("sign-out", "signed-out?why=idle")


def test_nobody_is_signed_out_by_another_site(world: World) -> None:
    person = world.customer()
    visitor = world.signed_in(person)
    assert visitor.post("/sign-out", {}).status_code == 400
    half = world.visitor()
    half.open("/sign-in").send(email=person.email, password=person.password)
    assert half.post("/sign-out", {}).status_code == 400
    assert count_sessions(world) == 2


def test_signing_out_half_way_leaves_no_session(world: World) -> None:
    person = world.customer()
    visitor = world.visitor()
    visitor.open("/sign-in").send(email=person.email, password=person.password)
    visitor.send("/sign-out")
    assert count_sessions(world) == 0
    assert world.audit("entrance:customer:signed-out") == []


@pytest.mark.parametrize(
    "told", [{"Sec-Fetch-Site": "same-origin"}, {"Origin": "http://localhost"}]
)
def test_a_tab_with_an_old_token_signs_out_all_the_same(world: World, told: dict[str, str]) -> None:
    visitor = world.signed_in()
    answer = visitor.post("/sign-out", {"csrf_token": "old"}, headers=told)
    assert answer.location == "/signed-out"
    assert visitor.open("/account").path == "/sign-in"
