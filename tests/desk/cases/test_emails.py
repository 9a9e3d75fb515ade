"""What is written about a message: the answer, its number, and a way on that its reader can go."""

import pytest

from portal.erasure.cancellation.rules import When
from portal.erasure.cancellation.service import leave
from portal.identity.accounts.queries import get_customer
from tests.world import Delivered, World

SUBJECTS = {"replied": "We replied to your message", "asked": "We have a question about"}


def answered(world: World, reference: str, step: str) -> Delivered:
    world.deliver()
    path = f"/staff/cases/{reference}"
    world.at_the_desk().open(path).send(path, step=step, message="It is\nnear Sampleford.")
    return world.email(SUBJECTS[step])


@pytest.mark.parametrize("step", SUBJECTS)
def test_a_visitor_gets_the_answer_and_no_way_that_wants_an_account(
    world: World, step: str
) -> None:
    reference = world.case()
    sent = answered(world, reference, step)
    for part in (sent.text, sent.html):
        assert "near Sampleford." in part
        assert reference in part
        assert f"{world.parts.settings.address}/follow/" in part
        assert "You don’t need an account" in part
        assert "/cases/" not in part
        assert "Sign in" not in part
    page = world.visitor().open(sent.link).send()
    assert "near Sampleford." in page.text


@pytest.mark.parametrize("step", SUBJECTS)
@pytest.mark.parametrize("is_signed_in", [True, False])
def test_a_customer_gets_the_answer_and_the_page_of_the_message(
    world: World, step: str, *, is_signed_in: bool
) -> None:
    person = world.customer()
    reference = world.case(person if is_signed_in else None, email=person.email)
    sent = answered(world, reference, step)
    assert (sent.to, sent.link) == (person.email, f"/cases/{reference}")
    assert f"{world.parts.settings.address}/cases/{reference}" in sent.html
    page = world.signed_in(person).open(sent.link)
    assert "near Sampleford." in page.text
    assert [one for one in page.soup.select("textarea") if one.get("name") == "message"]


def test_whoever_is_leaving_is_not_led_to_where_signing_in_would_keep_the_account(
    world: World,
) -> None:
    person = world.customer()
    reference = world.case(person)
    leave(world.parts.work, world.parts.context, person.customer_id, When.LATER)
    page = world.visitor().open(answered(world, reference, "replied").link).send()
    assert "near Sampleford." in page.text
    page = page.send(f"/follow/message/{reference}", message="Thank you.")
    assert "Thank you." in page.text
    assert "We’ll delete the whole message on" in page.flashes[0]
    assert "We’ll answer by" not in page.text
    with world.work() as work:
        assert get_customer(work, person.customer_id).is_closed


def test_that_a_message_came_says_when_we_answer_and_shows_it_to_whoever_has_an_account(
    world: World,
) -> None:
    person = world.customer()
    reference = world.case(person)
    sent = world.email("We’ve got your message")
    assert "We’ll answer by 23 December 2026." in sent.text
    assert world.signed_in(person).open(sent.link).path == f"/cases/{reference}"
    world.case()
    stranger = world.email("We’ve got your message")
    assert "/cases/" not in stranger.text + stranger.html
