"""The rules about docs/security.md: each requirement has a test that exists, or a reason.

Like the rules about the source: functions from something read to what is wrong with it.
"""

import ast
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

TEST = re.compile(r"`(?P<path>tests/[\w/]+\.py)::(?P<name>test_\w+)`")
CLAIM = "ASVS 5.0 level 2 except 6.4.2 (D-1)"
REASON = "Reason:"
FEWEST_WORDS = 6
"""A reason that is shorter says nothing."""
NEEDED_CELLS = 3

Tests = Mapping[str, frozenset[str]]
"""From the path of a file to the names of its tests."""
Row = list[str]


def read_tests(root: Path) -> dict[str, frozenset[str]]:
    """Return every test that there is, by its file."""
    return {
        path.relative_to(root).as_posix(): _names_in(path.read_text("utf-8"))
        for path in sorted(root.glob("tests/**/test_*.py"))
    }


def _names_in(text: str) -> frozenset[str]:
    return frozenset(
        node.name
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")
    )


def read_table(text: str, heading: str) -> list[Row]:
    """Return the rows of the first table below a heading, each as its cells."""
    _, _, rest = text.partition(f"\n{heading}\n")
    rows: list[Row] = []
    for line in rest.splitlines():
        if line.startswith("|"):
            rows.append([cell.strip() for cell in line.strip("|").split(" | ")])
        elif rows or line.startswith("#"):
            break
    return [[cell.strip() for cell in row] for row in rows[2:]]  # without its head


def wrong_claim(text: str) -> list[str]:
    """Return what is wrong where the document says how much it claims."""
    return [] if CLAIM in " ".join(text.split()) else [f"it does not say {CLAIM!r}"]


def wrong_rows(rows: Iterable[Row], wanted: frozenset[str], tests: Tests) -> list[str]:
    """Return what is wrong with a table: its names, and how each row says it is held."""
    found = list(rows)
    names = Counter(row[0] for row in found)
    return [
        *(f"{name}: is not in the table" for name in sorted(wanted - set(names))),
        *(f"{name}: nobody asked for it" for name in sorted(set(names) - wanted)),
        *(f"{name}: is there {count} times" for name, count in names.items() if count > 1),
        *(f"{row[0]}: {fault}" for row in found for fault in _row_faults(row, tests)),
    ]


def untested_rows(rows: Iterable[Row], tests: Tests) -> list[str]:
    """Return what is wrong with rows that need a test each: no reason will do."""
    return [
        f"{row[0]}: {fault}"
        for row in rows
        for fault in (_test_faults(row[-1], tests) if TEST.search(row[-1]) else ["names no test"])
    ]


def _row_faults(row: Row, tests: Tests) -> Iterator[str]:
    if len(row) != NEEDED_CELLS or not row[1]:
        yield "does not say what is asked and how it is held"
        return
    held = row[-1]
    if TEST.search(held):
        yield from _test_faults(held, tests)
    elif not held.startswith(REASON):
        yield "names neither a test nor a reason"
    elif len(held.split()) <= FEWEST_WORDS:
        yield "gives a reason that says nothing"


def _test_faults(held: str, tests: Tests) -> Iterator[str]:
    named = [(found["path"], found["name"]) for found in TEST.finditer(held)]
    if held.count("::") != len(named):
        yield "names a test that cannot be read"
    for (path, name), count in Counter(named).items():
        if name not in tests.get(path, frozenset()):
            yield f"{path}::{name} is not there"
        if count > 1:
            yield f"{path}::{name} is named {count} times"
