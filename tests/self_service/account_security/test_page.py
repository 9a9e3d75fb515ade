"""The page itself: how somebody signs in, where they are, what they do not recognise."""

from typing import Any
from uuid import uuid4

import pytest

from portal.desk.case_records.models import CaseRow
from portal.identity.sessions.models import SignInRecord, SignInSession
from portal.identity.sessions.rules import SessionStage
from portal.identity.sessions.service import record_sign_in, remember_browser, start_session
from portal.platform.core.visit import Device
from portal.self_service.account_security.service import report_sign_in
from tests.pages import Visitor
from tests.self_service.account_security.steps import (
    NEW_PASSWORD,
    forms_to,
    is_in,
    set_up_app,
    visit_of,
)
from tests.statements import listening
from tests.world import ANSWER, QUESTION, Person, World, fail_after, rows_with

FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0"
SAFARI = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like"
    " Gecko) Version/18.5 Mobile/15E148 Safari/604.1"
)


def signed_in_with(
    world: World, person: Person, agent: str, address: str = "192.0.2.7", **fields: Any
) -> Visitor:
    """A browser of a kind, somewhere, in which a customer is signed in."""
    visitor = world.visitor()
    visitor.client.environ_base.update({"HTTP_USER_AGENT": agent, "REMOTE_ADDR": address})
    visitor.open("/sign-in").send(email=person.email, password=person.password, **fields)
    visitor.open("/sign-in/question").send(answer=person.answer)
    return visitor


def sign_in_unseen(world: World, person: Person) -> None:
    """A sign-in without its pages, which open so often and no oftener from one place."""
    with world.work() as work:
        opened = start_session(work, "customer", person.id, SessionStage.FULL)
        record_sign_in(work, person.id, opened.id, "passkey", Device("Firefox", "", "192.0.2.0/24"))


def unknown_paths(visitor: Visitor) -> list[str]:
    return sorted(one for one in visitor.open("/security").links() if one.endswith("/unknown"))


def test_the_page_says_how_one_signs_in_and_never_the_answer(world: World) -> None:
    person = world.customer()
    world.clock.move(days=40)
    page = world.signed_in(person).open("/security")
    for words in (person.email, "Set 40 days ago", QUESTION, "Not set up", "None yet"):
        assert words in page.text
    assert ANSWER not in page.text


def test_the_page_names_each_browser_its_place_and_which_one_this_is(world: World) -> None:
    person = world.customer()
    signed_in_with(world, person, SAFARI, "198.51.100.9")
    world.clock.move(minutes=1)
    here = signed_in_with(world, person, FIREFOX)
    page = here.open("/security")
    where = page.soup.select_one("section[aria-labelledby=where]")
    assert where is not None
    rows = [" ".join(one.get_text(" ").split()) for one in where.select("li")]
    assert rows[0].startswith("Firefox on Windows This network")
    assert rows[0].endswith("This one")
    assert rows[1].startswith("Mobile Safari on iOS Another network")
    assert "Sign out" in rows[1]
    assert "198.51" not in page.text


def test_a_session_is_ended_from_afar(world: World) -> None:
    person = world.customer()
    there, here = world.signed_in(person), world.signed_in(person)
    page = here.open("/security")
    [form] = forms_to(page, "/end")[:1]
    assert page.send(str(form["action"])).flashes == ["You’re signed out there."]
    assert is_in(here)
    assert not is_in(there)
    assert [one.facts for one in world.audit("security:session:ended")] == [{"which": "one"}]


@pytest.mark.parametrize(("where", "stays"), [("else", True), ("everywhere", False)])
def test_somebody_signs_out_everywhere_else_or_everywhere(
    world: World,
    where: str,
    stays: bool,  # noqa: FBT001  # given by name of the case
) -> None:
    person = world.customer()
    there, here = world.signed_in(person), world.signed_in(person)
    page = here.open("/security").send("/security/sessions/end", where=where)
    assert page.path == ("/security" if stays else "/signed-out")
    assert is_in(here) is stays
    assert not is_in(there)


