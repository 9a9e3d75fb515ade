"""Green is for what was done: no line says in green that nothing was."""

import ast
from pathlib import Path

import portal

ROOM = Path(portal.__file__).parent


def faults_of(source: str) -> list[int]:
    """Return the lines that say one of two things, and both in green."""
    return [
        node.lineno
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id == "flash"
        and isinstance(node.args[0], ast.IfExp)
        and isinstance(node.args[1], ast.Constant)
        and node.args[1].value == "ok"
    ]


def test_nothing_was_changed_is_never_said_in_green() -> None:
    found = {str(path): faults_of(path.read_text("utf-8")) for path in ROOM.rglob("*.py")}
    assert len(found) > 100
    assert {path: lines for path, lines in found.items() if lines} == {}


def test_a_line_that_is_green_whatever_came_of_it_is_found() -> None:
    assert faults_of('flash("Saved." if done else "Nothing was changed.", "ok")') == [1]
    assert faults_of('flash("Saved." if done else "No.", "ok" if done else "info")') == []
