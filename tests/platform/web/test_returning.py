"""A form that cannot be taken comes back as it was filled in; nothing of it is done or kept."""

import re
from typing import Any

import pytest
from bs4 import Tag
from flask import Flask

from portal.desk.case_records.models import CaseRow
from portal.identity.form_drafts.models import Draft
from portal.platform.web.limiting import LIMITS, Pace, said_of
from tests.pages import Page, Visitor, _prefilled
from tests.platform.web.test_bad_input import Form, every_form
from tests.world import ANSWER, PASSWORD, Person, World, rows_with

WORDS = "I have typed this for half an hour."
CONTACT: dict[str, Any] = {
    "name": "Robin",
    "email": "robin@example.com",
    "topic": "other",
    "message": WORDS,
}
SECRET = ("password", "answer", "code", "proof")
"""What the fields of secrets are called; what a form has of them stays empty."""
NOT_FORMS = ("file", "submit", "button", "image", "reset")


def back_in(visitor: Visitor, person: Person) -> None:
    visitor.open("/sign-in").send(email=person.email, password=PASSWORD)
    visitor.open("/sign-in/question").send(answer=ANSWER)


def cases(world: World) -> int:
    with world.work() as work:
        return len(rows_with(work, CaseRow))


@pytest.mark.parametrize("turn", ["in", "out"])
def test_somebody_who_signed_in_or_out_in_another_tab_finds_their_message_still_there(
    world: World, turn: str
) -> None:
    person, visitor = world.customer(), world.visitor()
    if turn == "out":
        back_in(visitor, person)
    page = visitor.open("/contact")
    if turn == "in":
        back_in(visitor, person)
    else:
        visitor.send("/sign-out")
    again = page.send(**CONTACT, status=400)
    assert "Send this form again" in again.flashes
    address = person.email if turn == "in" else CONTACT["email"]
    assert {name: again.value(name) for name in CONTACT} == {**CONTACT, "email": address}
    assert cases(world) == 0
    with world.work() as work:
        assert rows_with(work, Draft) == []
    assert again.send().path == "/contact/sent"
    assert cases(world) == 1


def test_no_password_and_no_answer_comes_back(world: World) -> None:
    visitor = world.visitor()
    page = visitor.open("/sign-in")
    visitor.client.delete_cookie("form")
    again = page.send(email="robin@example.com", password=PASSWORD, answer=ANSWER, status=400)
    assert again.value("email") == "robin@example.com"
    assert PASSWORD not in again.answer.text
    assert ANSWER not in again.answer.text


def test_what_another_site_sends_never_comes_back(world: World) -> None:
    for headers in ({"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://evil.example"}):
        answer = world.visitor().post("/contact", CONTACT, headers=headers)
        assert answer.status_code == 403
        assert WORDS not in answer.text


def test_a_page_that_is_not_for_whoever_sends_does_not_come_back(world: World) -> None:
    person, agent = world.customer(), world.at_the_desk()
    reference = world.case(person)
    page = agent.open(f"/staff/cases/{reference}/close")
    agent.client.delete_cookie("form")
    assert page.send(ended="thanks", status=400).answer.status_code == 400
    answer = agent.post(f"/staff/cases/{reference}/let-back-in", {"note": WORDS})
    assert answer.status_code == 403
    stranger = world.visitor()
    assert stranger.post("/profile/edit").location.startswith("/sign-in")
    assert b"/sign-in" in stranger.post("/profile/edit", {"town": WORDS}).data


def typed_into(form: Form, tag: Tag) -> dict[str, Any]:
    """What somebody types into every field of a form that is no secret."""
    typed = dict(_prefilled(tag))
    for one in tag.select("[name]"):
        name, kind = str(one["name"]), str(one.get("type", "text"))
        if kind in NOT_FORMS or kind in {"hidden", "password"} or name in SECRET:
            continue
        if kind in {"checkbox", "radio"}:
            typed[name] = [str(one["value"])]
        elif one.name == "select":
            typed[name] = str(one.select("option")[-1]["value"])
        elif one.name in {"input", "textarea"}:
            typed[name] = "07700 900456"
    assert form.fields >= set(typed), form.target
    return typed


def shown(page: Page, name: str) -> Any:
    boxes = page.soup.select(
        f"input[name='{name}'][type=checkbox], input[name='{name}'][type=radio]"
    )
    return page.ticked(name)[-1:] if boxes else page.value(name)


@pytest.mark.nightly
def test_every_form_with_a_wrong_token_comes_back_filled(world: World) -> None:
    """The kind: a form that is sent is taken, or its words are there to be sent again."""
    lost: list[tuple[Any, ...]] = []
    seen = 0
    for form in every_form(world):
        typed = typed_into(form, form.tag)
        words = {
            name: value
            for name, value in typed.items()
            if form.is_typed(name) and name not in SECRET
        }
        if not words:
            continue
        seen += 1
        answer = form.visitor.client.post(form.target, data=typed | {"csrf_token": "old"})
        page = Page(form.visitor, answer)
        assert answer.status_code == 400, form.target
        if "Send this form again" not in page.flashes:
            lost.append((form.target, "is not there"))
            continue
        lost += [
            (form.target, name, value)
            for name, value in words.items()
            if not page.soup.select(f"[name='{name}']") or shown(page, name) != value
        ]
    assert seen > 20
    assert lost == []


