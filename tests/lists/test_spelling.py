"""What reaches somebody has one spelling, whether a column is read at once or cell by cell."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from portal.kernel.addresses import fold_email
from portal.lists.rules import spell_column, spell_contact, spell_line
from portal.marks.rules import Channel, spell_telephone

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


@given(st.lists(NUMBERS))
@example(["01632 960001", "a\nb", ""])
def test_a_column_of_numbers(cells: list[str]) -> None:
    expected = [alone(Channel.TELEPHONE, cell) for cell in cells]
    assert spell_column(Channel.TELEPHONE, cells) == expected


@given(st.lists(EMAILS))
@example(
    ["Rowan@Example.COM ", "a@b.test", "\u212a@example.com", "a..b@example.com", "a\nb@example.com"]
)
def test_a_column_of_email_addresses(cells: list[str]) -> None:
    expected = [alone(Channel.EMAIL, cell) for cell in cells]
    assert spell_column(Channel.EMAIL, cells) == expected


@pytest.mark.parametrize("signs", [15, 16, 29, 30, 63, 64])
@pytest.mark.parametrize("pieces", [1, 2, 3, 4, 5])
@pytest.mark.parametrize("between", ["-", "."])
def test_a_long_domain_is_taken_only_where_the_library_takes_it(
    signs: int, pieces: int, between: str
) -> None:
    cell = f"x@{between.join(['a' * signs] * pieces)}.com"
    assert spell_column(Channel.EMAIL, [cell]) == [alone(Channel.EMAIL, cell)]


@given(NUMBERS)
def test_a_number_is_spelled_as_that_of_a_customer(cell: str) -> None:
    found = alone(Channel.TELEPHONE, cell)
    assert not found or found == spell_telephone(cell)


@given(EMAILS)
def test_an_address_is_spelled_as_that_of_a_customer(cell: str) -> None:
    found = alone(Channel.EMAIL, cell)
    assert not found or found == fold_email(cell.strip())


@pytest.mark.parametrize(
    "line", ["1 Sample Street", "1 Sample Street, nowhere", ", ZZ99 9ZZ", "?,ZZ99 9ZZ"]
)
def test_half_an_address_is_none(line: str) -> None:
    with pytest.raises(ValueError, match=r"Not an? "):
        spell_line(Channel.POST, line)


def test_nothing_is_nothing() -> None:
    assert spell_line(Channel.POST, "") == ""
    assert spell_line(Channel.EMAIL, "  ") == ""
