"""Names are what people say they are; what no name has is refused."""

import pytest

from portal.platform.core.names import parse_name, wrong_name

JOINED = "\u0645\u062d\u0645\u062f\u200c\u0631\u0636\u0627"
"""Mohammadreza, as Persian keyboards write it: the letter before the joiner joins to none."""
NAMES = (
    "Rowan",
    "Mary-Jane O’Neil",
    "O'Brien",
    "O`Brien",
    "Mary St.John",
    "Prof.Green",
    "Anna Smith B.Sc",
    "J.R.R. Tolkien",
    "J.R.",
    "St.John",
    "Dr.Who",
    "Martin Luther King Jr.",
    "William Henry Gates III",
    "John Smith 3rd",
    "Ho\u0308lderlin",
    "Nguyễn Thị Minh Khai",
    "\u01c3Xóõ",  # a click of the San languages
    "\u02bbOkina Kamakawiwo\u02bbole",
    "李小龍",
    "محمد بن سلمان",
    "نیک\u200cفر",  # a Persian name that needs a joiner
    "ශ\u0dca\u200dරී",  # a Sinhala one
    "Алексей",
    "M. & S. Baker (Leeds) Ltd",
    "X Æ A-12",
    "Westward Ho!",
    "R. Smith / M. Smith",
    JOINED,
    "7",
)
NO_NAMES = (
    "You won £500: claim at https://evil.example/w?i=1 before Friday",
    "Claim at evil.example",
    "evil.com",
    "EVIL.COM",
    "Evil.Com/win",
    "Evil.Example",
    "Bit.Ly",
    "Free.Com?x=1",
    "Free.Money?x=1",
    "Win.Shop",
    "www.evil",
    "bit.ly",
    "xn--bcher-kva.example",
    "пример.рф",
    "例え。テスト",
    "me@evil.example",
    "//evil.example/",
    "\u3164",
    "\u2800",
    "\u115f\u1160",
    "Rowan\U000e0041",
    "Rowan\ufe0f",
    "Ro\x00wan",
    "Ro\x1bwan",
    "Rowan\ue000",
    "Rowan\ud800",
    ".",
    "-",
    "\u00b4",
    "\u0301",
    "\u200c",
    "\u200e\u200f",
)


@pytest.mark.parametrize("name", NAMES)
def test_a_name_of_any_country_is_taken(name: str) -> None:
    assert parse_name(name)


@pytest.mark.parametrize("name", NO_NAMES, ids=ascii)
def test_what_no_name_has_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match=r"website|seen|no letter|No letter"):
        parse_name(name)


def test_a_name_is_kept_as_typed_but_for_blanks_at_its_ends_and_the_spelling_of_its_accents() -> (
    None
):
    assert parse_name("  ho\u0308l \t McDONALD ") == "höl McDONALD"


@pytest.mark.parametrize(
    "pasted",
    ["\u200eRowan", "Rowan\u200f", "\u202aRowan\u202c", "\u2068Rowan\u2069", "Ro\u200bwan",
     "Ro\u00adwan",
     "\ufeffRowan", "Rowan\u200d", "Ro\u200cwan"],
    ids=ascii,
)  # fmt: skip
def test_what_came_along_when_a_name_was_pasted_is_dropped_and_not_told_of(pasted: str) -> None:
    assert parse_name(pasted) == "Rowan"


def test_a_persian_name_keeps_the_joiner_that_its_keyboard_writes() -> None:
    assert parse_name(JOINED) == JOINED


def test_a_website_is_no_name_whatever_is_hidden_in_it() -> None:
    with pytest.raises(ValueError, match="website"):
        parse_name("evil\u200b.\u2060com")


def test_no_two_fields_say_the_same_of_a_name() -> None:
    assert wrong_name("First name") != wrong_name("Last name")
    assert wrong_name("First name").startswith("First name must ")
