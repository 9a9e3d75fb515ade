import re
from itertools import pairwise
from typing import Any
from urllib.parse import urlencode

import pytest
from sqlalchemy import select

from portal.identity.credentials.rules import WRONG_ANSWER
from portal.identity.credentials.service import renew_password_hash
from portal.identity.sessions.models import RememberedBrowser, SignInSession
from portal.platform.core.work import Actor
from tests.pages import Page, Visitor
from tests.statements import listening
from tests.world import ANSWER, LEAVE_LATER, PASSWORD, QUESTION, Person, World

UNKNOWN = "unknown@example.com"
WRONG = "five brown trombones sleep"


def try_password(world: World, email: str, password: str = WRONG) -> Page:
    return world.visitor().open("/sign-in").send(email=email, password=password)


def half_way(world: World, person: Person, **fields: Any) -> Visitor:
    visitor = world.visitor()
    page = visitor.open("/sign-in").send(email=person.email, password=PASSWORD, **fields)
    assert page.path == "/sign-in/question"
    return visitor


def bare(page: Page, email: str) -> str:
    """The page without what differs between any two answers, and without what was typed."""
    text = re.sub(r'nonce="[^"]*"', "", page.answer.text).replace(email, "")
    return re.sub(r'name="csrf_token"[^>]*>|value="[^"]{60,}"', "", text)


def test_the_question_is_asked_only_after_the_right_password(world: World) -> None:
    person = world.customer()
    assert QUESTION not in try_password(world, person.email).answer.text
    assert QUESTION not in world.visitor().open("/sign-in/question").answer.text
    assert QUESTION in half_way(world, person).open("/sign-in/question").text


def test_an_unknown_address_and_a_wrong_password_get_the_same_page(world: World) -> None:
    known = try_password(world, world.customer().email)
    unknown = try_password(world, UNKNOWN)
    assert known.errors == {
        "password": "The email address or the password isn’t right. Check both and try again"
    }
    assert bare(known, "rowan@example.com") == bare(unknown, UNKNOWN)
    assert list(known.answer.headers.keys()) == list(unknown.answer.headers.keys())


def test_an_unknown_address_and_a_wrong_password_leave_the_same_rows(world: World) -> None:
    person = world.customer()
    counts = [world.rows()]
    for email in (person.email, UNKNOWN):
        try_password(world, email)
        counts.append(world.rows())
    first, second = (
        {name: after[name] - before[name] for name in after} for before, after in pairwise(counts)
    )
    assert first == second
    assert first["try_count"] == 1


def test_what_was_typed_as_a_password_is_never_shown_again(world: World) -> None:
    page = try_password(world, UNKNOWN)
    assert WRONG not in page.answer.text
    assert page.value("email") == UNKNOWN


@pytest.mark.parametrize("email", ["rowan@example.com", UNKNOWN])
def test_after_six_tries_a_name_is_blocked_for_fifteen_minutes(world: World, email: str) -> None:
    world.customer()
    for _ in range(6):
        assert "isn’t right" in try_password(world, email).errors["password"]
    assert "Too many attempts" in try_password(world, email, PASSWORD).errors["password"]
    world.clock.move(minutes=14, seconds=59)
    assert "Too many attempts" in try_password(world, email, PASSWORD).errors["password"]
    world.clock.move(seconds=2)
    page = try_password(world, email, PASSWORD)
    is_known = email != UNKNOWN
    assert page.path == ("/sign-in/question" if is_known else "/sign-in")
    assert is_known or "isn’t right" in page.errors["password"]


def test_tries_at_one_name_do_not_block_another(world: World) -> None:
    world.customer()
    jules = world.customer("jules@example.com")
    for _ in range(7):
        try_password(world, "rowan@example.com")
    assert try_password(world, jules.email, PASSWORD).path == "/sign-in/question"


def test_tries_in_another_spelling_count_for_the_same_name(world: World) -> None:
    world.customer()
    for email in ["rowan@example.com", " Rowan@Example.COM ", "ROWAN@example.com"] * 2:
        try_password(world, email)
    blocked = try_password(world, "rowan@example.com", PASSWORD)
    assert "Too many attempts" in blocked.errors["password"]


def test_the_customer_is_told_of_the_tries_once(world: World) -> None:
    person = world.customer()
    for email in (person.email, UNKNOWN):
        for _ in range(8):
            try_password(world, email)
    told = world.email("Failed sign-in attempts")
    assert told.to == person.email
    assert world.deliver() == []
    try_password(world, person.email)
    assert world.deliver() == []


