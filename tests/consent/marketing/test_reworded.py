"""Nobody says yes to words that they were not shown."""

import json
import re
from typing import Any

import pytest

from portal.consent.marketing.queries import get_choices, list_changes
from portal.identity.staff_accounts.rules import Role
from tests.consent.list_screening.lists import agrees
from tests.consent.marketing.test_older_pages import Opened, desk_page, own_page, send
from tests.consent.marketing.test_refused import ADDRESS, OFFERS, PRODUCTS, send_choices_link
from tests.pages import Page
from tests.world import Person, World

NEW_WORDS = "Ten emails a day from anybody who pays us."
CHANGED = "The words have changed"
PAGES = pytest.mark.parametrize("opened", [own_page, send_choices_link, desk_page])


def reword(world: World, key: str = "offers", **words: Any) -> None:
    officer = world.at_the_desk(world.colleague("officer@example.com", role=Role.PRIVACY_OFFICER))
    officer.open(f"/staff/catalogue/{key}").send(note="More", **(words or {"why": NEW_WORDS}))
    world.clock.move(minutes=1)


def kept(world: World, person: Person) -> set[str]:
    return {one.value for one in world.read(get_choices, person.customer_id).agreed}


def tick(opened: Opened, page: Page, *choices: str, **given: Any) -> Page:
    read = {"was_read": "y"} if opened is desk_page else {}
    return send(opened, page, choices=list(choices), **read, **given)


@PAGES
def test_a_yes_on_a_page_from_before_the_words_changed_is_asked_about_in_the_new_ones(
    world: World, opened: Opened
) -> None:
    person = world.customer(ADDRESS)
    page = opened(world, person)
    reword(world)
    page = tick(opened, page, "offers:email", status=409)
    assert CHANGED in page.text
    assert "somewhere else" not in page.text
    assert NEW_WORDS in page.text, "they can be read now"
    assert page.ticked("choices") == ["offers:email"]
    assert not page.soup.select("[name=was_read][checked]"), "they were not read out yet"
    assert not kept(world, person)
    tick(opened, page, "offers:email")
    assert kept(world, person) == {"offers:email"}
    (line,) = [one for one in world.read(list_changes, person.customer_id, 9) if not one.noted]
    assert NEW_WORDS in line.text


def test_a_company_gets_nobodys_details_by_words_that_were_not_shown(world: World) -> None:
    person = world.customer(ADDRESS)
    page = own_page(world, person)
    reword(world, "brightwave", why="Your name, your calls and what you pay, for anybody.")
    page.send(choices=["brightwave:yes"], status=409)
    visitor = world.signed_in(person)
    facts = json.loads(visitor.client.get("/preferences/history/receipt").text)
    assert not [one for one in facts["history"] if one["agreed"]]
    assert "for anybody" not in json.dumps(facts)


@pytest.mark.parametrize(
    "words", [{"title": "Offers"}, {"why": "Why."}, {"often": "Daily"}, {"stop": "Never"}]
)
def test_whichever_of_the_words_changed_a_yes_is_asked_about(
    world: World, words: dict[str, str]
) -> None:
    person = world.customer(ADDRESS)
    page = own_page(world, person)
    reword(world, **words)
    assert CHANGED in page.send(choices=["offers:email"], status=409).text


@PAGES
def test_a_yes_to_what_is_asked_in_the_same_words_is_kept_whatever_else_changed(
    world: World, opened: Opened
) -> None:
    person = world.customer(ADDRESS)
    page = opened(world, person)
    reword(world, "surveys")
    tick(opened, page, "offers:email")
    assert kept(world, person) == {"offers:email"}


@PAGES
def test_a_no_beside_a_yes_to_new_words_is_kept_at_once(world: World, opened: Opened) -> None:
    person = world.customer(ADDRESS)
    agrees(world, person, OFFERS, PRODUCTS)
    world.clock.move(minutes=1)
    page = opened(world, person)
    reword(world, "surveys")
    page = tick(opened, page, "new-products:email", "surveys:email", status=409)
    assert "What you unticked is off now." in page.text
    assert kept(world, person) == {"new-products:email"}
    tick(opened, page, "new-products:email", "surveys:email")
    assert kept(world, person) == {"new-products:email", "surveys:email"}


@PAGES
def test_what_stays_ticked_is_no_yes_to_new_words(world: World, opened: Opened) -> None:
    person = world.customer(ADDRESS)
    agrees(world, person, OFFERS)
    world.clock.move(minutes=1)
    page = opened(world, person)
    reword(world)
    tick(opened, page, "offers:email", "surveys:email")
    assert kept(world, person) == {"offers:email", "surveys:email"}


@pytest.mark.parametrize("number", ["", "7", "-1", "one"])
@pytest.mark.parametrize("is_since", [True, False])
def test_of_a_page_that_does_not_say_what_it_showed_whatever_may_have_been_shown_counts(
    world: World, number: str, *, is_since: bool
) -> None:
    """As of one from the release before: what was published before it was made is not asked about.

    How old it is nobody knows, but it is younger than the choices that it was made from.
    """
    person = world.customer(ADDRESS)
    if is_since:
        agrees(world, person, PRODUCTS)
        world.clock.move(minutes=1)
    reword(world)
    if not is_since:
        agrees(world, person, PRODUCTS)
        world.clock.move(minutes=1)
    page = own_page(world, person)
    status = 409 if is_since else 200
    page = page.send(choices=["offers:email", "new-products:email"], wording=number, status=status)
    assert (CHANGED in page.text) is is_since
    assert ("offers:email" in kept(world, person)) is not is_since


def test_a_page_that_comes_back_after_signing_in_shows_the_new_words(world: World) -> None:
    person = world.customer(ADDRESS)
    page = own_page(world, person)
    world.clock.move(days=1)
    page = page.send(choices=["offers:email"])
    reword(world)
    page = page.send(email=person.email, password=person.password)
    page = page.send(answer=person.answer)
    assert page.path == "/preferences"
    assert NEW_WORDS in page.text
    page.send()
    assert kept(world, person) == {"offers:email"}
    assert re.search("Ten emails", world.read(list_changes, person.customer_id, 1)[0].text)
