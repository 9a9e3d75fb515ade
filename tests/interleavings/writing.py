"""Which public verbs write, read off the source: the table must have them all."""

import ast
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from tests.architecture.rules import ACTS_IN, Source

PUTS = frozenset({"add", "add_all", "delete", "create_key", "suppress", "lift", "discard_keys"})
CHANGES = frozenset({"delete", "update", "insert"})
FROM_OUTSIDE = ("portal/operations/cli/", "portal/platform/web/")
"""Who calls verbs, beside the pages, `app.py` and what runs by itself."""
OUTSIDE = frozenset({"routes.py", "staff_routes.py", "app.py", "worker.py", "erasure_replay.py"})


@dataclass(frozen=True, slots=True)
class Function:
    """A function of the portal: whether it writes by itself, and which others it names."""

    name: str
    is_verb: bool
    writes: bool
    names: frozenset[str]
    is_outside: bool


def read_functions(sources: Iterable[Source]) -> dict[str, Function]:
    """Return every function of the portal by its full name, methods under their class's module."""
    found: dict[str, Function] = {}
    for source in sources:
        if source.is_python() and source.is_in("portal"):
            module = ".".join(source.path.with_suffix("").parts)
            known = _imported(source.tree, module)
            for node in ast.walk(source.tree):
                if isinstance(node, ast.FunctionDef):
                    name = f"{module}.{node.name}"
                    found[name] = _read(source, node, name, known)
    return found


def list_writing(functions: dict[str, Function]) -> set[str]:
    """Return the public verbs of services that write, themselves or by what they call."""
    writing = {name for name, one in functions.items() if one.writes}
    while more := {n for n, one in functions.items() if n not in writing and one.names & writing}:
        writing |= more
    return {name for name in writing if functions[name].is_verb}


def list_missing(functions: dict[str, Function], table: set[str]) -> set[str]:
    """Return the writing verbs that no verb of the table is or has inside.

    What a page, a command or the worker calls must be in the table itself: that another verb
    calls it too says nothing of how the two meet.
    """
    outside = {
        name
        for one in functions.values()
        if one.is_outside and not one.name.startswith("portal.operations.worker.worker.")
        for name in one.names
    }
    reached, new = set(table), set(table)
    while new:
        new = {n for one in new if one in functions for n in functions[one].names} - reached
        reached |= new
    return {n for n in list_writing(functions) - table if n in outside or n not in reached}


def _imported(tree: ast.Module, module: str) -> dict[str, str]:
    """Return what the names of a module stand for."""
    names = {
        node.name: f"{module}.{node.name}"
        for node in tree.body
        if isinstance(node, ast.FunctionDef)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("portal"):
            names |= {one.asname or one.name: f"{node.module}.{one.name}" for one in node.names}
    return names


def _read(source: Source, node: ast.FunctionDef, name: str, known: dict[str, str]) -> Function:
    first = node.args.args[0].arg if node.args.args else ""
    public = source.path.name == "service.py" and not node.name.startswith("_")
    path = source.path.as_posix()
    return Function(
        name=name,
        is_verb=public and node in source.tree.body and first in ACTS_IN,
        writes=any(_is_writing(part) for part in ast.walk(node)),
        names=frozenset(_named(node, known)) - {name},
        is_outside=source.path.name in OUTSIDE or path.startswith(FROM_OUTSIDE),
    )


def _is_writing(part: ast.AST) -> bool:
    match part:
        case ast.Call(func=ast.Attribute(value=ast.Attribute(), attr=attribute)):
            return attribute in PUTS  # work.session.add, work.vault.create_key
        case ast.Call(func=ast.Name(id=name)):
            return name in CHANGES
        case ast.Assign(targets=targets):
            return any(_is_column(one) for one in targets)
        case ast.AugAssign(target=target):
            return _is_column(target)
        case _:
            return False


def _is_column(target: ast.AST) -> bool:
    """A row is changed by setting what it has; several at once are a tuple."""
    if isinstance(target, ast.Tuple):
        return any(_is_column(one) for one in target.elts)
    return (
        isinstance(target, ast.Attribute)
        and isinstance(target.value, ast.Name)
        and target.value.id != "self"
    )


def _named(node: ast.FunctionDef, known: dict[str, str]) -> Iterator[str]:
    for part in ast.walk(node):
        if isinstance(part, ast.Name) and part.id in known:
            yield known[part.id]
        elif isinstance(part, ast.Attribute) and isinstance(part.value, ast.Name):
            if part.value.id in known:
                yield f"{known[part.value.id]}.{part.attr}"
            elif part.value.id == "self":
                yield f"{known.get('', '')}{part.attr}"