def test_whoever_is_signed_in_stays_so_while_others_try_as_the_email_says(world: World) -> None:
    person = world.customer()
    here = world.signed_in(person)
    for _ in range(8):
        try_password(world, person.email)
    assert "you’ll stay signed in" in world.email("Failed sign-in attempts").text
    assert here.open("/account").path == "/account"


def test_wrong_answers_are_counted_and_block_as_well(world: World) -> None:
    person = world.customer()
    visitor = half_way(world, person)
    for _ in range(6):
        page = visitor.open("/sign-in/question").send(answer="the market")
        assert page.errors == {"answer": WRONG_ANSWER}
        assert "the market" not in page.answer.text
    blocked = visitor.open("/sign-in/question").send(answer=ANSWER)
    assert "Too many attempts" in blocked.errors["answer"]
    again = half_way(world, person).open("/sign-in/question").send(answer=ANSWER)
    assert "Too many attempts" in again.errors["answer"]
    assert world.email("Failed sign-in attempts").to == person.email


def test_blocked_in_both_steps_the_customer_gets_one_letter(world: World) -> None:
    person = world.customer()
    visitor = half_way(world, person)
    for _ in range(6):
        visitor.open("/sign-in/question").send(answer="the market")
        try_password(world, person.email)
    assert world.email("Failed sign-in attempts").to == person.email


def test_signing_in_begins_the_count_anew(world: World) -> None:
    person = world.customer()
    for _ in range(5):
        try_password(world, person.email)
    world.signed_in(person)
    for _ in range(6):
        assert "isn’t right" in try_password(world, person.email).errors["password"]


def test_the_session_cookie_is_another_at_each_step(world: World) -> None:
    person = world.customer()
    visitor = world.visitor()
    seen = [visitor.cookie("session")]
    visitor.open("/sign-in").send(email=person.email, password=PASSWORD)
    seen.append(visitor.cookie("session"))
    visitor.open("/sign-in/question").send(answer=ANSWER)
    seen.append(visitor.cookie("session"))
    assert seen[0] is None
    assert len(set(seen)) == 3
    with world.work() as work:
        assert len(work.session.scalars(select(SignInSession)).all()) == 1


def test_a_half_open_session_opens_nothing(world: World) -> None:
    visitor = half_way(world, world.customer())
    for path in ("/account", "/profile", "/preferences", "/cases", LEAVE_LATER):
        assert visitor.open(path).path == "/sign-in"
    assert visitor.send("/session/stay").status_code == 401


def test_a_half_open_session_dies_after_ten_minutes(world: World) -> None:
    visitor = half_way(world, world.customer())
    world.clock.move(minutes=9, seconds=59)
    page = visitor.open("/sign-in/question")
    assert page.path == "/sign-in/question"
    world.clock.move(seconds=2)
    assert page.send(answer=ANSWER).path == "/sign-in"
    assert visitor.open("/account").path == "/sign-in"


def test_a_browser_that_remembers_greets_and_opens_nothing(world: World) -> None:
    visitor = half_way(world, world.customer(), remember="y")
    visitor.open("/sign-in/question").send(answer=ANSWER)
    assert visitor.cookie("remember")
    visitor.client.delete_cookie("session")
    page = visitor.open("/sign-in")
    assert page.title == "Welcome back, Rowan"
    assert page.ticked("remember") == ["y"]
    assert PASSWORD not in page.answer.text
    assert page.value("email") == ""
    assert visitor.open("/account").path == "/sign-in"
    assert visitor.open("/sign-in/question").path == "/sign-in"


def test_remembering_outlives_signing_out_and_is_renewed_at_each_sign_in(world: World) -> None:
    person = world.customer()
    visitor = half_way(world, person, remember="y")
    home = visitor.open("/sign-in/question").send(answer=ANSWER)
    first = visitor.cookie("remember")
    home.visitor.send("/sign-out")
    assert visitor.cookie("remember") == first
    visitor.open("/sign-in").send(email=person.email, password=PASSWORD)
    visitor.open("/sign-in/question").send(answer=ANSWER)
    second = visitor.cookie("remember")
    assert second
    assert second != first
    with world.work() as work:
        assert len(work.session.scalars(select(RememberedBrowser)).all()) == 1
    stranger = world.visitor()
    stranger.client.set_cookie("remember", first or "")
    assert stranger.open("/sign-in").title == "Sign in"


