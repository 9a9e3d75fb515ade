"""What reaches somebody has one spelling, whether or not the libraries are asked about it."""

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from portal.consent.list_import.cell_values import (
    PLAIN_NUMBER,
    count_likely,
    find_contacts,
    spell_contact,
    spell_line,
)
from portal.consent.list_import.cells import bare, cut_mailboxes, cut_numbers
from portal.consent.list_import.contacts import read_contact
from portal.consent.list_import.preference_service import Numbers
from portal.identity.contact_index.rules import Channel, spell_telephone
from portal.platform.core.addresses import spell_email

NUMBERS = st.one_of(
    st.from_regex(r"(\+44|0044|0)[ ()-]{0,2}[0-9]{2,4}[ -]?[0-9]{5,7}", fullmatch=True),
    st.text(st.sampled_from("9876543210 +-()x"), max_size=16),
)
EMAILS = st.one_of(
    st.from_regex(
        r" ?[a-zA-Z0-9_.+-]{1,8}@[a-z0-9.-]{1,8}\.(com|test|org|local|x) ?", fullmatch=True
    ),
    st.text(st.sampled_from("aZ9.@-_+ é"), max_size=12),
)


def alone(channel: Channel, cell: str) -> str | None:
    try:
        return spell_contact(channel, cell)
    except ValueError:
        return None


def likeliest(channel: Channel, cell: str) -> str | None:
    """The first contact of a cell; "" where it is empty, None where it cannot be read."""
    counting = read_contact(channel, cell).counting
    return counting[0] if counting else ""


@given(NUMBERS)
@example("a\nb")
@example("")
@example("01632 960001\n")
@example("+44 1632 960001")
def test_a_number_is_read_as_the_library_reads_it(cell: str) -> None:
    expected = alone(Channel.TELEPHONE, cell)
    if expected is not None or not cut_numbers(cell)[1:]:
        assert likeliest(Channel.TELEPHONE, cell) == expected


@given(EMAILS)
@example("Rowan@Example.COM ")
@example("a@b.test")
@example("\u212a@example.com")
@example("a..b@example.com")
@example("a\nb@example.com")
@example("a@example.com\n")
def test_an_email_address_is_read_as_the_library_reads_it(cell: str) -> None:
    expected = alone(Channel.EMAIL, cell)
    if expected is not None or not cut_mailboxes(cell)[1:]:
        assert likeliest(Channel.EMAIL, cell) == expected


@pytest.mark.parametrize("signs", [15, 16, 29, 30, 63, 64])
@pytest.mark.parametrize("pieces", [1, 2, 3, 4, 5])
@pytest.mark.parametrize("between", ["-", "."])
def test_a_long_domain_is_taken_only_where_the_library_takes_it(
    signs: int, pieces: int, between: str
) -> None:
    cell = f"x@{between.join(['a' * signs] * pieces)}.com"
    assert likeliest(Channel.EMAIL, cell) == alone(Channel.EMAIL, cell)


@given(NUMBERS)
def test_a_number_is_spelled_as_that_of_a_customer(cell: str) -> None:
    found = alone(Channel.TELEPHONE, cell)
    assert not found or found == spell_telephone(cell)


@given(EMAILS)
def test_an_address_is_spelled_as_that_of_a_customer(cell: str) -> None:
    found = alone(Channel.EMAIL, cell)
    assert not found or found == spell_email(bare(cell))


@pytest.mark.parametrize(
    "line", ["1 Sample Street", "1 Sample Street, nowhere", ", ZZ99 9ZZ", "?,ZZ99 9ZZ"]
)
def test_half_an_address_is_none(line: str) -> None:
    with pytest.raises(ValueError, match=r"Not an? "):
        spell_line(Channel.POST, line)


def test_nothing_is_nothing() -> None:
    assert spell_line(Channel.POST, "") == ""
    assert spell_line(Channel.EMAIL, "  ") == ""


def test_the_pattern_of_plain_numbers_repeats_nothing() -> None:
    """It is made of the library's."""
    assert not set("*+.\n") & set(PLAIN_NUMBER.pattern)
    assert re.findall(r"\{[^}]*,[^}]*\}", PLAIN_NUMBER.pattern) == []


@given(st.from_regex(r"0[1-9][0-9]{8,9}", fullmatch=True))
@example("01632960077")
def test_a_number_is_plain_only_where_the_numbering_plan_has_it(cell: str) -> None:
    expected = alone(Channel.TELEPHONE, cell)
    assert likeliest(Channel.TELEPHONE, cell) == expected
    assert PLAIN_NUMBER.fullmatch(cell) is None or expected == f"+44{cell[1:]}"


@pytest.mark.parametrize(
    ("cell", "read"),
    [
        ("4.41632960077E+11", "+441632960077"),
        ("4,41632960077e+11", "+441632960077"),
        ("4.41633E+11", None),
        ("441632960077.0", "+441632960077"),
        ("1632960077.00", "+441632960077"),
        ("1632960077.5", None),
        ("01632 960077 ext 12", "+441632960077"),
        ("960077", None),
        ("01632+960077", None),
        ("#{7*191}", None),
        ("+", None),
        ("\u0660\u0661\u0666\u0663\u0662 960077", "+441632960077"),
    ],
)
def test_what_a_spreadsheet_made_of_a_number_is_read_or_refused(
    cell: str, read: str | None
) -> None:
    assert alone(Channel.TELEPHONE, cell) == read
    assert likeliest(Channel.TELEPHONE, cell) == read


@pytest.mark.parametrize(
    ("cell", "found"),
    [
        ("was old@example.com, now new@example.org.", {"old@example.com", "new@example.org"}),
        ("https://example.com/?e=alder@example.com", {"alder@example.com"}),
        ("@alder", set()),
        ("met @ the fair", set()),
    ],
)
def test_email_addresses_are_found_in_any_words(cell: str, found: set[str]) -> None:
    assert found <= find_contacts(Channel.EMAIL, cell)
    assert bool(find_contacts(Channel.EMAIL, cell)) == bool(found)


@given(st.text(max_size=40), NUMBERS, st.text(max_size=40))
def test_what_may_be_a_number_is_counted_wherever_it_stands(
    before: str, cell: str, after: str
) -> None:
    """Else nobody would look for it."""
    if find_contacts(Channel.TELEPHONE, cell):
        assert count_likely(Channel.TELEPHONE, f"{before}\t{cell}\t{after}")


LISTED = st.integers(min_value=1_632_960_000, max_value=1_632_960_999).map("+44{}".format)


@given(st.lists(LISTED), st.lists(LISTED))
def test_numbers_are_found_that_are_there(kept: list[str], others: list[str]) -> None:
    numbers = Numbers()
    for one in kept:
        numbers.add(one)
    assert [one in numbers for one in (*kept, *others)] == [one in kept for one in (*kept, *others)]
