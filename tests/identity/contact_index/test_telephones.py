"""A telephone field stores the number that was typed, or says that it is none."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.identity.accounts.rules import parse_mobile, parse_telephone
from portal.identity.contact_index.rules import (
    LONGEST_EXTENSION,
    TYPED,
    read_telephone,
    spell_telephone,
)

DRAMA = (
    *("01632 960000", "01632 960999", "0113 496 0000", "0114 496 0999", "0115 496 0001"),
    *("0116 496 0001", "0117 496 0001", "0118 496 0001", "0121 496 0001", "0131 496 0001"),
    *("0141 496 0001", "0151 496 0001", "0161 496 0001", "0191 498 0001", "020 7946 0000"),
    *("020 7946 0999", "028 9649 6000", "028 9649 6999", "029 2018 0001", "07700 900000"),
    *("07700 900999", "0808 157 0001", "0909 879 0001", "0306 999 0001"),
)
WRITTEN = {
    "+44 1632 960001": "01632 960001",
    "+44 (0)1632 960001": "01632 960001",
    "0044 1632 960001": "01632 960001",
    "(01632) 960 001": "01632 960001",
    "01632/960.001": "01632 960001",
    "01632\u2013960\u00a0001": "01632 960001",
    "\uff10\uff11\uff16\uff13\uff12\uff19\uff16\uff10\uff10\uff10\uff11": "01632 960001",
    "+353 1 234 5678": "+353 1 234 5678",
    "+1 (212) 555-0123": "+1 212-555-0123",
    "01632 960077 ext 12": "01632 960077 ext 12",
    "01632 960077x12": "01632 960077 ext 12",
    "01632 960077, Extension 0012": "01632 960077 ext 0012",
    "01632 960077 #12": "01632 960077 ext 12",
}
NONE = (
    *("960077", "960 077", "0000", "999", "12", "+", "(", "", "#", "ext 12", "call me"),
    *("abc 1234 def", "#{7*191}", "1 000 000.00", "{{7*7}}", "1e9", "0x1632960001"),
    *("01632 960001 or 960002", "01632 960001 01632 960002", "01632 960001 / 07700 900001"),
    *("tel: 01632 960001", "01632 960001;ext=12", "01632 WINTER", "0800 FLOWERS", "+999 123 456"),
    *("01632 960001 ext", "01632 960001 ext 12345678", "01632 960001 ext 12 ext 13"),
    *(f"01632 96{1000}", "01632 96000", "01632 9600011", "07700 9009999", "1 800"),
)
TYPED_BEFORE = {"960077": "+44960077", "1234333": "+441234333", "0000": "+440000"}
"""What a profile may hold from before, and what it has always been looked up by."""


@pytest.mark.parametrize("typed", DRAMA)
def test_a_number_that_belongs_to_nobody_is_taken(typed: str) -> None:
    assert parse_telephone(typed) == typed


@pytest.mark.parametrize(("typed", "written"), WRITTEN.items())
def test_a_number_is_taken_however_people_write_it(typed: str, written: str) -> None:
    assert parse_telephone(typed) == written
    assert parse_telephone(written) == written


@pytest.mark.parametrize("typed", NONE)
def test_what_is_no_number_or_more_than_one_is_refused(typed: str) -> None:
    with pytest.raises(ValueError, match="Not a telephone number"):
        read_telephone(typed)


@given(st.text(alphabet="9876543210 ()./-+#x", max_size=20) | st.text(max_size=20))
def test_the_digits_that_are_kept_are_those_that_were_typed(typed: str) -> None:
    try:
        number = read_telephone(typed)
    except ValueError:
        return
    kept = f"{number.national_number}{number.extension or ''}"
    digits = "".join(str(int(sign)) for sign in typed if sign.isdecimal())
    assert digits.endswith(kept)


def test_a_number_and_its_extensions_are_one_line() -> None:
    line = spell_telephone("01632 960077")
    assert line == spell_telephone("01632 960077 ext 12") == "+441632960077"


def test_no_text_is_sent_to_an_extension() -> None:
    assert parse_mobile("07700900123") == "07700 900123"
    with pytest.raises(ValueError, match="extension"):
        parse_mobile("01632 960077 ext 12")


@pytest.mark.parametrize(("kept", "spelled"), TYPED_BEFORE.items())
def test_a_number_that_was_taken_before_is_found_as_before(kept: str, spelled: str) -> None:
    assert spell_telephone(kept) == spelled


def test_an_extension_is_as_long_as_people_are_told() -> None:
    digits = "1" * LONGEST_EXTENSION
    assert TYPED.fullmatch(f"01632 960001 ext {digits}")
    assert not TYPED.fullmatch(f"01632 960001 ext {digits}1")
