"""What a page from before says: no to what it showed unticked, and to nothing else."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import event

from portal.consent.marketing.held import list_items
from portal.consent.marketing.queries import get_choices, list_changes
from portal.consent.marketing.rules import NO_MORE
from portal.erasure.cancellation.rules import When
from portal.erasure.cancellation.service import leave
from portal.identity.contact_index.rules import Channel
from portal.identity.staff_accounts.rules import Role
from tests.consent.list_screening.lists import agrees
from tests.consent.marketing.test_refused import (
    ADDRESS,
    NO_MORE_BOX,
    OFFERS,
    PRODUCTS,
    by_button,
    never_chose,
    send_choices_link,
    withheld,
)
from tests.pages import Page
from tests.world import Person, World

EVENTS = "Events near you"
ASSISTED: dict[str, Any] = {"caller": "customer", "how": "staff-telephone"}
Opened = Callable[[World, Person], Page]


def own_page(world: World, person: Person) -> Page:
    return world.signed_in(person).open("/preferences")


def desk_page(world: World, person: Person) -> Page:
    return world.at_the_desk().open(f"/staff/cases/{world.case(person)}/choices")


def close(world: World, person: Person) -> None:
    leave(world.parts.work, world.parts.context, person.customer_id, When.LATER)


def come_back(world: World, person: Person) -> None:
    close(world, person)
    world.clock.move(minutes=1)
    world.signed_in(person)


def publish(world: World) -> None:
    """The company asks about something new."""
    officer = world.at_the_desk(world.colleague("officer@example.com", role=Role.PRIVACY_OFFICER))
    words: dict[str, Any] = {
        "title": EVENTS,
        "why": "Concerts",
        "often": "Monthly",
        "stop": "Here",
        "note": "New",
    }
    officer.open("/staff/catalogue/add").send(kind="marketing", **words)


def send(opened: Opened, page: Page, **given: Any) -> Page:
    return page.send(**given | (ASSISTED if opened is desk_page else {}))


def refused(world: World, person: Person) -> set[str]:
    items = world.read(list_items, person.customer_id)
    return {one.value for one in items if one.label == "Said no to"}


@pytest.mark.parametrize(
    ("opened", "happen"),
    [(desk_page, close), (desk_page, come_back), (send_choices_link, come_back)],
)
def test_a_box_that_was_left_ticked_is_no_no_of_the_person_whom_leaving_turned_it_off_for(
    world: World, opened: Opened, happen: Callable[[World, Person], None]
) -> None:
    person = world.customer(ADDRESS)
    agrees(world, person, OFFERS, PRODUCTS)
    world.clock.move(minutes=1)
    page = opened(world, person)
    happen(world, person)
    send(opened, page, choices=["new-products:email"])
    said = refused(world, person)
    assert "Offers on your services by email" in said
    assert "New products by email" not in said
    noted = [one.text for one in world.read(list_changes, person.customer_id, 9) if one.noted]
    assert noted
    assert not any("New products by email" in one for one in noted)
    world.erase(person)
    assert withheld(world)
    assert not withheld(world, "new-products")


@pytest.mark.parametrize("opened", [own_page, send_choices_link, desk_page])
def test_an_open_page_says_no_to_nothing_that_is_asked_since(world: World, opened: Opened) -> None:
    person = world.customer(ADDRESS)
    agrees(world, person, OFFERS, PRODUCTS)
    page = opened(world, person)
    publish(world)
    send(opened, page, choices=["new-products:email"])
    said = refused(world, person)
    assert "Offers on your services by email" in said
    assert not any(EVENTS in one for one in said)
    own_page(world, person).send(choices=["new-products:email"])
    assert f"{EVENTS} by email" in refused(world, person), "shown, and left unticked"


@pytest.mark.parametrize("choices", [[], [NO_MORE_BOX]])
def test_a_page_from_before_closing_says_no_to_nothing_that_is_asked_since(
    world: World, choices: list[str]
) -> None:
    person = never_chose(world)
    page = send_choices_link(world, person)
    publish(world)
    close(world, person)
    page.send(choices=choices)
    said = refused(world, person)
    assert "Offers on your services by email" in said
    assert not any(EVENTS in one for one in said)


def test_a_page_that_comes_back_after_signing_in_says_no_to_what_it_shows_by_then(
    world: World,
) -> None:
    person = never_chose(world)
    page = own_page(world, person)
    world.clock.move(days=1)
    page = page.send(choices=["offers:email"])
    publish(world)
    page = page.send(email=person.email, password=person.password)
    page = page.send(answer=person.answer)
    assert (page.path, page.ticked("choices")) == ("/preferences", ["offers:email"])
    page.send()
    assert f"{EVENTS} by email" in refused(world, person)


def test_a_no_beside_a_yes_is_kept_of_whoever_closes_the_account_while_it_is_being_saved(
    world: World,
) -> None:
    person = world.customer(ADDRESS)
    agrees(world, person, OFFERS, PRODUCTS)
    page = send_choices_link(world, person)
    engine, done = world.parts.sessions.engine, list[bool]()

    def meanwhile(*given: Any) -> None:
        """The link was looked up; the choices of today are about to be."""
        if "marketing_choices" in given[2] and not done:
            done.append(True)
            close(world, person)

    event.listen(engine, "before_cursor_execute", meanwhile)
    page = page.send(status=409, choices=["new-products:email", "surveys:email"])
    event.remove(engine, "before_cursor_execute", meanwhile)
    assert done
    assert "We’ve kept your no to: Offers on your services by email." in page.text
    assert not world.read(get_choices, person.customer_id).agreed
    world.erase(person)
    assert withheld(world)
    assert not withheld(world, "new-products")


def test_no_more_companies_beside_a_yes_is_kept_on_a_page_from_before_the_account_was_closed(
    world: World,
) -> None:
    person = world.customer(ADDRESS)
    agrees(world, person, OFFERS, PRODUCTS)
    page = send_choices_link(world, person)
    close(world, person)
    page = page.send(status=409, choices=["new-products:email", NO_MORE_BOX])
    kept = "more companies from now on; Offers on your services by email"
    assert f"We’ve kept your no to: {kept}." in page.text
    assert world.read(get_choices, person.customer_id).agreed == {NO_MORE}


def test_a_page_from_before_closing_names_no_sharing_among_the_noes_that_are_kept(
    world: World,
) -> None:
    """It stopped with the account; only of marketing is a no kept."""
    person = world.customer(ADDRESS)
    own_page(world, person).send(choices=["offers:email", "new-products:email", "brightwave:yes"])
    page = send_choices_link(world, person)
    close(world, person)
    page = page.send(status=409, choices=["new-products:email"])
    assert "We’ve kept your no to: Offers on your services by email." in page.text


def test_a_yes_elsewhere_makes_no_younger_no_by_a_button_older_than_a_page(world: World) -> None:
    """The no was also noted beside that yes: the last time that it was said counts."""
    person = never_chose(world)
    page = own_page(world, person)
    world.clock.move(minutes=5)
    agrees(world, person, ("surveys", Channel.EMAIL))
    world.clock.move(minutes=5)
    by_button(world, person)
    world.clock.move(minutes=5)
    page.send(status=409, choices=["offers:email"])
    kept = {one.value for one in world.read(get_choices, person.customer_id).agreed}
    assert kept == {"surveys:email"}
