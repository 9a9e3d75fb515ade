"""What docs/decisions must look like, and the index that is drawn from it.

python -m tests.architecture.decisions    draws the index anew
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from tests.architecture.routes_table import put_in
from tests.architecture.rules import ROOT

FOLDER = ROOT / "docs/decisions"
INDEX = "index of the decisions"
FILE = re.compile(r"(?P<number>\d{4})-[a-z0-9-]+\.md")
FORM = re.compile(
    r"# (?P<number>\d+)\. (?P<title>\S.*)\n"
    r"\n"
    r"- \*\*Date\.\*\* (?P<date>20\d\d-\d\d-\d\d)\n"
    r"- \*\*Status\.\*\* (?P<status>accepted"
    r"|(?:accepted; in part )?superseded by (?P<by>\d+(?:, \d+)*))\n"
    r"- \*\*Supersedes\.\*\* (?:nothing|(?P<of>\d+(?:, \d+)*)(?:, in part)?)\n"
    r"\n"
    r"\S"
)


@dataclass(frozen=True, slots=True)
class Decision:
    """What the head of a decision says; the sets are numbers of others."""

    number: int
    title: str
    date: str
    status: str
    superseded_by: frozenset[int] = field(default_factory=frozenset)
    supersedes: frozenset[int] = field(default_factory=frozenset)


def read_decision(name: str, text: str) -> Decision:
    """Return what a file says of itself; raises `ValueError` where its form is another."""
    file, form = FILE.fullmatch(name), FORM.match(text)
    if file is None or form is None:
        raise ValueError(f"{name}: begin it as the others: title with number, date, status")
    if int(file["number"]) != int(form["number"]):
        raise ValueError(f"{name}: its title has another number")
    return Decision(
        number=int(form["number"]),
        title=form["title"],
        date=form["date"],
        status=form["status"],
        superseded_by=_read_numbers(form["by"]),
        supersedes=_read_numbers(form["of"]),
    )


def list_faults(decisions: list[Decision]) -> list[str]:
    """Return where two decisions do not say the same of each other, or share a number."""
    numbers = [one.number for one in decisions]
    faults = [
        f"{number} stands twice" for number in sorted(set(numbers)) if numbers.count(number) > 1
    ]
    known = {one.number: one for one in decisions}
    for one in decisions:
        for other in sorted(one.superseded_by | one.supersedes):
            if other not in known:
                faults.append(f"{one.number} names {other}, which is not there")
            elif other in one.superseded_by and one.number not in known[other].supersedes:
                faults.append(f"{other} does not say that it supersedes {one.number}")
            elif other in one.supersedes and one.number not in known[other].superseded_by:
                faults.append(f"{other} does not say that it is superseded by {one.number}")
    return faults


def read_folder(folder: Path) -> Iterator[tuple[str, Decision]]:
    """Yield every decision with the name of its file, the oldest first."""
    for file in sorted(folder.glob("*.md")):
        if file.name != "README.md":
            yield file.name, read_decision(file.name, file.read_text("utf-8"))


def draw_index(found: list[tuple[str, Decision]]) -> str:
    """Draw one row a decision."""
    rows = [
        f"| {one.number} | [{one.title}]({name}) | {one.date} | {one.status} |"
        for name, one in found
    ]
    return "\n".join(["| no. | decision | date | status |", "|---|---|---|---|", *rows])


def write(folder: Path) -> None:
    """Write the index of a folder."""
    document = folder / "README.md"
    text = put_in(document.read_text("utf-8"), INDEX, draw_index(list(read_folder(folder))))
    document.write_text(text, "utf-8")


def _read_numbers(said: str | None) -> frozenset[int]:
    return frozenset(map(int, said.split(", "))) if said else frozenset()


if __name__ == "__main__":
    write(FOLDER)
