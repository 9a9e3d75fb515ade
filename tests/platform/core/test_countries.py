"""Everybody finds their country, and its postcodes are taken as it writes them."""

import postalcheck
import pytest

from portal.platform.core.countries import (
    UNITED_KINGDOM,
    find_example,
    list_countries,
    name_country,
    spell_postcode,
)

BRITISH = {
    "sw1a1aa": "SW1A 1AA",
    "m1 1ae": "M1 1AE",
    "gir0aa": "GIR 0AA",
    "BFPO 61": "BFPO 61",
    "bfpo1234": "BFPO 1234",
    "BF1 2AA": "BF1 2AA",
    "JE2 3AB": "JE2 3AB",
    "GY1 1AA": "GY1 1AA",
    "IM1 1AA": "IM1 1AA",
    "fiqq1zz": "FIQQ 1ZZ",
    "STHL 1ZZ": "STHL 1ZZ",
    "ASCN 1ZZ": "ASCN 1ZZ",
    "TDCU 1ZZ": "TDCU 1ZZ",
    "PCRN 1ZZ": "PCRN 1ZZ",
    "SIQQ 1ZZ": "SIQQ 1ZZ",
    "BBND 1ZZ": "BBND 1ZZ",
    "TKCA 1ZZ": "TKCA 1ZZ",
    "GX11 1AA": "GX11 1AA",
    "ZZ99 9ZZ": "ZZ99 9ZZ",
}
ELSEWHERE = (
    ("IE", "d02af30", "D02 AF30"),
    ("US", "90210", "90210"),
    ("US", "902101234", "90210-1234"),
    ("JE", "je23ab", "JE2 3AB"),
    ("FK", "fiqq1zz", "FIQQ 1ZZ"),
    ("NL", "1234ab", "1234 AB"),
    ("DE", "10115", "10115"),
    ("HK", "999077", "999077"),
    ("AQ", "biqq 1zz", "BIQQ 1ZZ"),
)
NONE = (
    (UNITED_KINGDOM, "12345"),
    (UNITED_KINGDOM, "SW1"),
    (UNITED_KINGDOM, "D02 AF30"),
    (UNITED_KINGDOM, "SW1A 1AA!"),
    ("IE", "SW1A 1AA"),
    ("US", "9021"),
    ("HK", "x" * 13),
    ("HK", "<b>"),
    ("ZZ", "1"),
    ("", "1"),
)


@pytest.mark.parametrize(("typed", "written"), BRITISH.items())
def test_somebody_in_the_united_kingdom_or_at_one_of_its_posts_types_a_postcode(
    typed: str, written: str
) -> None:
    assert spell_postcode(typed) == written
    assert spell_postcode(written) == written


@pytest.mark.parametrize(("country", "typed", "written"), ELSEWHERE)
def test_somebody_abroad_types_a_postcode_as_it_is_written_there(
    country: str, typed: str, written: str
) -> None:
    assert spell_postcode(typed, country) == written


@pytest.mark.parametrize(("country", "typed"), NONE)
def test_what_is_no_postcode_of_the_country_is_refused(country: str, typed: str) -> None:
    with pytest.raises(ValueError, match=r"postal code|postcode"):
        spell_postcode(typed, country)


def test_the_example_of_every_country_is_taken_as_it_is_written() -> None:
    for country in postalcheck.supported_countries():
        assert spell_postcode(find_example(country), country) == find_example(country)
        assert country in list_countries()


def test_countries_are_found_where_one_looks_for_them() -> None:
    names = list(list_countries().values())
    assert names[0] == "United Kingdom"
    assert names.index("Åland Islands") < names.index("Albania")
    assert names.index("Costa Rica") < names.index("Côte d’Ivoire") < names.index("Croatia")
    assert {"Ireland", "Jersey", "Falkland Islands", "Taiwan", "South Korea"} < {*names}
    assert not {"European Union", "Unknown Region", "United Nations"} & {*names}
    assert len(names) == len({*names}) > 240


def test_a_country_that_is_not_known_stands_for_itself() -> None:
    assert (name_country("IE"), name_country("QQ")) == ("Ireland", "QQ")
