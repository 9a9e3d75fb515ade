"""Whoever said no gets no email, however a list writes their street, and wherever they live."""

import pytest

from portal.consent.list_screening.rules import Campaign, WithheldReason
from portal.consent.list_screening.service import check, suppress
from portal.identity.contact_index.rules import Channel
from portal.platform.core.countries import find_example, list_countries, spell_postcode
from tests.consent.list_screening.lists import agrees, screened
from tests.consent.list_screening.test_spellings import POST, a_list
from tests.world import World

OWN = Campaign(purpose="offers", channel=Channel.POST)
CODE = "ZZ99 9ZZ"
STREETS = [
    ("1 King's Road", ["1 King's Rd", "1 King’s Rd.", "1 Kings Road", "1 King\u02bcs rd"]),
    ("1 Kings Rd", ["1 King's Road", "1 King’s Rd."]),
    (
        "2 St Mary's Road",
        ["2 St. Mary's Rd", "2 St Marys Rd", "2 Saint Mary's Road", "2 Saint Marys Rd"],
    ),
    ("2 Saint Mary's Road", ["2 St. Mary's Rd", "2 St Mary’s Road"]),
    ("3 St John Street", ["3 St John St", "3 Saint John St.", "3 St John Str"]),
    ("3 St John St", ["3 Saint John Street", "3 St. John Street"]),
    (
        "1 Sample Street",
        ["No. 1 Sample Street", "01 Sample Street", "1 Sample Str", "001 Sample St.",
         "1 Sample Street ZZ99 9ZZ", "1 Sample Street, zz999zz", "c/o Kim 1 Sample Street",
         "No 1, Sample St", "c/o Kim, 1 Sample St", "1 Sample Street Exampleton ZZ99 9ZZ"],
    ),
    ("No. 1 Sample Street", ["1 Sample Street", "1 Sample St"]),
    ("4 Sráid Samplach", ["4 SrÃ¡id Samplach", "4 Sr√°id Samplach"]),
    ("Flat 2, 5 North Park Ave", ["Flat 2, 5 N Park Avenue", "Apt 2, 5 North Pk Av"]),
]  # fmt: skip


@pytest.mark.parametrize(
    ("told", "cell"), [(told, cell) for told, cells in STREETS for cell in [told, *cells]]
)
def test_whoever_said_no_gets_no_letter_however_their_street_is_written(
    world: World, told: str, cell: str
) -> None:
    world.customer(address_line_1=told, postcode=CODE)
    text = a_list(["Address", "Postcode"], [cell, CODE], ["33 Sample Street", CODE])
    assert screened(world, text, POST)[1] == {2: WithheldReason.NO}


@pytest.mark.parametrize("told", [told for told, _ in STREETS])
def test_whoever_said_yes_gets_the_letter_as_they_wrote_their_street(
    world: World, told: str
) -> None:
    agrees(world, world.customer(address_line_1=told, postcode=CODE), ("offers", Channel.POST))
    text = a_list(["Address", "Postcode"], [told, CODE])
    assert len(screened(world, text, OWN)[0]) == 1


def test_an_address_of_many_words_is_varied_within_bounds(world: World) -> None:
    told = "1 St North South East West Road Street Lane Close Court Place Square Hill Green"
    world.customer(address_line_1=told, postcode=CODE)
    text = a_list(["Address", "Postcode"], [told.replace("Green", "Grn"), CODE])
    assert screened(world, text, POST)[1] == {2: WithheldReason.NO}


ABROAD = [
    ("IE", "D02 AF30", ["D02 AF30", "d02af30"]),
    ("US", "02134", ["02134", "2134", "02134-1234"]),
    ("FR", "75008", ["75008", "F-75008"]),
    ("FR", "01000", ["01000", "1000"]),
    ("DE", "10115", ["10115", "D-10115"]),
    ("LV", "LV-1001", ["LV-1001", "1001", "LV 1001"]),
    ("CA", "K1A 0B1", ["K1A 0B1", "k1a0b1"]),
    ("NL", "1012 AB", ["1012 AB", "1012ab"]),
]


@pytest.mark.parametrize(
    ("country", "code", "cell"),
    [(country, code, cell) for country, code, cells in ABROAD for cell in cells],
)
def test_whoever_lives_abroad_and_said_no_gets_no_letter(
    world: World, country: str, code: str, cell: str
) -> None:
    told = spell_postcode(code, country)
    world.customer(address_line_1="8 Dame Street", postcode=told, country=country)
    text = a_list(["Address", "Postcode"], ["8 Dame St", cell], ["9 Dame Street", cell])
    assert screened(world, text, POST)[1] == {2: WithheldReason.NO}


def test_whoever_lives_abroad_and_said_yes_gets_the_letter(world: World) -> None:
    """Of every country, by what the library gives as its postcode."""
    lines = []
    for number, country in enumerate(filter(find_example, list_countries())):
        code, street = spell_postcode(find_example(country), country), f"{number} Dame Street"
        person = world.customer(
            f"c{number}@example.com", address_line_1=street, postcode=code, country=country
        )
        agrees(world, person, ("offers", Channel.POST))
        lines.append([street, code, country])
    through, withheld = screened(world, a_list(["Address", "Postcode", "Country"], *lines), OWN)
    assert (len(through), withheld) == (len(lines), {})


@pytest.mark.parametrize("code", ["ZZ99", "ZZ99 9", "ZZ99 9Z", "Exampleton", "99 9ZZ", "12"])
def test_half_a_postcode_is_withheld(world: World, code: str) -> None:
    text = a_list(["Address", "Postcode"], ["1 Sample Street", code])
    assert screened(world, text, POST) == ([], {2: WithheldReason.UNREADABLE})


def test_a_postcode_of_a_country_of_which_none_is_known_is_read_beside_its_name(
    world: World,
) -> None:
    text = "Address,Postcode,Country\n8 Dame Street,Q 7/1,Zimbabwe\n8 Dame Street,Q 7/1,\n"
    through, withheld = screened(world, text, POST)
    assert (len(through), withheld) == (1, {3: WithheldReason.UNREADABLE})


def test_an_address_abroad_is_noted_and_found(world: World) -> None:
    lines = ["8 Dame Street, D02 AF30", "1 Main Street, 02134"]
    assert suppress(world.parts.work, Channel.POST, lines).changed == 2
    assert check(world.parts.work, Channel.POST, ["8, Dame Street, d02 af30"]).known == [1]
    rows = "Address,Postcode\n8 Dame St,D02AF30\n1 Main St,2134\n"
    assert screened(world, rows, POST)[1] == dict.fromkeys((2, 3), WithheldReason.SUPPRESSED)
