import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.credentials.rules import (
    Weakness,
    find_weakness,
    is_answer_guessable,
    normalise_answer,
    normalise_password,
)

GOOD = "seven green umbrellas sing"


@pytest.mark.parametrize("password", [GOOD, GOOD * 10, "åßçđéƒ ğĥıĵķ łmñöþ", "x9$" * 3 + GOOD])
def test_long_unrelated_words_are_welcome(password: str) -> None:
    assert find_weakness(password, ("Rowan", "Example")) is None


@pytest.mark.parametrize(
    ("password", "why"),
    [
        ("seven green um", Weakness.SHORT),
        ("x" * 1025, Weakness.LONG),
        ("Merrow-Rowan-Example", Weakness.OWN),
        ("1234567890123456", Weakness.COMMON),
        ("qwertyuiopasdfgh", Weakness.COMMON),
        ("passwordpassword", Weakness.COMMON),
    ],
)
def test_weak_passwords_are_refused_with_a_reason(password: str, why: Weakness) -> None:
    assert find_weakness(password, ("Rowan", "Example", "Merrow")) is why


def test_every_character_counts() -> None:
    assert normalise_password("a" * 72 + "b") != normalise_password("a" * 72 + "c")
    assert normalise_password(" x ") == " x "


@pytest.mark.parametrize("typed", ["The Harbour", " the  harbour ", "thé-HARBOUR!", "THEHARBOUR"])
def test_answers_are_compared_without_case_accents_spaces_and_signs(typed: str) -> None:
    assert normalise_answer(typed) == "theharbour"


@pytest.mark.parametrize("answer", ["Ng", "李", "Жук", "7"])
def test_short_true_answers_are_answers(answer: str) -> None:
    assert not is_answer_guessable(answer, "Which teacher did you like best?", ("Rowan",))


@given(st.text())
def test_normalising_twice_is_normalising_once(text: str) -> None:
    once = normalise_answer(text)
    assert normalise_answer(once) == once
