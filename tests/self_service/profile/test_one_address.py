"""An address is one thing: no half of one is ever saved with half of another."""

from typing import Any

import pytest

from portal.identity.accounts.queries import get_customer
from portal.identity.accounts.rules import parse_postcode
from tests.pages import Page
from tests.world import World

EDIT = "/profile/edit"
OLD: dict[str, Any] = {"address_line_1": "1 Sample Street", "town": "Oldham"}
MOVED: dict[str, Any] = {"address_line_1": "9 Sample Road", "town": "Exampleton"}


def address(world: World, person: Any) -> tuple[str, ...]:
    now = world.read(get_customer, person.customer_id).details
    return (now.address_line_1, now.address_line_2, now.town, now.postcode, now.country)


def asked(page: Page) -> set[str]:
    rows = page.soup.select("table.diff tbody tr")
    return {" ".join(row.get_text(" ").split()) for row in rows}


def test_somebody_who_adds_a_flat_to_an_address_that_moved_is_asked(world: World) -> None:
    person = world.customer(**OLD)
    late = world.signed_in(person).open(EDIT)
    world.signed_in(person).open(EDIT).send(**MOVED)
    page = late.send(status=409, address_line_2="Flat 3")
    assert asked(page) == {
        "Address 9 Sample Road 1 Sample Street",
        "Address, second line Nothing Flat 3",
        "Town or city Exampleton Oldham",
    }
    assert address(world, person) == ("9 Sample Road", "", "Exampleton", "", "GB")
    page.send()
    assert address(world, person) == ("1 Sample Street", "Flat 3", "Oldham", "", "GB")


def test_somebody_whose_country_changed_is_asked_before_a_postcode_of_another(
    world: World,
) -> None:
    person = world.customer(**OLD)
    late = world.signed_in(person).open(EDIT)
    world.signed_in(person).open(EDIT).send(country="IE")
    page = late.send(status=409, postcode="SW1A 1AA")
    assert asked(page) == {"Postcode Nothing SW1A 1AA", "Country Ireland United Kingdom"}
    assert address(world, person)[3:] == ("", "IE")
    assert "postcode" in page.send(country="IE").errors
    page.send()
    assert address(world, person)[3:] == ("SW1A 1AA", "GB")


@pytest.mark.parametrize("mine", [{"postcode": "SW1A 1AA"}, {"country": "US"}, {"town": "Cork"}])
@pytest.mark.parametrize("made_from", [None, "", "postcode=&country=US"])
@pytest.mark.parametrize("theirs", [{"country": "IE", "postcode": "D02 AF30"}, {"country": "DE"}])
def test_whatever_is_saved_of_two_forms_is_what_one_form_could_have_saved(
    world: World, theirs: dict[str, Any], made_from: str | None, mine: dict[str, Any]
) -> None:
    person = world.customer(**OLD)
    late = world.signed_in(person).open(EDIT)
    world.signed_in(person).open(EDIT).send(**theirs)
    claimed: dict[str, Any] = {} if made_from is None else {"made_from": made_from}
    late.send(status=None, **mine, **claimed)
    now = world.read(get_customer, person.customer_id).details
    assert (now.country, now.town) == (theirs["country"], "Oldham")
    assert not now.postcode or parse_postcode(now.postcode, now.country) == now.postcode


def test_somebody_whose_address_moved_changes_the_mobile_and_is_not_asked(world: World) -> None:
    person = world.customer(**OLD)
    late = world.signed_in(person).open(EDIT)
    world.signed_in(person).open(EDIT).send(**MOVED, country="IE", postcode="D02 AF30")
    assert late.send(mobile="07700 900123").path == "/profile"
    assert address(world, person)[3:] == ("D02 AF30", "IE")
