"""A form that was open when somebody else signed in is not the form of whoever is there now."""

from typing import Any

import pytest

from portal.identity.accounts.queries import get_customer
from portal.identity.form_drafts.models import Draft
from tests.pages import Page, Visitor
from tests.world import ANSWER, PASSWORD, Person, World, rows_with

SAID = "Someone else was signed in when this form was opened"
REACHED: dict[str, Any] = {"telephone": "01632 960001", "mobile": "07700 900123"}
PAGES = ["/profile/edit", "/preferences", "/preferences/directories"]


def let_in(visitor: Visitor, person: Person) -> None:
    visitor.open("/sign-in").send(email=person.email, password=PASSWORD)
    visitor.open("/sign-in/question").send(answer=ANSWER)


def open_then_handed_over(world: World, path: str) -> tuple[Page, Person]:
    """Rowan's page, in a browser in which Quill is signed in by now; and Quill."""
    rowan = world.customer(**REACHED)
    quill = world.customer("quill@example.com", given_name="Quill", telephone="01632 960002")
    visitor = world.visitor()
    let_in(visitor, rowan)
    page = visitor.open(path)
    visitor.send("/sign-out")
    let_in(visitor, quill)
    return page, quill


def test_somebody_who_sends_the_form_of_another_keeps_their_own_name_and_number(
    world: World,
) -> None:
    page, quill = open_then_handed_over(world, "/profile/edit")
    before = world.read(get_customer, quill.customer_id).details
    again = page.send(status=400, town="Exampleton")
    assert SAID in again.flashes
    assert (again.value("given_name"), again.value("mobile")) == ("Quill", "")
    assert "07700 900123" not in again.answer.text.replace("like 07700 900123", "")
    assert again.send().flashes == ["Nothing was changed."]
    assert world.read(get_customer, quill.customer_id).details == before


@pytest.mark.parametrize("path", PAGES)
def test_no_form_of_another_is_taken_even_with_a_token_of_today(world: World, path: str) -> None:
    page, quill = open_then_handed_over(world, path)
    token = page.visitor.open(path).value("csrf_token")
    boxes: dict[str, Any] = {"choices": ["offers:email"], "entries": ["+441632960002:printed"]}
    again = page.send(status=400, csrf_token=token, town="Exampleton", **boxes)
    assert SAID in again.flashes
    assert world.read(get_customer, quill.customer_id).details.town == ""
    rows = world.rows()
    assert (rows["choice_change"], rows["profile_change"]) == (0, 0)


def test_a_form_of_another_is_not_kept_for_whoever_was_signed_in_last(world: World) -> None:
    page, _ = open_then_handed_over(world, "/profile/edit")
    world.clock.move(hours=1)
    page.send(status=None, town="Exampleton")
    with world.work() as work:
        assert rows_with(work, Draft) == []


def test_somebody_who_signed_in_again_gets_their_own_form_back(world: World) -> None:
    rowan, visitor = world.customer(**REACHED), world.visitor()
    let_in(visitor, rowan)
    page = visitor.open("/profile/edit")
    visitor.send("/sign-out")
    let_in(visitor, rowan)
    again = page.send(status=400, town="Exampleton")
    assert "Send this form again" in again.flashes
    assert again.value("town") == "Exampleton"
    assert again.send().flashes == ["Your details are saved."]


def test_what_says_whose_a_form_is_says_nothing_else(world: World) -> None:
    rowan = world.customer(**REACHED)
    text = world.signed_in(rowan).open("/profile/edit").value("made_from")
    assert str(rowan.id) not in text
    assert rowan.id.hex not in text
