"""A form that was half filled in when the session ended is kept for the same person."""

import pytest

from portal.identity.form_drafts.models import Draft
from tests.pages import Visitor
from tests.world import ANSWER, PASSWORD, Person, World, rows_with

WORDS = "I have typed this for half an hour."


def idle(world: World) -> None:
    world.clock.move(minutes=31)


def back_in(visitor: Visitor, person: Person) -> None:
    visitor.open("/sign-in").send(email=person.email, password=PASSWORD)
    visitor.open("/sign-in/question").send(answer=ANSWER)


def drafts(world: World) -> list[Draft]:
    with world.work() as work:
        found = rows_with(work, Draft)
        work.session.expunge_all()
    return found


def test_a_form_sent_too_late_comes_back_after_signing_in(world: World) -> None:
    person = world.customer()
    visitor = world.signed_in(person)
    page = visitor.open("/profile/edit")
    idle(world)
    asked = page.send(given_name="Robin", town="Exampleton")
    assert asked.full_path == "/sign-in?next=/profile/edit"
    asked.send(email=person.email, password=PASSWORD)
    back = visitor.open("/sign-in/question?next=/profile/edit").send(answer=ANSWER)
    assert back.path == "/profile/edit"
    assert back.value("given_name") == "Robin"
    assert back.value("town") == "Exampleton"
    assert "This is what you typed" in back.answer.text
    assert "Robin" not in visitor.open("/profile").text
    assert back.send().path == "/profile"
    assert "Robin" in visitor.open("/profile").text
    assert drafts(world) == []
    assert "This is what you typed" not in visitor.open("/profile/edit").answer.text


def test_a_kept_form_is_sealed_and_for_its_owner_alone(world: World) -> None:
    person, other = world.customer(), world.customer("jules@example.com")
    page = world.signed_in(person).open("/profile/edit")
    idle(world)
    page.send(town="Exampleton")
    (row,) = drafts(world)
    assert b"Exampleton" not in row.sealed
    assert row.owner_id == person.id
    assert world.signed_in(other).open("/profile/edit").value("town") == ""


def test_the_start_page_leads_to_what_was_begun(world: World) -> None:
    person = world.customer()
    visitor = world.signed_in(person)
    page = visitor.open("/contact")
    data = {"csrf_token": page.value("csrf_token"), "path": "/contact", "message": WORDS}
    data["name"] = "Somebody Else"
    assert visitor.post("/session/keep", data).status_code == 204
    visitor.send("/sign-out", reason="idle")
    back_in(visitor, person)
    home = visitor.open("/account")
    assert "Finish what you were typing" in home.text
    assert "/contact" in home.links()
    again = visitor.open("/contact")
    assert again.value("message") == WORDS
    assert again.value("name") == "Somebody Else"


def test_a_kept_form_can_be_thrown_away(world: World) -> None:
    visitor = world.signed_in()
    page = visitor.open("/contact")
    data = {"csrf_token": page.value("csrf_token"), "path": "/contact", "message": WORDS}
    visitor.post("/session/keep", data)
    shown = visitor.open("/contact").send("/session/discard")
    assert shown.path == "/contact"
    assert shown.value("message") == ""
    assert drafts(world) == []


def test_only_what_a_page_declares_is_kept(world: World) -> None:
    person = world.customer()
    visitor = world.signed_in(person)
    token = visitor.token()
    fields = {"csrf_token": token, "path": "/prove", "password": PASSWORD, "message": WORDS}
    assert visitor.post("/session/keep", fields).status_code == 204
    assert drafts(world) == []
    fields |= {"path": "/contact", "answer": ANSWER}
    visitor.post("/session/keep", fields)
    (row,) = drafts(world)
    with world.work() as work:
        kept = work.vault.open(person.id, f"draft:{row.id}", row.sealed)
    assert kept == {"message": [WORDS]}


@pytest.mark.parametrize(
    "path", ["", "/nowhere", "//evil.example", "/staff/cases/PC-1", "https://evil.example", "\x00"]
)
def test_a_path_that_is_no_page_of_this_person_keeps_nothing(world: World, path: str) -> None:
    visitor = world.signed_in()
    data = {"csrf_token": visitor.token(), "path": path, "message": WORDS}
    assert visitor.post("/session/keep", data).status_code in {204, 401}
    assert drafts(world) == []


def test_nobody_keeps_anything_without_a_session(world: World) -> None:
    visitor = world.visitor()
    data = {"csrf_token": visitor.token(), "path": "/contact", "message": WORDS}
    assert visitor.post("/session/keep", data).status_code == 401
    assert visitor.post("/session/discard", data).location == "/"


def test_a_forged_form_that_comes_too_late_is_not_kept(world: World) -> None:
    visitor = world.signed_in()
    idle(world)
    answer = visitor.post("/profile/edit", {"town": "Evilton"})
    assert answer.status_code == 400
    assert drafts(world) == []


def test_a_kept_form_is_gone_after_a_day(world: World) -> None:
    person = world.customer()
    page = world.signed_in(person).open("/profile/edit")
    idle(world)
    page.send(town="Exampleton")
    world.clock.move(hours=24, minutes=1)
    world.deliver()
    assert drafts(world) == []


def test_the_answer_of_a_colleague_is_kept_too(world: World) -> None:
    reference, desk = world.case(), world.at_the_desk()
    page = desk.open(f"/staff/cases/{reference}")
    idle(world)
    asked = page.send(f"/staff/cases/{reference}", step="noted", message=WORDS)
    assert asked.path == "/staff/sign-in"
    assert len(drafts(world)) == 1


def test_a_form_that_was_changed_by_another_meanwhile_shows_both(world: World) -> None:
    person = world.customer()
    visitor = world.signed_in(person)
    page = visitor.open("/profile/edit")
    idle(world)
    other = world.signed_in(person).open("/profile/edit")
    page.send(town="Exampleton")
    other.send(town="Sampleton")
    back_in(visitor, person)
    again = visitor.open("/profile/edit")
    assert again.value("town") == "Exampleton"
    shown = again.send(status=None)
    assert "Sampleton" in shown.answer.text
    assert "Sampleton" in visitor.open("/profile").text
