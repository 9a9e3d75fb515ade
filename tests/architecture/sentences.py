"""Find what pages and emails say in numbers: how long, how many."""

import ast
import re
from collections.abc import Iterable, Iterator
from datetime import timedelta
from pathlib import Path

COUNTING = "one two three four five six seven eight nine ten eleven twelve"
WORDS: dict[str, float] = {word: number for number, word in enumerate(COUNTING.split(), 1)}
WORDS |= {"a": 1, "an": 1, "half an": 0.5}
LENGTHS = {
    "second": timedelta(seconds=1),
    "minute": timedelta(minutes=1),
    "hour": timedelta(hours=1),
    "day": timedelta(days=1),
    "week": timedelta(weeks=1),
    "year": timedelta(days=365),
}
COUNTED = ("month", "character", "digit", "letter", "code", "passkey", "time")
ARTICLES = {"a", "an", "one"}
PHRASE = re.compile(
    rf"\b(\d[\d,]*|{'|'.join(sorted(WORDS, key=len, reverse=True))})[ -]"
    rf"({'|'.join([*LENGTHS, *COUNTED])})s?\b",
    re.IGNORECASE,
)
COMMENT = re.compile(r"\{#.*?#\}", re.DOTALL)


def numbers_in(text: str) -> Iterator[str]:
    """Give each length of time and each number of things that a text names, in lower case.

    “A passkey” is no number, nor is “a second step”.
    """
    for found in PHRASE.finditer(text):
        number, unit = found[1].lower(), found[2].lower()
        is_length = unit == "month" or (unit in LENGTHS and unit != "second")
        if number not in ARTICLES or is_length:
            yield " ".join(found[0].lower().split())


def read_number(phrase: str) -> timedelta | float:
    """Read a phrase that `numbers_in` gives."""
    found = PHRASE.fullmatch(phrase)
    assert found, phrase
    digits, unit = found[1].lower().replace(",", ""), found[2].lower()
    number = float(digits) if digits.isdigit() else WORDS[digits]
    return number * LENGTHS[unit] if unit in LENGTHS else number


def strings_in(source: str) -> Iterator[str]:
    """Give every string of a program that is not a docstring."""
    tree = ast.parse(source)
    silent = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if (
            isinstance(node, ast.Constant)
            and isinstance(node.value, str)
            and id(node) not in silent
        ):
            yield node.value


def said_in(path: Path) -> set[str]:
    """Return every number that a template or a module says."""
    text = path.read_text("utf-8")
    parts: Iterable[str] = strings_in(text) if path.suffix == ".py" else [COMMENT.sub("", text)]
    return {phrase for part in parts for phrase in numbers_in(part)}


def unbound(said: set[str], bound: dict[str, timedelta | float], free: frozenset[str]) -> list[str]:
    """Return what is wrong: said and bound to nothing, not true any more, or bound and not said."""
    faults = [f"“{one}” is bound to nothing" for one in sorted(said - set(bound) - free)]
    faults += [
        f"“{one}” is not true: it is {value}"
        for one, value in sorted(bound.items())
        if read_number(one) != value
    ]
    return faults + [f"“{one}” is said no more" for one in sorted({*bound, *free} - said)]