def test_whoever_sends_too_often_keeps_what_was_typed_and_reads_another_way(world: World) -> None:
    visitor = world.visitor()
    for _ in range(LIMITS[Pace.EMAILS].most):
        visitor.open("/choices").send(email="robin@example.com")
    page = visitor.open("/contact").send(**CONTACT, status=429)
    assert page.flashes == ["Too many attempts"]
    assert {name: page.value(name) for name in CONTACT} == CONTACT
    assert "call us on 020 7946 0000" in page.text
    assert re.search(r"Try again at \d{1,2}:\d\d[ap]m\.", page.text)
    assert "What you typed is still here." in page.text
    assert int(page.answer.headers["Retry-After"]) > 0
    assert cases(world) == 0


def test_a_form_that_is_sent_empty_does_not_count(world: World) -> None:
    visitor = world.visitor()
    for path in ("/contact", "/register", "/choices", "/forgotten"):
        for blank in ("", "   "):
            for _ in range(LIMITS[Pace.EMAILS].most // 4):
                visitor.open(path).send(email=blank)
    assert visitor.open("/contact").send(**CONTACT).path == "/contact/sent"


@pytest.mark.nightly
def test_every_limited_form_that_is_typed_into_says_what_it_needs(world: World, app: Flask) -> None:
    """The kind: whatever form counts, an empty one does not."""
    loose = []
    for form in every_form(world):
        path = form.target.partition("?")[0]
        endpoint, _ = app.url_map.bind("").match(path, method="POST")
        with app.app_context():
            said = said_of(endpoint)
        needed = [one for one in form.fields if one != "csrf_token" and form.is_typed(one)]
        if said is not None and needed and said.needs not in form.fields:
            loose.append(path)
    assert loose == []


COPY = "Here is what you typed, so that you can copy it"
STILL = "What you typed is still here"


@pytest.mark.parametrize("path", ["/register", "/choices", "/forgotten"])
def test_somebody_who_signed_in_meanwhile_copies_what_has_no_field_any_more(
    world: World, path: str
) -> None:
    visitor = world.visitor()
    page = visitor.open(path)
    back_in(visitor, world.customer())
    fields: dict[str, Any] = {"email": "robin.typed@example.com"}
    if path == "/register":
        fields |= {"given_name": "Robin", "password": "a secret of mine", "answer": ANSWER}
    again = page.send(**fields, status=400)
    assert STILL not in again.text
    assert "Nothing was sent" in again.flashes
    assert COPY in again.flashes
    assert "robin.typed@example.com" in again.text
    assert "a secret of mine" not in again.answer.text
    assert ANSWER not in again.answer.text


def test_a_colleague_copies_an_answer_to_a_case_that_was_closed_meanwhile(world: World) -> None:
    reference = world.case(world.customer())
    first, second = world.at_the_desk(), world.at_the_desk(world.colleague("kit@example.com"))
    path = f"/staff/cases/{reference}"
    page = first.open(path)
    second.open(f"{path}/close").send(ended="thanks")
    again = page.send(path, status=409, step="replied", message=WORDS)
    assert COPY in again.flashes
    assert WORDS in again.text
    first.client.delete_cookie("form")
    old = page.send(path, status=400, step="replied", message=WORDS)
    assert STILL not in old.text
    assert WORDS in old.text


def test_a_colleague_copies_a_reason_when_the_case_has_moved_on(world: World) -> None:
    reference = world.case(world.customer(), topic="cancel-registration", service="everything")
    first, second = world.at_the_desk(), world.at_the_desk(world.colleague("kit@example.com"))
    page = first.open(f"/staff/cases/{reference}/without-link")
    path = f"/staff/cases/{reference}"
    second.open(path).send(path, step="noted", message="They rang again.")
    again = page.send(status=409, reason=WORDS)
    assert WORDS in again.text
    assert COPY in again.flashes


def test_somebody_who_signed_out_in_another_tab_copies_what_they_added_to_a_message(
    world: World,
) -> None:
    person = world.customer()
    reference, visitor = world.case(person), world.signed_in(person)
    page = visitor.open(f"/cases/{reference}")
    visitor.send("/sign-out")
    again = page.send(f"/cases/{reference}", status=400, message=WORDS)
    assert again.title == "Nothing was sent"
    assert "You’re no longer signed in" in again.text
    assert COPY in again.flashes
    assert WORDS in again.text
    assert "/sign-in" in again.links()


def test_a_colleague_with_an_aged_proof_and_an_old_token_copies_the_reason(world: World) -> None:
    reference = world.case(world.customer(), topic="cancel-registration", service="everything")
    desk = world.at_the_desk()
    page = desk.open(f"/staff/cases/{reference}/without-link")
    world.clock.move(minutes=6)
    desk.client.delete_cookie("form")
    again = page.send(status=400, reason=WORDS)
    assert again.title == "Nothing was sent"
    assert WORDS in again.text


def test_a_button_of_an_old_tab_comes_back_to_be_pressed_again(world: World) -> None:
    visitor = world.signed_in(world.customer())
    page = visitor.open("/preferences/off")
    visitor.client.delete_cookie("form")
    again = page.send(status=400)
    assert "Select the button again." in again.text
    assert again.send().path == "/preferences"
