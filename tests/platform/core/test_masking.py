"""A billing account number is told from the other numbers that people send us."""

import re
from collections.abc import Callable
from datetime import date

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from portal.identity.accounts.rules import parse_account_number
from portal.platform.core.masking import TELEPHONE_LETTERS, mask_account_numbers, mask_number
from portal.platform.core.telephones import DRAMA

MASKED = (
    ("My number is AB12345678.", "My number is •••• 678."),
    ("AB 1234 5678", "•••• 678"),
    ("ab12345678", "•••• 678"),
    ("ABC-123-456", "•••• 456"),
    ("Account number: 12345678", "Account number: •••• 678"),
    ("my account is 1234 5678, please", "my account is •••• 678, please"),
    ("the bill for 12-34-56", "the bill for •••• 456"),
    ("Account no. 12345678", "Account no. •••• 678"),
    ("Acct. 12345678", "Acct. •••• 678"),
    ("account ref 12345678", "account ref •••• 678"),
    (
        "account numbers 12345678 and 87654321, 11223344",
        "account numbers •••• 678 and •••• 321, •••• 344",
    ),
    ("ab 12345678", "•••• 678"),
    ("Ab-12345678", "•••• 678"),
    ("AB\u00a01234\u00a05678", "•••• 678"),
    ("AB\u20131234\u20135678", "•••• 678"),
    ("\uff21\uff22\uff11\uff12\uff13\uff14\uff15\uff16\uff17\uff18", "•••• 678"),
    ("billing number is 12345678", "billing number is •••• 678"),
    ("order 7 of account 12345678", "order 7 of account •••• 678"),
    ("account 0123456", "account •••• 456"),
    ("AB12345678 and CD87654321", "•••• 678 and •••• 321"),
    ("(AB12345678)", "(•••• 678)"),
)
LEFT = (
    "Case PC-7K4Q-92W",
    "Ring 01632 960001 or +44 7700 900123",
    "07700 900123",
    "UK 01632 960001",
    "Order 12345678",
    "About my bill: ring 020 7946 0000",
    "My account: ring me on (020) 7946 0000, or +44 20 7946 0000",
    "the bill of 2026-11-23 16:32",
    "the bill of 23-11-2026",
    "NI AB 12 34 56 C",
    "UK 7700 900123",
    "my account has sort code 12-34-56",
    "the bill for order 12345678",
    "it is 12345678",
    "on 12345678",
    "account 01632960001",
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
    head = re.split("[ -]", number)[0].lower()
    assume(head not in TELEPHONE_LETTERS)  # "T 1200 000000" is how a telephone number is written
    whole = parse_account_number(number)
    assert whole not in mask_account_numbers(f"It is {number.strip(' -')}").replace(" ", "")


GAPS = ("", " ", "-", "\u00a0", "\u2009", "\u2011", "\u2013", "\u2014", "\u2212", " - ")
WIDE = {ord(sign): ord(sign) + 0xFEE0 for sign in "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"}


@given(
    st.from_regex("[A-Z]{0,3}[0-9]{6,14}", fullmatch=True),
    st.data(),
    st.sampled_from((str, str.lower, str.title, lambda typed: typed.translate(WIDE))),
)
def test_whoever_has_a_number_on_file_has_it_masked_in_every_spelling(
    own: str, data: st.DataObject, spell: Callable[[str], str]
) -> None:
    gaps = data.draw(st.lists(st.sampled_from(GAPS), min_size=len(own), max_size=len(own)))
    typed = spell("".join(gap + sign for sign, gap in zip(own, ["", *gaps[1:]], strict=True)))
    assert mask_account_numbers(f"Hello {typed}.", [own]) == f"Hello {mask_number(own)}."


BESIDE = (
    ("Account {} and 87654321", "Account {} and •••• 321"),
    ("Account 87654321, {} and 11223344", "Account •••• 321, {} and •••• 344"),
    ("My account numbers are {}/87654321.", "My account numbers are {}/•••• 321."),
    ("My bill for {}, order 87654321", "My bill for {}, order 87654321"),
    ("My bill for {} came; ring 01632 960001", "My bill for {} came; ring 01632 960001"),
    ("Bill {}. I paid 123456 pounds", "Bill {}. I paid 123456 pounds"),
    ("Bill {}, I paid 123456 pounds", "Bill {}, I paid 123456 pounds"),
)


@pytest.mark.parametrize(("text", "shown"), BESIDE)
@pytest.mark.parametrize("own", ["MB12345678", "12345678", "ZZ99999999", ""])
@pytest.mark.parametrize("typed", ["12345678", "MB12345678"])
def test_knowing_somebodys_number_masks_no_less_of_the_others_beside_it(
    text: str, shown: str, own: str, typed: str
) -> None:
    seen = mask_account_numbers(text.format(typed), [own])
    letters = "MB" if (typed, own) == ("MB12345678", "12345678") else ""  # no part of the number
    assert seen == shown.format(f"{letters}•••• 678")


@given(st.text(alphabet="AB 12-,.and•\ufffa\ufffb"), st.sampled_from(["AB112212", "112212"]))
def test_any_text_can_be_masked_for_whoever_has_a_number(text: str, own: str) -> None:
    shown = mask_account_numbers(text, [own])
    assert mask_account_numbers(shown, [own]) == shown


@given(st.sampled_from(DRAMA), st.integers(0, 999), st.sampled_from(("account", "bill", "UK")))
def test_a_telephone_number_is_never_masked(begins: str, number: int, word: str) -> None:
    national = f"{begins}{number:03}"
    for typed in (f"0{national}", f"0{national[:4]} {national[4:]}", f"+44 {national}"):
        text = f"My {word} number, ring {typed}."
        assert mask_account_numbers(text) == text


@given(st.dates(), st.sampled_from(("%Y-%m-%d", "%d-%m-%Y")))
def test_a_date_is_never_masked(day: date, form: str) -> None:
    text = f"The bill of {day.replace(year=2000 + day.year % 100, day=min(day.day, 28)):{form}}"
    assert mask_account_numbers(text) == text


@given(st.text())
def test_any_text_can_be_masked(text: str) -> None:
    shown = mask_account_numbers(text)
    assert mask_account_numbers(shown) == shown