def test_a_box_that_is_no_longer_ticked_makes_the_browser_forget(world: World) -> None:
    person = world.customer()
    visitor = half_way(world, person, remember="y")
    visitor.open("/sign-in/question").send(answer=ANSWER)
    visitor.send("/sign-out")
    visitor.open("/sign-in").send(email=person.email, password=PASSWORD, remember=[])
    visitor.open("/sign-in/question").send(answer=ANSWER)
    assert visitor.cookie("remember") is None
    with world.work() as work:
        assert work.session.scalars(select(RememberedBrowser)).all() == []


def test_nobody_is_greeted_after_half_a_year(world: World) -> None:
    visitor = half_way(world, world.customer(), remember="y")
    visitor.open("/sign-in/question").send(answer=ANSWER)
    token = visitor.cookie("remember") or ""
    world.clock.move(days=180, seconds=1)
    later = world.visitor()
    later.client.set_cookie("remember", token)
    assert later.open("/sign-in").title == "Sign in"


HOSTILE = [
    "//evil.example", "///evil.example", "/\\evil.example", "\\\\evil.example", "/\\/evil.example",
    "https://evil.example", "http:evil.example", "https:/evil.example", "HTTPS://evil.example/",
    "javascript:alert(1)", "JaVaScRiPt:alert(1)", "data:text/html,x", "vbscript:x", "evil.example",
    "/staff", "/staff/cases", "/staff/", "/%2f%2fevil.example", "/%5cevil.example", "%2f%2fevil",
    "/profile\r\nSet-Cookie: a=b", "/profile%0d%0aSet-Cookie:a=b", "/\t/evil.example", "\t//evil",
    " //evil.example", "/.//evil.example", "/..//evil.example", "/@evil.example", "?x=//evil",
    "#//evil.example", "/profile?next=//evil", "/\u2215\u2215evil.example", "/\x00/evil", "",
]  # fmt: skip


@pytest.mark.parametrize("wanted", HOSTILE)
def test_no_address_leads_anywhere_but_to_a_page_of_ours(world: World, wanted: str) -> None:
    person, visitor = world.customer(), world.visitor()
    page = visitor.open("/sign-in?" + urlencode({"next": wanted}))
    assert page.send(email=person.email, password=PASSWORD).path == "/sign-in/question"
    token = visitor.token("/sign-in/question")
    path = "/sign-in/question?" + urlencode({"next": wanted})
    answer = visitor.post(path, {"csrf_token": token, "answer": ANSWER})
    assert (answer.status_code, answer.location) == (303, "/account")
    signed_in = visitor.client.get("/sign-in?" + urlencode({"next": wanted}))
    assert (signed_in.status_code, signed_in.location) == (303, "/account")
    assert answer.headers.getlist("Set-Cookie") == [
        one for one in answer.headers.getlist("Set-Cookie") if not one.startswith("a=b")
    ]


@pytest.mark.parametrize("wanted", ["/profile", "/preferences/history", "/cases"])
def test_somebody_who_asked_for_a_page_gets_it_after_signing_in(world: World, wanted: str) -> None:
    person, visitor = world.customer(), world.visitor()
    page = visitor.open(wanted).send(email=person.email, password=PASSWORD)
    assert page.send(answer=ANSWER).path == wanted


def test_whoever_is_signed_in_is_sent_home_from_the_sign_in_page(world: World) -> None:
    visitor = world.signed_in()
    assert visitor.open("/sign-in").path == "/account"


def test_every_character_of_a_long_password_counts(world: World) -> None:
    person = world.customer()
    long = "".join(f"{number} " for number in range(1000))[:250]
    with world.work(Actor("customer", person.id)) as work:
        work.note_locked(person.id)
        renew_password_hash(work, person.id, world.parts.hasher.hash(long))
    other = long[:199] + "x" + long[200:]
    assert "isn’t right" in try_password(world, person.email, other).errors["password"]
    assert "isn’t right" in try_password(world, person.email, long[:199]).errors["password"]
    assert try_password(world, person.email, long).path == "/sign-in/question"


def test_the_databases_are_asked_the_same_for_somebody_and_for_nobody(world: World) -> None:
    person = world.customer()
    asked = []
    for email in (person.email, UNKNOWN):
        page = world.visitor().open("/sign-in")
        with listening(world) as heard:
            page.send(email=email, password=WRONG)
        asked.append((heard.main, heard.keyring))
    assert asked[0] == asked[1]
