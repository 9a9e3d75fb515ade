"""A billing account number is told from the other numbers that people write to us."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.account.rules import parse_account_number
from portal.kernel.masking import mask_account_numbers

MASKED = (
    ("My number is AB12345678.", "My number is •••• 678."),
    ("AB 1234 5678", "•••• 678"),
    ("ab12345678", "•••• 678"),
    ("ABC-123-456", "•••• 456"),
    ("Account number: 12345678", "Account number: •••• 678"),
    ("my account is 1234 5678, please", "my account is •••• 678, please"),
    ("the bill for 12-34-56", "the bill for •••• 456"),
    ("account 01632960001", "account •••• 001"),
    ("AB12345678 and CD87654321", "•••• 678 and •••• 321"),
    ("(AB12345678)", "(•••• 678)"),
)
LEFT = (
    "Case PC-7K4Q-92W",
    "Ring 01632 960001 or +44 7700 900123",
    "07700 900123",
    "UK 01632 960001",
    "Order 12345678",
    "order number AB123456",
    "on 2026-11-23 at 16:32",
    "I paid 123456 pounds",
    "SW1A 1AA",
    "AB12345",
    "1234 5678 9012 3456",
    "account 1234 5678 9012 3456",
    "x1234567890abc",
    "account 12345",
    "The bill came. Order 12345678",
)


@pytest.mark.parametrize(("text", "shown"), MASKED)
def test_a_billing_account_number_is_masked_but_for_its_end(text: str, shown: str) -> None:
    assert mask_account_numbers(text) == shown


@pytest.mark.parametrize("text", LEFT)
def test_another_number_is_left_as_it_is(text: str) -> None:
    assert mask_account_numbers(text) == text


@given(st.from_regex("[A-Z]{1,3}[ -]?[1-9][0-9]{1,3}[ -]?[0-9]{4}[ -]?[0-9]{0,4}", fullmatch=True))
def test_what_the_profile_takes_with_letters_is_masked(number: str) -> None:
    whole = parse_account_number(number)
    assert whole not in mask_account_numbers(f"It is {number.strip(' -')}").replace(" ", "")


@given(st.text())
def test_any_text_can_be_masked(text: str) -> None:
    shown = mask_account_numbers(text)
    assert mask_account_numbers(shown) == shown
