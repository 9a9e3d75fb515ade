"""What no source of the portal may hold: weak tokens, tangled patterns, foreign parts, secrets."""

import ast
import importlib
import re
from collections.abc import Callable, Iterator
from typing import Any

from tests.architecture.rules import Source

FEWEST_BYTES = 16
"""128 random bits (ASVS 11.5.1)."""
MADE_OF_CHANCE = frozenset({"token_bytes", "token_hex", "token_urlsafe", "urandom"})
GUESSABLE = frozenset({"uuid1", "getrandbits"})
NO_SECRETS = ("portal/operations/erasure_proof/people.py",)
"""What is random there marks made-up people; nobody is kept out by it."""
SHORT_ON_PURPOSE = {"NONCE_BYTES": 12, "KEY_BYTES": 32}
"""Named lengths: 96 bits are what a nonce of AES-GCM has."""

MANY = 30
"""Times from which on a repetition counts as endless."""
PATTERNS = frozenset({"compile", "findall", "finditer", "fullmatch", "match", "search", "split"})
PATTERNS_TOO = frozenset({"sub", "subn"})
_parser: Any = importlib.import_module("re._parser")

SECRET_FIELDS = frozenset({"answer", "password", "secret", "token"})

SHEETS = "portal/consent/list_import/sheets.py"
"""Here alone lists are read and written as a spreadsheet does: no formula comes out of it."""
NEVER_READ = frozenset({"csv", "dill", "marshal", "pickle", "shelve", "xml", "yaml"})
"""What can run what it reads, and what makes files in which a cell may be a formula."""
NOT_FOR_PRODUCTION = frozenset({"bench", "hypothesis", "pytest", "tests", "unittest", "doctest"})

WRITTEN_SECRET = re.compile(
    r"-----BEGIN [A-Z ]*PRIVATE KEY-----"
    r"|\b(?:AKIA|ASIA)[0-9A-Z]{16}\b"
    r"|\bgh[pousr]_[A-Za-z0-9]{36}\b"
    r"|(?i:secret|password|token|api_?key)\w*[\"']?\s*[:=]\s*[\"']?[0-9a-f]{32}"
)


def tokens_are_long(source: Source) -> list[str]:
    """What must not be guessed has at least 128 random bits, from the system's source."""
    if not _is_ours(source) or source.path.as_posix() in NO_SECRETS:
        return []
    faults = []
    for node in ast.walk(source.tree):
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute | ast.Name):
            continue
        name = node.func.attr if isinstance(node.func, ast.Attribute) else node.func.id
        if name in GUESSABLE:
            faults.append(source.at(node.lineno, f"{name} can be guessed"))
        elif name in MADE_OF_CHANCE and node.args and not _is_long(node.args[0]):
            faults.append(source.at(node.lineno, f"{name} makes less than {FEWEST_BYTES} bytes"))
    return faults


def _is_long(length: ast.expr) -> bool:
    if isinstance(length, ast.Constant):
        return isinstance(length.value, int) and length.value >= FEWEST_BYTES
    return isinstance(length, ast.Name) and length.id in SHORT_ON_PURPOSE


def secrets_are_not_printed(source: Source) -> list[str]:
    """A dataclass with a secret in it says so to nobody who prints it, nor to a log."""
    if not _is_ours(source):
        return []
    return [
        source.at(field.lineno, f"{one.name} is printed with its {ast.unparse(field.target)}")
        for one in ast.walk(source.tree)
        if isinstance(one, ast.ClassDef) and _prints_itself(one)
        for field in one.body
        if isinstance(field, ast.AnnAssign)
        and ast.unparse(field.target) in SECRET_FIELDS
        and (field.value is None or "repr=False" not in ast.unparse(field.value))
    ]


def _prints_itself(one: ast.ClassDef) -> bool:
    is_data = any("dataclass" in ast.unparse(decorator) for decorator in one.decorator_list)
    own = {part.name for part in one.body if isinstance(part, ast.FunctionDef)}
    return is_data and "__repr__" not in own


MADE = "(?:.*)*"
"""Stands for a pattern that is put together: nobody can read here what it will be."""
MADE_BY_A_LIBRARY = frozenset({"portal/consent/list_import/cell_values.py"})
"""`test_the_pattern_of_plain_numbers_repeats_nothing` looks at what became of it."""


