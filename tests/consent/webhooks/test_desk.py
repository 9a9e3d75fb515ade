"""The desk sees what other systems were told, and sends again what they did not take."""

from dataclasses import replace

import pytest

from portal.identity.staff_accounts.rules import Role
from portal.platform.core.webhooks import Receiver
from tests.consent.webhooks.receiver import Listener
from tests.consent.webhooks.steps import announcements, choose, refuse, states, tell
from tests.pages import Visitor
from tests.world import World

HOME = "/staff/deliveries"


@pytest.fixture
def desk(world: World) -> Visitor:
    return world.at_the_desk(world.colleague("kit@example.com", role=Role.PRIVACY_OFFICER))


def counts(desk: Visitor) -> list[str]:
    return [one.get_text() for one in desk.open(HOME).soup.select(".tile__value")]


def test_the_page_counts_what_waits_was_delivered_and_was_given_up(
    world: World, there: Listener, desk: Visitor
) -> None:
    person = world.customer()
    assert counts(desk) == ["0", "0", "0"]
    choose(world, person, "offers:email")
    assert counts(desk) == ["1", "0", "0"]
    tell(world)
    assert counts(desk) == ["0", "1", "0"]
    choose(world, person)
    there.answers = [410]
    tell(world)
    assert counts(desk) == ["0", "1", "1"]
    text = desk.open(HOME).text
    for said in ("A marketing choice", "HTTP 410", "23 November 2026 at 12:00", "msg_"):
        assert said in text
    world.clock.move(days=1, seconds=1)
    desk = world.at_the_desk(world.colleague("lou@example.com", role=Role.PRIVACY_OFFICER))
    assert counts(desk) == ["0", "0", "1"], "what was delivered lately"


def test_the_page_says_nothing_of_whom_it_is_about(world: World, desk: Visitor) -> None:
    person = world.customer(given_name="Marigold")
    choose(world, person, "offers:email")
    refuse(world)
    text = desk.open(HOME).text
    assert "msg_" in text
    for secret in ("Marigold", person.email, str(person.id), person.id.hex, "offers"):
        assert secret not in text


def test_one_is_sent_again(world: World, there: Listener, desk: Visitor) -> None:
    choose(world, world.customer(), "offers:email")
    refuse(world)
    (dead,) = announcements(world)
    form = desk.open(HOME)
    page = form.send(f"{HOME}/{dead.id}/send-again")
    assert page.flashes == ["It is on its way again."]
    tell(world)
    assert len(there.taken) == 1
    (line,) = world.audit("webhooks:announcement:repeated")
    assert (line.actor_kind, line.subject_id) == ("staff", dead.id)
    form.send(f"{HOME}/{dead.id}/send-again", status=404)


def test_all_are_sent_again_but_what_newer_ones_have_overtaken(
    world: World, there: Listener, desk: Visitor
) -> None:
    person = world.customer()
    choose(world, person, "offers:email", "surveys:text")
    refuse(world)
    choose(world, person, "surveys:text")
    refuse(world)
    page = desk.open(HOME)
    assert page.text.count("Overtaken by a newer one") == 1
    assert page.text.count("Send it again") == 2
    form, page = page, page.send(f"{HOME}/send-again")
    assert page.flashes == [
        "2 are on their way again. Not sent, because newer changes have replaced them: 1."
    ]
    tell(world)
    assert len(there.taken) == 2
    assert sorted(states(world)) == ["dead", "delivered", "delivered"]
    page = form.send(f"{HOME}/send-again")
    assert page.flashes == ["Nothing was sent again, because newer changes have replaced these."]


def test_what_was_overtaken_meanwhile_is_not_sent(world: World, desk: Visitor) -> None:
    person = world.customer()
    choose(world, person, "offers:email")
    refuse(world)
    page, dead = desk.open(HOME), announcements(world)[0]
    choose(world, person)
    page = page.send(f"{HOME}/{dead.id}/send-again")
    assert page.flashes[0].startswith("A newer change covers this one")


def test_without_a_receiver_the_page_says_so_and_offers_nothing(
    world: World, desk: Visitor
) -> None:
    choose(world, world.customer(), "offers:email")
    refuse(world)
    world.parts = world.app.extensions["portal"] = replace(world.parts, receiver=Receiver())
    text = desk.open(HOME).text
    assert "No other system is told about changes" in text
    assert "Send it again" not in text


@pytest.mark.parametrize(
    ("role", "is_linked"),
    [
        (Role.AGENT, False),
        (Role.SENIOR, False),
        (Role.PRIVACY_OFFICER, True),
        (Role.ADMINISTRATOR, True),
    ],
)
def test_only_who_may_see_it_is_led_there(world: World, role: Role, *, is_linked: bool) -> None:
    desk = world.at_the_desk(world.colleague("who@example.com", role=role))
    assert (HOME in desk.open("/staff").links()) is is_linked
