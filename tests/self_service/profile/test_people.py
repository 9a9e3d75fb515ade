"""The profile takes people as they are: one name, anywhere, with an extension, by any use."""

import re
from collections.abc import Mapping
from typing import Any

import pytest
from sqlalchemy import update

from portal.desk.assisted_choices.service import name_manager
from portal.identity.accounts.models import CustomerRow
from portal.identity.accounts.queries import get_customer
from portal.identity.accounts.rules import CustomerKind, Details
from portal.platform.core.merging import MadeFrom
from portal.platform.core.sealing import place
from tests.pages import Page
from tests.self_service.your_data.downloads import copy_of
from tests.world import Person, World

ABROAD: dict[str, Any] = {
    "address_line_1": "1 Sample Quay",
    "town": "Dublin",
    "postcode": "d02af30",
    "country": "IE",
}
OLD = {"telephone": "960077", "mobile": "1234333", "given_name": "R\u200bowan", "postcode": "12"}
"""What a profile may hold from before fields were looked at closely."""


def save(world: World, person: Person, **fields: Any) -> Page:
    return world.signed_in(person).open("/profile/edit").send(**fields)


def details_of(world: World, person: Person) -> Details:
    details: Details = world.read(get_customer, person.customer_id).details
    return details


def store(world: World, person: Person, words: Mapping[str, str]) -> None:
    """Keep details as an older version of the portal did."""
    with world.work() as work:
        at = place("customer", person.id)
        sealed = work.seal(person.id, at, dict(words))
        this = CustomerRow.id == person.id
        work.session.execute(update(CustomerRow).where(this).values(sealed=sealed))


def test_somebody_with_one_name_can_leave_the_other_blank(world: World) -> None:
    person = world.customer()
    page = save(world, person, given_name="Suharto", family_name="")
    assert page.flashes == ["Your details are saved."]
    assert details_of(world, person).full_name == "Suharto"
    assert world.email("Your details").text.startswith("Hello Suharto,")
    home = world.signed_in(person).open("/account")
    assert "Suharto" in home.title


def test_only_the_first_name_is_needed(world: World) -> None:
    person = world.customer(telephone="01632 960001", town="Exampleton", postcode="ZZ99 9ZZ")
    page = world.signed_in(person).open("/profile/edit")
    assert "You only have to give your first name" in page.answer.text
    blank: dict[str, Any] = dict.fromkeys((*ABROAD, "family_name", "telephone", "mobile"), "")
    page.send(**{**blank, "country": "GB"})
    kept = details_of(world, person)
    assert (kept.full_name, kept.told_country, kept.telephone) == ("Rowan", "", "")


def test_somebody_abroad_keeps_an_address_with_its_country(world: World) -> None:
    person = world.customer()
    page = save(world, person, **ABROAD)
    assert {"Dublin", "D02 AF30", "Ireland"} <= {one.get_text() for one in page.soup.select("dd")}
    changed = [one.get_text() for one in page.soup.select("p.change")]
    assert any("United Kingdom" in line and "Ireland" in line for line in changed)
    copy = copy_of(world, person)
    assert "Country: Ireland" in copy
    assert re.search(r"Country \(.*\): United Kingdom → Ireland", copy)
    assert world.signed_in(person).open("/profile/edit").value("country") == "IE"


def test_somebody_from_before_there_were_countries_is_in_the_united_kingdom(world: World) -> None:
    person = world.customer(address_line_1="1 Sample Street", postcode="ZZ99 9ZZ")
    words = details_of(world, person).words()
    del words["country"]
    store(world, person, words)
    assert "Country: United Kingdom" in copy_of(world, person)
    page = world.signed_in(person).open("/profile/edit")
    assert page.value("country") == "GB"
    assert page.send().flashes == ["Nothing was changed."]


def test_no_country_is_held_against_somebody_who_gave_no_address(world: World) -> None:
    person = world.customer()
    assert "Country" not in copy_of(world, person)
    assert "United Kingdom" not in world.signed_in(person).open("/profile").text


def test_a_country_that_was_chosen_without_an_address_is_shown_and_copied(world: World) -> None:
    person = world.customer()
    page = save(world, person, country="IE")
    assert "Ireland" in {one.get_text() for one in page.soup.select("dd")}
    assert "Country: Ireland" in copy_of(world, person)


