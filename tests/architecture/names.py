"""The rules about names: words that are retired, and class names that two rooms would share."""

import ast
import re
import tokenize
from collections import defaultdict
from collections.abc import Iterator
from io import StringIO

from tests.architecture.rules import Source

CODE = frozenset({"portal", "tests", "bench", "deploy"})
RETIRED = frozenset(
    {"caller", "callers", "door", "doors", "drawer", "entrance", "errand", "marks", "means"}
    | {"shelf", "standing", "standings", "trial", "turns", "wish", "wishes"}
)
"""Words that stood for several things, or for what the field has a term for (docs/words.md)."""
VERBS = frozenset({"means", "turns"})
"""What a test's name, which is a sentence, may say: that something turns on, or means a no."""
PART = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")
KEPT = (
    ("portal/desk/assisted_choices/", "caller"),  # a field of a form, and of what is recorded
    ("tests/desk/assisted_choices/", "caller"),
    ("portal/consent/list_import/", "BYTE_ORDER_MARKS"),  # Unicode's own term
    ("tests/", "marks"),  # what pytest calls them
)
"""Names that are not ours to change: where, and which."""
PROSE = re.compile(
    r"\b(?:errands?|drawers?|shelf|shelves|entrances?|doors?"
    r"|(?:an?|the|this|that|no|one|each|every|their|his|her|its|somebody.s|whose) wish(?:es)?)\b",
    re.IGNORECASE,
)
"""The same in a sentence, where to wish, to turn, to mean and to mark are plain English."""


def names_are_todays(source: Source) -> list[str]:
    """No name has a retired word between its underscores or humps."""
    if not source.is_python() or source.path.parts[0] not in CODE:
        return []
    return [
        source.at(token.start[0], f"{token.string} says {', '.join(sorted(words))}")
        for token in _read_tokens(source)
        if token.type == tokenize.NAME
        and (words := _retired(token.string))
        and not any(
            source.path.as_posix().startswith(where) and token.string == name
            for where, name in KEPT
        )
    ]


def sentences_are_todays(source: Source) -> list[str]:
    """No comment and no docstring of the portal says a retired noun."""
    if not source.is_python() or not source.is_in("portal"):
        return []
    return [
        source.at(line, f"a sentence says {found[0]}")
        for line, text in _read_prose(source)
        for found in PROSE.finditer(text)
    ]


def list_shared_class_names(sources: list[Source]) -> list[str]:
    """Return the classes that two rooms of the portal define under one name."""
    rooms: dict[str, set[str]] = defaultdict(set)
    for source in sources:
        if source.is_python() and source.is_in("portal"):
            for node in ast.walk(source.tree):
                if isinstance(node, ast.ClassDef):
                    rooms[node.name].add(".".join(source.path.with_suffix("").parts[1:3]))
    return sorted(
        f"{name} is defined in {' and '.join(sorted(found))}"
        for name, found in rooms.items()
        if len(found) > 1
    )


def _retired(name: str) -> set[str]:
    words = {part.lower() for part in PART.findall(name)} & RETIRED
    return words - VERBS if name.startswith("test_") else words


def _read_tokens(source: Source) -> Iterator[tokenize.TokenInfo]:
    return tokenize.generate_tokens(StringIO(source.text).readline)


def _read_prose(source: Source) -> Iterator[tuple[int, str]]:
    """Yield comments, and the strings that are statements by themselves, with their lines."""
    for token in _read_tokens(source):
        if token.type == tokenize.COMMENT:
            yield token.start[0], token.string
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            yield node.lineno, str(node.value.value)