def test_sessions_that_lie_idle_or_are_half_open_are_not_shown_as_open(world: World) -> None:
    person = world.customer()
    world.signed_in(person)
    world.clock.move(minutes=40)
    world.visitor().open("/sign-in").send(email=person.email, password=person.password)
    page = world.signed_in(person).open("/security")
    with world.work() as work:
        assert len(rows_with(work, SignInSession)) == 3
    assert len(page.soup.select("section[aria-labelledby=where] li")) == 1
    assert len(page.soup.select("section[aria-labelledby=past] li")) == 2


def test_a_session_of_somebody_else_is_not_there(world: World) -> None:
    theirs = world.signed_in(world.customer("jules@example.com"))
    with world.work() as work:
        [session_id] = [one.id for one in rows_with(work, SignInSession)]
    mine = world.signed_in()
    for one in (session_id, uuid4()):
        assert mine.send(f"/security/sessions/{one}/end").status_code == 404
    assert is_in(theirs)


def test_a_remembered_browser_is_shown_and_forgotten(world: World) -> None:
    person = world.customer()
    visitor = signed_in_with(world, person, FIREFOX, remember="y")
    page = visitor.open("/security")
    [form] = forms_to(page, "/forget")
    other = world.signed_in(world.customer("jules@example.com"))
    assert other.send(str(form["action"])).status_code == 404
    assert world.rows()["remembered_browser"] == 1
    page = page.send(str(form["action"]))
    assert page.flashes == ["That browser no longer remembers you."]
    assert world.rows()["remembered_browser"] == 0
    assert "Browsers that remember you" not in page.text


def test_the_list_says_how_they_got_in_and_what_did_not(world: World) -> None:
    person = world.customer()
    page = world.visitor().open("/sign-in").send(email=person.email, password="wrong words here")
    page.visitor.open("/sign-in").send(email=person.email, password=person.password)
    page.visitor.open("/sign-in/question").send(answer="wrong")
    text = world.signed_in(person).open("/security").text
    assert "Password and security question" in text
    assert "The password was wrong" in text
    assert "The answer to the security question was wrong" in text


def test_what_is_older_than_ninety_days_is_not_shown(world: World) -> None:
    person = world.customer()
    world.visitor().open("/sign-in").send(email=person.email, password="wrong words here")
    world.signed_in(person)
    world.clock.move(days=91)
    page = world.signed_in(person).open("/security")
    assert len(page.soup.select("section[aria-labelledby=past] li")) == 1
    assert "Failed sign-in attempts" not in page.text


def test_all_sign_ins_are_on_pages_of_thirty_each_shown_once(world: World) -> None:
    person = world.customer()
    for number in range(63):
        sign_in_unseen(world, person)
        world.clock.move(minutes=number % 2)
    visitor = world.signed_in(person)
    path, shown = "/security/sign-ins", []
    while path:
        page = visitor.open(path)
        rows = page.soup.select("main li.row")
        assert len(rows) <= 30
        shown += [link for link in page.links() if link.endswith("/unknown")]
        following = page.soup.select_one("a[rel=next]")
        path = str(following["href"]) if following else ""
    assert len(shown) == len(set(shown)) == 63, "all but the present one"
    assert len(visitor.open("/security").soup.select("section[aria-labelledby=past] li")) == 10


def test_a_page_that_begins_after_somebody_elses_sign_in_is_not_there(world: World) -> None:
    world.signed_in(world.customer("jules@example.com"))
    with world.work() as work:
        [theirs] = [one.id for one in rows_with(work, SignInRecord)]
    mine = world.signed_in()
    for one in (theirs, uuid4()):
        mine.open(f"/security/sign-ins?after={one}", 404)
    assert mine.open("/security/sign-ins?after=nonsense").title == "Your sign-ins"


