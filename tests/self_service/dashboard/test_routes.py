import re

import pytest

from portal.consent.marketing.service import save_choices
from tests.consent.marketing.steps import EVERY_CHOICE
from tests.world import NOON, World, act


def test_a_customer_is_greeted_and_sees_how_things_stand(world: World) -> None:
    person = world.customer()
    act(world, person, save_choices, person.customer_id, frozenset(EVERY_CHOICE[:5]))
    page = world.signed_in(person).open("/account")
    assert page.title == "Good afternoon, Rowan"
    assert "5 on" in page.text
    assert "of 20 choices" in page.text
    assert "2 services" in page.text
    assert "Broadband, Mobile" in page.text
    assert "You last signed in" not in page.text


@pytest.mark.parametrize(
    ("hour", "greeting"), [(0, "Good morning"), (11, "Good morning"), (12, "Good afternoon"),
                           (17, "Good afternoon"), (18, "Good evening"), (23, "Good evening")],
)  # fmt: skip
def test_the_greeting_goes_by_the_clock_in_london(world: World, hour: int, greeting: str) -> None:
    world.clock.now = NOON.replace(month=7, hour=(hour - 1) % 24)
    assert world.signed_in().open("/account").title.startswith(greeting)


def test_the_visit_before_is_shown_from_the_second_on(world: World) -> None:
    person = world.customer()
    world.signed_in(person)
    world.clock.move(days=1)
    page = world.signed_in(person).open("/account")
    assert "You last signed in on 23 November 2026 at midday" in page.text


def test_what_we_owe_is_listed_and_every_message_is_a_click_away(world: World) -> None:
    person = world.customer()
    references = [world.case(person) for _ in range(2)]
    page = world.signed_in(person).open("/account")
    assert all(f"/cases/{one}#why" in str(page.soup) for one in references)
    assert "By 23 December" in page.text
    assert "See all messages" in page.text


def test_a_change_of_address_that_waits_is_a_thing_to_do(world: World) -> None:
    visitor = world.signed_in()
    visitor.open("/security/email").send(email="rowan.new@example.com")
    assert "Confirm your new email address" in visitor.open("/account").text


def test_failed_tries_and_changes_are_told_to_their_owner_alone(world: World) -> None:
    person, other = world.customer(), world.customer("jules@example.com")
    world.visitor().open("/sign-in").send(email=person.email, password="five brown trombones")
    visitor = world.signed_in(person)
    visitor.open("/profile/edit").send(town="Exampleton")
    page = visitor.open("/account")
    assert "Failed sign-in attempt" in page.text
    assert "You changed one of your details" in page.text
    theirs = world.signed_in(other).open("/account")
    assert "Failed sign-in attempt" not in theirs.text
    assert "You changed" not in theirs.text


def test_what_was_said_about_listings_is_told(world: World) -> None:
    visitor = world.signed_in(world.customer(telephone="01632 960001"))
    visitor.open("/preferences/directories").send(entries=["+441632960001:online"])
    visitor.open("/preferences/tps/telephone").send()
    visitor.send("/preferences/tps/telephone/withdraw")
    told = visitor.open("/account").text
    assert "Online directory turned on" in told
    assert "You told us you registered with the Telephone Preference Service" in told
    assert "You told us you’re not registered with the Telephone Preference Service" in told


def test_what_a_customer_did_is_told_newest_first(world: World) -> None:
    person = world.customer()
    world.clock.move(minutes=1)
    visitor = world.signed_in(person)
    for choices in (["offers:email"], []):
        world.clock.move(minutes=1)
        visitor.open("/preferences").send(choices=choices)
    world.clock.move(minutes=1)
    visitor.send("/sign-out")
    world.clock.move(minutes=1)
    home = world.signed_in(person).open("/account")
    assert "signed" not in home.soup.select_one("#activity").find_parent("section").get_text()  # type: ignore[union-attr]
    page = home.visitor.open("/account/activity")
    told = [one.get_text() for one in page.soup.select(".timeline__title")]
    assert told[0] == told[4] == "You signed in"
    assert told[1] == "You signed out"
    assert told[2].endswith("by email turned off")
    assert told[3].endswith("by email turned on")


def test_somebody_who_was_signed_out_by_the_clock_does_not_read_that_they_did_it(
    world: World,
) -> None:
    person = world.customer()
    visitor = world.signed_in(person)
    token = visitor.open("/account").value("csrf_token")
    visitor.post("/sign-out", {"csrf_token": token, "reason": "idle"})
    assert world.audit("entrance:customer:signed-out") == []
    assert len(world.audit("entrance:customer:timed-out")) == 1
    world.clock.move(minutes=1)
    text = world.signed_in(person).open("/account/activity").text
    assert "We signed you out because nothing happened for a while" in text
    assert not re.search(r"after a time without use[^.]{0,40}by you", text)
    assert "You signed out" not in text


def test_a_colleague_who_was_signed_out_by_the_clock_is_not_recorded_as_doing_it(
    world: World,
) -> None:
    desk = world.at_the_desk()
    token = desk.open("/staff").soup.select_one("input[name=csrf_token]")["value"]  # type: ignore[index]
    desk.post("/staff/sign-out", {"csrf_token": token, "reason": "idle"})
    assert world.audit("staff:member:signed-out") == []
    assert len(world.audit("staff:member:timed-out")) == 1


def test_all_activity_has_pages_and_everybody_their_own(world: World) -> None:
    person, other = world.customer(), world.customer("jules@example.com")
    visitor = world.signed_in(person)
    for town in range(35):
        world.clock.move(minutes=1)
        visitor.open("/profile/edit").send(town=f"Exampleton {town}")
    first = visitor.open("/account/activity")
    older = first.soup.select_one("a[rel=next]")["href"]  # type: ignore[index]
    assert len(first.soup.select(".timeline > li")) == 30
    second = visitor.open(str(older))
    told = [one.get_text() for one in second.soup.select(".timeline__title")]
    assert {*told[-2:]} == {"You created your account", "You signed in"}
    assert len(told) == 7
    world.signed_in(other).open(str(older), status=404)
    visitor.open("/account/activity?after=nothing", status=404)
