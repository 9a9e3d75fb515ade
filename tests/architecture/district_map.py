"""The districts, their rooms and who imports whom, for docs/architecture.md.

python -m tests.architecture.district_map    draws the map anew
"""

import ast
import tomllib
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from tests.architecture.routes_table import put_in
from tests.architecture.rules import ROOT, Source, read_tree

DOCUMENT = ROOT / "docs/architecture.md"
MAP = "map of the districts"
NAME_WIDTH = 14
"""Characters of the column with the district's name."""
SAME_FLOOR = " | "

Floors = list[list[str]]
"""Layers of modules, the highest first; those of one layer do not import each other."""
Arrow = tuple[str, str]
"""A room that imports another: both as `district.room`."""


def read_floors(configuration: str, container: str) -> Floors | None:
    """Return the layers that the import contract of a package has; None where it has none."""
    for contract in tomllib.loads(configuration)["tool"]["importlinter"]["contracts"]:
        if contract.get("containers") == [container]:
            return [layer.split(SAME_FLOOR) for layer in contract["layers"]]
    return None


def list_rooms(portal: Path, district: str) -> list[str]:
    """Return the rooms of a district: its packages, and its modules that stand by themselves."""
    found = (portal / district).iterdir()
    names = {one.name.removesuffix(".py") for one in found if one.is_dir() or one.suffix == ".py"}
    return sorted(name for name in names if not name.startswith("_"))


def find_arrows(sources: list[Source]) -> set[Arrow]:
    """Return which room imports which, of another district."""
    rooms = {_room_of(source) for source in sources}
    return {
        (_room_of(source), room)
        for source in sources
        for name in _list_imported(source.tree)
        if (room := ".".join(name.split(".")[1:3])) in rooms
        and room.partition(".")[0] != source.path.parts[1]
    }


def _room_of(source: Source) -> str:
    return ".".join(source.path.with_suffix("").parts[1:3])


def _list_imported(tree: ast.Module) -> Iterator[str]:
    """Yield every module of the portal that a file imports, and whatever it takes from one."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module:
            yield from (f"{node.module}.{one.name}" for one in node.names)
        elif isinstance(node, ast.Import):
            yield from (one.name for one in node.names)


def draw_picture(floors: dict[str, Floors], purposes: dict[str, str]) -> str:
    """Draw the districts above each other, each with its rooms; what is higher looks down."""
    blocks = []
    for district, layers in floors.items():
        rows = [purposes[district], *(SAME_FLOOR.join(sorted(layer)) for layer in layers)]
        names = [district, *[""] * len(layers)]
        blocks.append([f"{a:{NAME_WIDTH}}{b}" for a, b in zip(names, rows, strict=True)])
    width = max(len(line) for block in blocks for line in block)
    rule = "─" * (width + 2)
    boxes = ["\n".join(f"│ {line:{width}} │" for line in block) for block in blocks]
    return f"```text\n┌{rule}┐\n" + f"\n├{rule}┤\n".join(boxes) + f"\n└{rule}┘\n```"


def draw_rooms(rooms: dict[str, str]) -> str:
    """Draw what each room is, in the words of its own file."""
    rows = [
        f"| `{district}` | `{name}` | {what} |"
        for district, name, what in ((*room.split("."), what) for room, what in rooms.items())
    ]
    return "\n".join(["| district | room | what it is |", "| --- | --- | --- |", *rows])


def read_purpose(package: Path) -> str:
    """Return the first sentence or line that a package, or a module, says about itself."""
    file = package / "__init__.py" if package.is_dir() else package.with_suffix(".py")
    said = ast.get_docstring(ast.parse(file.read_text("utf-8"))) or ""
    return said.partition("\n")[0].partition(". ")[0].removesuffix(".")


def draw_imports(districts: list[str], arrows: set[Arrow]) -> str:
    """Draw how many rooms of a district (a row) import how many of another (a column)."""
    counted = Counter(
        (source.partition(".")[0], target.partition(".")[0]) for source, target in arrows
    )
    head = ["imports", *districts[1:]]
    rows = [
        [source, *(str(counted[source, target] or "") for target in districts[1:])]
        for source in districts[:-1]
    ]
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(line)} |".replace("  ", " ") for line in lines)


def draw(root: Path) -> str:
    """Draw the whole map of a tree: the picture, who imports whom, and what each room is."""
    configuration, portal = (root / "pyproject.toml").read_text("utf-8"), root / "portal"
    layers = read_floors(configuration, "portal") or []
    districts = [name for layer in layers for name in layer if (portal / name).is_dir()]
    rooms = {district: list_rooms(portal, district) for district in districts}
    floors = {
        district: read_floors(configuration, f"portal.{district}") or [rooms[district]]
        for district in districts
    }
    parts = (
        draw_picture(floors, {one: read_purpose(portal / one) for one in districts}),
        draw_imports(districts, find_arrows(read_rooms(root))),
        draw_rooms(
            {
                f"{district}.{name}": read_purpose(portal / district / name)
                for district in districts
                for name in rooms[district]
            }
        ),
    )
    return "\n\n".join(parts)


def read_rooms(root: Path) -> list[Source]:
    """Return the sources that are inside a room."""
    return [
        source
        for source in read_tree(root)
        if source.is_python()
        and source.is_in("portal")
        and len(source.path.parts) > len(("portal", "district"))
        and source.path.parts[2] != "__init__.py"
    ]


def write(document: Path, root: Path) -> None:
    """Draw the map of a tree into the document."""
    text = document.read_text("utf-8")
    document.write_text(put_in(text, MAP, draw(root)), "utf-8")


if __name__ == "__main__":
    write(DOCUMENT, ROOT)
