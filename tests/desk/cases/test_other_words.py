"""What somebody sends from a copy of a form that was sent before is kept, unless it is the same."""

from typing import Any

import pytest

from tests.pages import Page
from tests.self_service.access_log.test_looked import ask_link
from tests.world import World

FILLED: dict[str, Any] = {
    "name": "Vis Itor",
    "email": "visitor@example.org",
    "topic": "other",
    "message": "Hello",
}


def forms(world: World) -> dict[str, tuple[Page, dict[str, Any]]]:
    """Each form that sends a message, and what is filled in besides the message."""
    person = world.customer()
    world.at_the_desk().open(f"/staff/cases/{world.case(person)}")
    visitor = world.signed_in(person)
    return {
        "a visitor's": (world.visitor().open("/contact"), FILLED),
        "a customer's": (visitor.open("/contact"), {"topic": "other"}),
        "about a look": (visitor.open(ask_link(visitor)), {}),
    }


@pytest.mark.parametrize("which", ["a visitor's", "a customer's", "about a look"])
def test_other_words_from_the_same_copy_are_a_second_message_and_the_same_words_are_not(
    world: World, which: str
) -> None:
    form, besides = forms(world)[which]
    before = world.rows()["case_file"]
    for words in ("First words", "First words", "Quite another matter", "First words"):
        form.send(**{**besides, "message": words})
    assert world.rows()["case_file"] == before + 2


def test_a_mended_address_gets_the_answer(world: World) -> None:
    form = world.visitor().open("/contact")
    form.send(**{**FILLED, "email": "visitors@example.org"})
    form.send(**FILLED)
    assert {one.to for one in world.deliver()} == {"visitors@example.org", "visitor@example.org"}
