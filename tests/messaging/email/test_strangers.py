"""A stranger can have us write to an address, but not what."""

from typing import Any

import pytest

from tests.identity.accounts.registering import FILLED, register_in
from tests.world import World

WORD = "Zzyzx"  # a name like any other, and in no email of ours

CANCEL = {"name": WORD, "topic": "cancel-registration", "service": "mobile", "message": WORD}


def assert_silent(world: World, to: str) -> None:
    emails = [email for email in world.deliver() if email.to == to]
    assert emails, "something goes out"
    for email in emails:
        assert WORD.lower() not in bytes(email.message).decode().lower()
        assert WORD.lower() not in f"{email.subject}{email.text}{email.html}".lower()


@pytest.mark.parametrize("is_known", [False, True])
@pytest.mark.parametrize(
    ("path", "typed"),
    [
        ("/register", {**FILLED, "given_name": WORD, "family_name": WORD}),
        ("/contact", {"name": WORD, "topic": "other", "message": WORD}),
        ("/contact", {"name": WORD, "topic": "marketing", "message": WORD}),
        (
            "/contact",
            CANCEL,
        ),
        ("/forgotten", {}),
        ("/choices", {}),
    ],
)
def test_no_word_that_a_stranger_typed_goes_to_the_address(
    world: World, path: str, typed: dict[str, Any], *, is_known: bool
) -> None:
    if is_known:
        world.customer("victim@example.com")
    visitor, fields = world.visitor(), {**typed, "email": "victim@example.com"}
    if path == "/register":
        page = register_in(visitor, **fields)
    else:
        page = visitor.open(path).send(**fields)
    assert page.path != path
    assert_silent(world, "victim@example.com")


def test_no_word_that_a_customer_typed_goes_to_a_new_address(world: World) -> None:
    visitor = world.signed_in(world.customer(given_name=WORD, family_name=WORD))
    visitor.open("/security/email").send(email="victim@example.com")
    assert_silent(world, "victim@example.com")


def test_what_a_customer_sends_goes_to_the_address_of_the_account_whatever_was_typed(
    world: World,
) -> None:
    person = world.customer(given_name=WORD)
    visitor = world.signed_in(person)
    world.deliver()
    page = visitor.open("/contact").send(
        name=WORD, email="victim@example.com", topic="other", message=WORD
    )
    assert {email.to for email in world.deliver()} == {person.email}
    reference = page.soup.select_one(".ref")
    assert reference
    path = f"/staff/cases/{reference.get_text()}"
    world.at_the_desk().open(path).send(path, step="replied", message="We have looked.")
    assert world.email("We replied").to == person.email


def test_an_answer_to_a_visitor_has_our_words_and_not_theirs(world: World) -> None:
    reference = world.case(name=WORD, email="victim@example.com", text=WORD)
    world.deliver()
    path = f"/staff/cases/{reference}"
    world.at_the_desk().open(path).send(path, step="replied", message="We have looked.")
    assert_silent(world, "victim@example.com")