def test_a_sign_in_that_nobody_recognises_puts_everybody_else_out(world: World) -> None:
    person = world.customer()
    thief = signed_in_with(world, person, SAFARI, remember="y")
    here = signed_in_with(world, person, FIREFOX)
    [path] = unknown_paths(here)
    page = here.open(path)
    assert "Mobile Safari on iOS" in page.text
    assert is_in(thief), "looking changes nothing"
    page = page.send()
    assert page.path == "/security/password"
    assert "We’ve signed everyone else out" in page.flashes[0]
    assert page.send(password=NEW_PASSWORD).path == "/security", "here they stay signed in"
    assert not is_in(thief)
    assert world.rows()["remembered_browser"] == 0
    told = world.email("You reported a sign-in you don’t recognise").text
    assert "signed you out everywhere except where you told us" in told
    assert "stopped remembering your devices. Our staff will look into it" in told
    assert world.rows()["case_file"] == 1


def test_the_desk_gets_a_case_that_names_the_moment_and_no_device(world: World) -> None:
    person = world.customer()
    signed_in_with(world, person, SAFARI)
    world.clock.move(minutes=30)
    here = signed_in_with(world, person, FIREFOX)
    [path] = unknown_paths(here)
    here.open(path).send()
    with world.work() as work:
        [case] = rows_with(work, CaseRow)
        reference = case.reference
        assert case.customer_id == person.id
    text = world.at_the_desk().open(f"/staff/cases/{reference}").text
    assert "I don’t recognise the sign-in of 23 November 2026 at midday" in text
    assert "Safari" not in text
    subjects = {one.subject for one in world.deliver()}
    assert "You reported a sign-in you don’t recognise" in subjects


def test_without_fresh_proof_strangers_are_put_out_and_the_password_is_not_changed(
    world: World,
) -> None:
    person = world.customer()
    thief = world.signed_in(person)
    here = world.signed_in(person)
    world.clock.move(minutes=6)
    [path] = unknown_paths(here)
    page = here.open(path).send()
    assert page.path == "/prove"
    assert "We’ve signed everyone else out" in page.flashes[0]
    assert not is_in(thief)
    assert page.send(password=person.password).path == "/security/password"


def test_saying_it_twice_makes_one_case(world: World) -> None:
    person = world.customer()
    world.signed_in(person)
    here = world.signed_in(person)
    [path] = unknown_paths(here)
    first, second = here.open(path), here.open(path)
    first.send()
    second.send()
    assert world.rows()["case_file"] == 1


def test_the_present_sign_in_and_those_of_others_cannot_be_disowned(world: World) -> None:
    theirs = world.signed_in(world.customer("jules@example.com"))
    mine = world.signed_in()
    assert unknown_paths(mine) == []
    with world.work() as work:
        every = [one.id for one in rows_with(work, SignInRecord)]
    for one in (*every, uuid4()):
        mine.open(f"/security/sign-ins/{one}/unknown", 404)
        assert mine.send(f"/security/sign-ins/{one}/unknown").status_code == 404
    assert is_in(theirs)
    assert world.rows()["case_file"] == 0


def test_a_report_that_fails_puts_nobody_out(world: World) -> None:
    person = world.customer()
    there, here = world.signed_in(person), world.signed_in(person)
    visit = visit_of(world, here)
    [path] = unknown_paths(here)
    record_id = path.split("/")[3]
    with world.work() as work:
        [strange] = [one.id for one in rows_with(work, SignInRecord) if str(one.id) == record_id]
    fail_after(world, lambda work: report_sign_in(work, visit, strange))
    assert is_in(there)
    assert world.rows()["case_file"] == 0


def test_the_page_asks_as_often_for_one_sign_in_as_for_forty(world: World) -> None:
    person = world.customer()
    visitor = world.signed_in(person)
    counts = []
    for number in (0, 39):
        for _ in range(number):
            sign_in_unseen(world, person)
            world.read(remember_browser, person.id, None, Device("Firefox"))
        with listening(world) as heard:
            visitor.open("/security")
        counts.append((len(heard.main), len(heard.keyring)))
    assert counts[0] == counts[1]


def test_the_home_page_tells_what_was_changed(world: World) -> None:
    visitor = world.signed_in()
    set_up_app(world, visitor)
    assert "You set up an authenticator app" in visitor.open("/account").text