def patterns_are_linear(source: Source) -> list[str]:
    """No pattern can be made to try the same text again and again: no ReDoS by construction."""
    if not _is_ours(source):
        return []
    return [
        source.at(line, f"{pattern!r} repeats what repeats")
        for line, pattern in _patterns(source.tree)
        if not (pattern == MADE and source.path.as_posix() in MADE_BY_A_LIBRARY)
        and _is_tangled(_parser.parse(pattern))
    ]


def _patterns(tree: ast.Module) -> Iterator[tuple[int, str]]:
    for node in ast.walk(tree):
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and isinstance(node.func.value, ast.Name)
            and node.func.value.id == "re"
            and node.func.attr in PATTERNS | PATTERNS_TOO
        ):
            first = node.args[0]
            yield node.lineno, first.value if _is_text(first) else MADE  # type: ignore[attr-defined]


def _is_text(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, str)


def _is_tangled(parsed: Any, *, inside: bool = False) -> bool:
    """Tell whether something endless holds a choice, or something else that is endless.

    It may where each turn begins with a sign that the rest of the turn cannot hold.
    """
    for operation, argument in parsed:
        name = str(operation)
        is_repeat = name in {"MAX_REPEAT", "MIN_REPEAT"}
        is_endless = is_repeat and argument[1] >= MANY
        if inside and (is_endless or name == "BRANCH"):
            return True
        parts = [argument[2]] if is_repeat else _parts(name, argument)
        within = inside or (is_endless and not _is_parted(argument[2]))
        if any(_is_tangled(part, inside=within) for part in parts):
            return True
    return False


def _parts(name: str, argument: Any) -> list[Any]:
    if name == "BRANCH":
        return list(argument[1])
    if name in {"SUBPATTERN", "ASSERT", "ASSERT_NOT", "ATOMIC_GROUP"}:
        return [argument if name == "ATOMIC_GROUP" else argument[-1]]
    return []


def _is_parted(body: Any) -> bool:
    """Tell whether a turn begins with one sign, and goes on with digits alone."""
    turn = list(body)
    if len(turn) == 1 and str(turn[0][0]) == "SUBPATTERN":
        turn = list(turn[0][1][-1])
    is_marked = bool(turn) and str(turn[0][0]) == "LITERAL" and not chr(turn[0][1]).isdigit()
    return is_marked and all(str(one[0]) == "MAX_REPEAT" and _is_digits(one) for one in turn[1:])


def _is_digits(repeat: Any) -> bool:
    return "CATEGORY_DIGIT" in str(list(repeat[1][2]))


def only_what_is_needed_is_imported(source: Source) -> list[str]:
    """Nothing for tests, and nothing that can run what it reads, is part of what is installed."""
    if not _is_ours(source):
        return []
    forbidden = NEVER_READ | NOT_FOR_PRODUCTION
    if str(source.path) == SHEETS:
        forbidden -= {"csv"}
    return [
        source.at(line, f"imports {name}")
        for line, name in _imports(source.tree)
        if name.partition(".")[0] in forbidden
    ]


def _imports(tree: ast.Module) -> Iterator[tuple[int, str]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, name.name) for name in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.lineno, node.module


def no_secret_is_written_down(source: Source) -> list[str]:
    """Secrets come from the environment; none is in the tree, in whatever file."""
    return [
        source.at(number, "looks like a secret")
        for number, line in enumerate(source.text.splitlines(), 1)
        if WRITTEN_SECRET.search(line)
    ]


def every_part_is_pinned(source: Source) -> list[str]:
    """Each package of a requirements file has one version, and a hash to be known by."""
    if not re.fullmatch(r"requirements(-\w+)?\.txt", source.path.as_posix()):
        return []
    faults, lines = [], source.text.splitlines()
    for number, line in enumerate(lines, 1):
        if not re.match(r"[A-Za-z0-9]", line):
            continue  # a hash, a comment or a blank
        following = lines[number] if number < len(lines) else ""
        if "==" not in line or "--hash=sha256:" not in following:
            faults.append(source.at(number, "is not pinned with a hash"))
    return faults


def _is_ours(source: Source) -> bool:
    return source.is_python() and source.is_in("portal")


RULES: tuple[Callable[[Source], list[str]], ...] = (
    every_part_is_pinned,
    no_secret_is_written_down,
    only_what_is_needed_is_imported,
    patterns_are_linear,
    secrets_are_not_printed,
    tokens_are_long,
)
