"""Which answers will do, and when two answers are the same."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.identity.credentials.rules import (
    QUESTIONS,
    Guessable,
    find_answer_fault,
    normalise_answer,
)

TEACHER = QUESTIONS["teacher"]
FACTS = ("Rowan Exämple", "Rowan", "Exämple", "r.exam@example.com", "Merrow")
PASSWORD = "seven green umbrellas sing"
SIGNS = " -'’.,!?()/\t"
EMAILS = "abcxyzéüñçøåßłжяλω0189"


@pytest.mark.parametrize("typed", ["The Harbour", " the  harbour ", "thé-HARBOUR!", "THEHARBOUR"])
def test_answers_are_compared_without_case_accents_spaces_and_signs(typed: str) -> None:
    assert normalise_answer(typed) == "theharbour"


@given(st.text())
def test_normalising_twice_is_normalising_once(text: str) -> None:
    once = normalise_answer(text)
    assert normalise_answer(once) == once


@given(st.text(EMAILS, min_size=1), st.lists(st.sampled_from(SIGNS)))
def test_case_signs_and_spaces_make_no_other_answer(answer: str, signs: list[str]) -> None:
    spread = "".join(a + b for a, b in zip(answer, [*signs, *[""] * len(answer)], strict=False))
    same = {normalise_answer(one) for one in (answer, spread, spread.upper(), spread.title())}
    assert len(same) == 1


@given(st.text("abcdefghijklmnopqrstuvwxyz", min_size=1), st.sampled_from("\u0301\u0308\u0327"))
def test_accents_make_no_other_answer(answer: str, accent: str) -> None:
    assert normalise_answer(accent.join([*answer, ""])) == answer


def test_other_letters_make_another_answer() -> None:
    assert normalise_answer("the harbour") != normalise_answer("the harbours")


@pytest.mark.parametrize(
    "answer", ["Ng", "Li", "Bo", "李", "김", "Жук", "Ms Achterberg", "the maze", "1974", "Otto"]
)
def test_short_true_answers_are_answers(answer: str) -> None:
    for question in QUESTIONS.values():
        assert find_answer_fault(answer, question, FACTS, PASSWORD) is None


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        ("", Guessable.SHORT),
        ("?!", Guessable.SHORT),
        ("x", Guessable.SHORT),
        ("X.", Guessable.SHORT),
        ("7", Guessable.SHORT),
        ("1 2 3", Guessable.SHORT),
        ("aaaa", Guessable.SAME),
        ("7777", Guessable.SAME),
        ("Teacher", Guessable.QUESTION),
        ("the teacher", Guessable.QUESTION),
        ("Which teacher did you like best?", Guessable.QUESTION),
        ("the", Guessable.QUESTION),
        ("rowan", Guessable.OWN),
        ("EXAMPLE", Guessable.OWN),
        ("Rowan Example", Guessable.OWN),
        ("r.exam@example.com", Guessable.OWN),
        ("rexam", Guessable.OWN),
        ("Merrow", Guessable.OWN),
        (PASSWORD, Guessable.PASSWORD),
        ("Sing", Guessable.PASSWORD),
        ("green umbrellas", Guessable.PASSWORD),
        (f"it is {PASSWORD}!", Guessable.PASSWORD),
        ("Blue", Guessable.COMMON),
        ("a pizza", Guessable.COMMON),
        ("London", Guessable.COMMON),
        ("in London", Guessable.COMMON),
        ("Mr Smith", Guessable.COMMON),
        ("Mum", Guessable.COMMON),
        ("The Beatles", Guessable.COMMON),
        ("Fish & chips", Guessable.COMMON),
        ("under my bed", Guessable.COMMON),
        ("none", Guessable.COMMON),
        ("I don't know", Guessable.COMMON),
        ("idk", Guessable.COMMON),
        ("12345", Guessable.COMMON),
    ],
)
def test_guessable_answers_are_refused_with_a_reason(answer: str, why: Guessable) -> None:
    assert find_answer_fault(answer, TEACHER, FACTS, PASSWORD) is why


@pytest.mark.parametrize("key", QUESTIONS)
def test_the_words_of_every_question_are_no_answer_to_it(key: str) -> None:
    for word in QUESTIONS[key].split():
        assert find_answer_fault(word, QUESTIONS[key], (), "")


@pytest.mark.parametrize("password", ["", "!!!!!!!!!!!!!!!", "!!!!!!!!!!!!!!7"])
def test_a_password_of_signs_is_part_of_no_answer(password: str) -> None:
    assert find_answer_fault("room 27b", TEACHER, FACTS, password) is None


@given(st.text(max_size=60))
def test_any_answer_gets_a_reason_or_passes(answer: str) -> None:
    assert find_answer_fault(answer, TEACHER, FACTS, PASSWORD) in {None, *Guessable}
