"""Nobody says no to a box that the page did not show, or that could not be ticked."""

import json
from collections.abc import Mapping
from typing import Any

import pytest
from bs4 import BeautifulSoup

from portal.consent.marketing.queries import get_choices
from tests.desk.assisted_choices.test_desk import FACTS, page_of
from tests.pages import Visitor
from tests.world import Person, World

SIGNAL = {"Sec-GPC": "1"}
SHARED = {"brightwave:yes", "harbour-home:yes", "merrow-tv:yes"}
NO_MORE = "no-more-companies:yes"


def noes(visitor: Visitor) -> dict[str, set[str]]:
    """What the consent receipt has as a no, by how it was said."""
    document = json.loads(visitor.client.get("/preferences/history/receipt").text)
    said: dict[str, set[str]] = {}
    for one in document["history"]:
        if one.get("agreed") is False:
            said.setdefault(one["how"], set()).add(f"{one['purpose']}:{one['channel']}")
    return said


def save_signalled(visitor: Visitor, fields: Mapping[str, Any], choices: list[str]) -> None:
    data = {**fields, "choices": choices}
    visitor.client.post("/preferences", headers=SIGNAL, data=data, follow_redirects=True)


def hidden(html: str) -> dict[str, str]:
    found = BeautifulSoup(html, "html.parser").select("main form input[type=hidden]")
    return {str(one["name"]): str(one.get("value", "")) for one in found}


def test_somebody_whose_browser_signals_says_no_to_no_box_that_could_not_be_ticked(
    world: World,
) -> None:
    visitor = world.signed_in()
    html = visitor.client.get("/preferences", headers=SIGNAL).text
    held = BeautifulSoup(html, "html.parser").select("input[name=choices][disabled]")
    assert {str(one["value"]) for one in held} == SHARED
    save_signalled(visitor, hidden(html), ["offers:email"])
    world.clock.move(minutes=1)
    html = visitor.client.get("/preferences", headers=SIGNAL).text
    save_signalled(visitor, hidden(html), [])
    said = noes(visitor)["website"]
    assert "offers:email" in said
    assert not said & SHARED


@pytest.mark.parametrize("is_said", [True, False])
def test_a_box_that_was_ticked_before_the_browser_signalled_is_no_no(
    world: World, *, is_said: bool
) -> None:
    visitor = world.signed_in()
    fields = hidden(visitor.client.get("/preferences").text)
    if not is_said:
        del fields["shown"]
    save_signalled(visitor, fields, ["brightwave:yes"])
    said = noes(visitor)["website"]
    assert "brightwave:yes" not in said
    assert ("merrow-tv:yes" in said) is is_said, "it was there to be ticked, as far as we know"


def test_whoever_wants_no_more_companies_says_no_to_none_that_is_not_on_the_page(
    world: World,
) -> None:
    visitor = world.signed_in()
    page = visitor.open("/preferences")
    page = page.send(choices=["offers:email", "brightwave:yes", NO_MORE])
    world.clock.move(minutes=1)
    before = noes(visitor)
    boxes = {str(one["value"]) for one in page.soup.select("input[name=choices]")}
    assert "harbour-home:yes" not in boxes
    assert set(page.value("shown").split()) == {one.partition(":")[0] for one in boxes}
    page.send(choices=[NO_MORE])
    after = noes(visitor)["website"] - before.get("website", set())
    assert {"offers:email", "brightwave:yes"} <= after
    assert after <= boxes


def test_staff_say_no_for_somebody_to_no_company_that_their_page_does_not_show(
    world: World,
) -> None:
    person = world.customer()
    visitor = world.signed_in(person)
    visitor.open("/preferences").send(choices=["offers:email", NO_MORE])
    world.clock.move(minutes=1)
    page = page_of(world, person)
    assert "brightwave" not in page.value("shown").split()
    page.send(**FACTS, choices=[NO_MORE])
    assert not noes(visitor)["staff-telephone"] & {"brightwave:yes", "harbour-home:yes"}


# ------------------------------------------------------------------ a no beside a refused yes


def agreed(world: World, person: Person) -> set[str]:
    return {one.value for one in world.read(get_choices, person.customer_id).agreed}


def test_a_no_beside_a_company_that_is_refused_is_kept_and_somebody_reads_that_it_is(
    world: World,
) -> None:
    person = world.customer()
    visitor = world.signed_in(person)
    visitor.open("/preferences").send(choices=["offers:email", "surveys:email"])
    world.clock.move(minutes=1)
    older = visitor.open("/preferences")
    world.clock.move(minutes=1)
    kept = ["offers:email", "surveys:email", "surveys:text", NO_MORE]
    visitor.open("/preferences").send(choices=kept)
    page = older.send(choices=["brightwave:yes", "surveys:email"])
    assert agreed(world, person) == {"surveys:email", "surveys:text", NO_MORE}
    assert "untick Brightwave Energy. What you unticked is off now" in page.text
    assert "brightwave:yes" in page.ticked("choices"), "it can be unticked"
    page = page.send(choices=["surveys:email", "surveys:text", NO_MORE])
    assert "There is a problem" not in page.text
    assert agreed(world, person) == {"surveys:email", "surveys:text", NO_MORE}


def test_a_company_that_is_refused_alone_keeps_nothing_and_says_nothing_of_a_no(
    world: World,
) -> None:
    person = world.customer()
    visitor = world.signed_in(person)
    older = visitor.open("/preferences")
    visitor.open("/preferences").send(choices=["offers:email", NO_MORE])
    page = older.send(choices=["brightwave:yes"])
    assert agreed(world, person) == {"offers:email", NO_MORE}
    assert "Select “Ask me about companies again” or untick Brightwave Energy" in page.text
    assert "off now" not in page.text


def test_a_no_by_telephone_beside_a_yes_that_was_not_read_out_is_kept_and_told(
    world: World,
) -> None:
    person = world.customer()
    world.signed_in(person).open("/preferences").send(choices=["offers:email"])
    world.deliver()
    page = page_of(world, person).send(**FACTS, choices=["surveys:text"])
    assert agreed(world, person) == set()
    assert page.errors["was_read"].endswith("What you unticked is off now")
    assert page.ticked("choices") == ["surveys:text"]
    email = world.email("Your marketing choices were changed for you")
    assert "Offers on your services by email turned off" in email.text
    assert "turned on" not in email.text
    page.send(**FACTS, choices=["surveys:text"], was_read="y")
    assert agreed(world, person) == {"surveys:text"}