@pytest.mark.parametrize(
    ("country", "postcode", "said"),
    [
        ("IE", "SW1A 1AA", "Enter a full postcode for Ireland, like A65 F4E2"),
        ("US", "9021", "Enter a full postcode for United States, like 95014"),
        ("GB", "90210", "Enter a full UK postcode, like SW1A 1AA, or choose another country"),
        ("HK", "<b>", "Enter a full postcode for Hong Kong SAR China"),
    ],
)
def test_a_postcode_of_another_country_is_refused_with_an_example(
    world: World, country: str, postcode: str, said: str
) -> None:
    page = save(world, world.customer(), country=country, postcode=postcode)
    assert page.errors == {"postcode": said}
    assert (page.value("postcode"), page.value("country")) == (postcode, country)


def test_a_postcode_is_looked_at_again_when_somebody_moves_abroad(world: World) -> None:
    person = world.customer(postcode="SW1A 1AA")
    assert "postcode" in save(world, person, country="IE").errors
    assert save(world, person, country="JE", postcode="JE2 3AB").path == "/profile"


@pytest.mark.parametrize("country", ["ZZ", "EU", "gb", "<b>", "x" * 500])
def test_a_country_that_is_not_offered_is_refused(world: World, country: str) -> None:
    page = save(world, world.customer(), country=country)
    assert page.errors == {"country": "Choose a country from the list"}


def test_an_extension_is_kept_and_shown(world: World) -> None:
    person = world.customer()
    page = save(world, person, telephone="01632 960077 ext. 12")
    assert "01632 960077 ext 12" in page.text
    page = world.signed_in(person).open("/preferences/directories")
    assert "01632 960077 ext 12" in page.text
    assert page.soup.select_one("[value='+441632960077:printed']")


def test_whoever_has_details_from_before_can_still_save_the_others(world: World) -> None:
    person = world.customer()
    store(world, person, {**details_of(world, person).words(), **OLD})
    for path in ("/account", "/profile", "/profile/edit", "/preferences/directories"):
        world.signed_in(person).open(path)
    assert save(world, person, town="Exampleton").path == "/profile"
    kept = details_of(world, person)
    assert {name: getattr(kept, name) for name in OLD} == OLD
    assert kept.town == "Exampleton"


def test_somebody_opens_a_business_and_says_so(world: World) -> None:
    person = world.customer()
    page = save(world, person, kind="business")
    assert "At home" in page.soup.select("del")[0].get_text()
    assert "For my own business" in page.soup.select("ins")[0].get_text()
    assert "How you use our services" in world.email("Your details").text
    assert world.audit("profile:details:changed")[0].facts == {"fields": ["kind"]}
    assert details_of(world, person).kind is CustomerKind.BUSINESS
    assert "At home → For my own business" in copy_of(world, person)


def test_who_is_no_business_any_more_has_no_account_manager(world: World) -> None:
    person = world.customer(kind=CustomerKind.BUSINESS)
    with world.work() as work:
        name_manager(work, person.customer_id, "Robin Keeper", MadeFrom(1))
    assert "Robin Keeper" in world.signed_in(person).open("/account").text
    assert save(world, person, kind="residential").path == "/profile"
    assert "Robin Keeper" not in world.signed_in(person).open("/account").text
    assert details_of(world, person).account_manager == ""
    copy = copy_of(world, person)
    assert re.search(r"Your account manager \(.*\): Robin Keeper → nothing", copy)


def test_a_kind_that_is_not_offered_is_refused(world: World) -> None:
    page = save(world, world.customer(), kind="royal")
    assert page.errors == {"kind": "Choose how you use our services"}


def test_a_conflict_is_told_in_words_and_not_in_codes(world: World) -> None:
    person = world.customer(**{**ABROAD, "postcode": "D02 AF30"})
    late = world.signed_in(person).open("/profile/edit")
    save(world, person, kind="representative", town="Cork")
    page = late.send(status=409, kind="business", country="US", postcode="90210")
    rows = [" ".join(row.get_text(" ").split()) for row in page.soup.select("table.diff tbody tr")]
    assert "Country Ireland United States" in rows
    assert "Town or city Cork Dublin" in rows
    assert any(row.startswith("How you use our services") and "business" in row for row in rows)
    assert page.send().flashes == ["Your details are saved."]


def test_an_extension_leaves_a_number_in_its_directories(world: World) -> None:
    person = world.customer(telephone="01632 960077")
    number = "+441632960077"
    visitor = world.signed_in(person)
    visitor.open("/preferences/directories").send(entries=[f"{number}:printed"])
    save(world, person, telephone="01632 960077 ext 12")
    page = visitor.open("/preferences/directories")
    assert page.ticked("entries") == [f"{number}:printed"]


def test_everything_that_does_not_fit_is_told_at_once(world: World) -> None:
    wrong = {"given_name": "", "telephone": "960077", "town": "x" * 121, "postcode": "Nowhere"}
    page = save(world, world.customer(), **wrong)
    assert set(page.errors) == set(wrong)
    assert world.rows()["profile_change"] == 0
