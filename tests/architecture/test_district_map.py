"""docs/architecture.md draws the districts as they are, and its sequences name what is there."""

import re
from pathlib import Path

import pytest

from tests.architecture import district_map
from tests.architecture.district_map import DOCUMENT, MAP
from tests.architecture.routes_table import put_in
from tests.architecture.rules import ROOT

SEQUENCE = re.compile(r"```mermaid\n(.*?)```", re.DOTALL)
NAMED = re.compile(r"\b_?[a-z]+(?:_[a-z]+)+\b(?!\.py|/|\()")
FLOWS = 5

TREE = {
    "pyproject.toml": """
[[tool.importlinter.contracts]]
containers = ["portal"]
layers = ["__main__", "upper", "lower"]

[[tool.importlinter.contracts]]
containers = ["portal.lower"]
layers = ["second", "first | third"]
""",
    "portal/upper/__init__.py": '"""What is above."""',
    "portal/upper/room/__init__.py": '"""A room. And more."""',
    "portal/upper/room/service.py": "from portal.lower.first import rules\n",
    "portal/lower/__init__.py": '"""What is below."""',
    "portal/lower/first/__init__.py": '"""The first room."""',
    "portal/lower/first/rules.py": "",
    "portal/lower/second.py": '"""The second room."""\nfrom portal.lower import first',
    "portal/lower/third.py": '"""The third room."""',
}


def write_tree(folder: Path, more: dict[str, str]) -> Path:
    for name, text in (TREE | more).items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, "utf-8")
    return folder


def list_unknown(document: str, source: str) -> list[str]:
    """The functions and folders that a sequence names and the source has not."""
    named = {name for sequence in SEQUENCE.findall(document) for name in NAMED.findall(sequence)}
    return sorted(name for name in named if not re.search(rf"\b{name}\b", source))


def read_source() -> str:
    files = (ROOT / "portal").rglob("*.py")
    return "\n".join(f"{file.relative_to(ROOT)}\n{file.read_text('utf-8')}" for file in files)


def test_the_document_draws_the_districts_as_the_source_has_them() -> None:
    text = DOCUMENT.read_text("utf-8")
    drawn = put_in(text, MAP, district_map.draw(ROOT))
    assert drawn == text, "draw it anew: python -m tests.architecture.district_map"


def test_districts_rooms_and_imports_are_drawn(tmp_path: Path) -> None:
    drawn = district_map.draw(write_tree(tmp_path, {})).splitlines()
    assert [line.strip("│ ") for line in drawn if line.startswith("│")] == [
        "upper         What is above",
        "room",
        "lower         What is below",
        "second",
        "first | third",
    ]
    assert "| upper | 1 |" in drawn
    assert "| `upper` | `room` | A room |" in drawn


@pytest.mark.parametrize(
    "more",
    [
        {"portal/upper/room/queries.py": "from portal.lower import second\n"},
        {"portal/upper/room/queries.py": "def f():\n    import portal.lower.third\n"},
        {"portal/upper/attic/__init__.py": '"""A new room."""'},
        {"portal/lower/first/__init__.py": '"""Another purpose."""'},
        {"pyproject.toml": TREE["pyproject.toml"].replace("first | third", 'first", "third')},
    ],
)
def test_what_changes_the_house_changes_the_map(tmp_path: Path, more: dict[str, str]) -> None:
    before = district_map.draw(write_tree(tmp_path / "before", {}))
    assert district_map.draw(write_tree(tmp_path / "after", more)) != before


def test_a_second_import_of_the_same_room_does_not(tmp_path: Path) -> None:
    before = district_map.draw(write_tree(tmp_path / "before", {}))
    more = {"portal/upper/room/queries.py": "from portal.lower.first.rules import limit\n"}
    assert district_map.draw(write_tree(tmp_path / "after", more)) == before


def test_the_sequences_name_what_the_source_has() -> None:
    text = DOCUMENT.read_text("utf-8")
    assert len(SEQUENCE.findall(text)) == FLOWS
    assert list_unknown(text, read_source()) == []


def test_a_sequence_that_names_what_is_gone_is_noticed() -> None:
    text = "```mermaid\nA->>B: open_case, then forget_everything\n```"
    assert list_unknown(text, read_source()) == ["forget_everything"]


def test_the_sequences_can_be_drawn() -> None:
    """A semicolon ends a line of Mermaid, wherever it stands."""
    text = DOCUMENT.read_text("utf-8")
    assert [one for one in SEQUENCE.findall(text) if ";" in one] == []
