"""What the source uses, to be compared with what the documents list: algorithms, log events.

Each rule reads a source and says what it found; a document's table says what it lists.
"""

import ast
import re
from collections.abc import Iterable, Iterator

from tests.architecture.rules import Source

MODULES_WITH_ALGORITHMS = frozenset({"hashlib", "hmac", "ssl"})
LIBRARIES = frozenset(
    {"flask_wtf", "itsdangerous", "passlib", "pyotp", "pyrage", "standardwebhooks", "webauthn"}
)
"""Packages that bring cryptography of their own."""
PRIMITIVES = re.compile(r"cryptography\.hazmat\.primitives\.(?!serialization)[\w.]+")
LEVELS = frozenset({"debug", "info", "warning", "error", "exception", "critical"})
LOGS = frozenset({"log", "_log", "logger"})
QUOTED = re.compile(r"`([^`]+)`")

Event = tuple[str, str, frozenset[str]]
"""Name, level and fields of a line of the log."""


def quoted(text: str) -> frozenset[str]:
    """Return everything between backticks."""
    return frozenset(QUOTED.findall(text))


def find_algorithms(source: Source) -> frozenset[str]:
    """Return the cryptography that a source uses, in the spelling of the inventory."""
    return frozenset(_walk_algorithms(source.tree))


def _walk_algorithms(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module:
            room = node.module.partition(".")[0]
            if PRIMITIVES.fullmatch(node.module):
                yield from (name.name for name in node.names)
            elif room in MODULES_WITH_ALGORITHMS:
                yield from (f"{node.module}.{name.name}" for name in node.names)
            elif room in LIBRARIES:
                yield room
        elif isinstance(node, ast.Import):
            names = {name.name.partition(".")[0] for name in node.names}
            yield from names & LIBRARIES
        elif (
            isinstance(node, ast.Attribute)
            and isinstance(node.value, ast.Name)
            and node.value.id in MODULES_WITH_ALGORITHMS
            and not node.attr[0].isupper()  # a type or a constant
        ):
            yield f"{node.value.id}.{node.attr}"


def find_events(source: Source) -> frozenset[Event]:
    """Return the lines that a source may write to the log; a name nobody can read is '?'."""
    return frozenset(_walk_events(source.tree))


def _walk_events(tree: ast.Module) -> Iterator[Event]:
    for function in [tree, *_functions(tree)]:
        for call in _calls_in(function):
            if not _is_log(call):
                continue
            assert isinstance(call.func, ast.Attribute)
            level = "error" if call.func.attr == "exception" else call.func.attr
            for name in _names_of(call, function, tree):
                yield name, level, _fields_of(call)


def _functions(tree: ast.AST) -> Iterator[ast.FunctionDef]:
    yield from (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef))


def _calls_in(scope: ast.AST) -> Iterator[ast.Call]:
    """Yield the calls of a scope, without those of the functions in it."""
    for node in ast.iter_child_nodes(scope):
        if isinstance(node, ast.Call):
            yield node
        if not isinstance(node, ast.FunctionDef):
            yield from _calls_in(node)


def _is_log(call: ast.Call) -> bool:
    func = call.func
    return (
        isinstance(func, ast.Attribute)
        and func.attr in LEVELS
        and isinstance(func.value, ast.Name)
        and func.value.id in LOGS
    )


def _names_of(call: ast.Call, scope: ast.AST, tree: ast.Module) -> Iterator[str]:
    """Yield how the line is called: said here, or handed in by those who call the function."""
    first = call.args[0] if call.args else None
    if isinstance(first, ast.Constant):
        yield str(first.value)
        return
    handed: list[str] = []
    if isinstance(first, ast.Name) and isinstance(scope, ast.FunctionDef):
        names = [argument.arg for argument in scope.args.args]
        handed = list(_handed_to(scope.name, names.index(first.id), tree)) if names else []
    yield from handed or ["?"]


def _handed_to(function: str, position: int, tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Name)
            and node.func.id == function
            and len(node.args) > position
        ):
            given = node.args[position]
            yield str(given.value) if isinstance(given, ast.Constant) else "?"


def _fields_of(call: ast.Call) -> frozenset[str]:
    names = {keyword.arg or "?" for keyword in call.keywords}
    if "exc_info" in names:
        names = names - {"exc_info"} | {"exception", "places"}
    return frozenset(names)


def listed_events(rows: Iterable[list[str]]) -> frozenset[Event]:
    """Return the events of the document: name, level and fields are its first three columns."""
    return frozenset((row[0].strip("`"), row[1], quoted(row[2])) for row in rows)


def spell(event: Event) -> str:
    """Spell an event as one row of the document."""
    name, level, fields = event
    return f"| `{name}` | {level} | {', '.join(f'`{one}`' for one in sorted(fields))} |"
