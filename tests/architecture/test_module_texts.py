"""What people read in modules is in the catalogue."""

from pathlib import Path

import pytest

from tests.architecture.module_texts import ALLOWED, OTHERS, find_unmarked_of
from tests.architecture.rules import ROOT

LEFT = tuple(sorted(OTHERS))
MODULES = {str(path.relative_to(ROOT)): path for path in sorted((ROOT / "portal").rglob("*.py"))}
READ = [name for name in MODULES if not name.startswith(LEFT)]


def unmarked(name: str) -> list[str]:
    return find_unmarked_of(MODULES[name].read_text("utf-8"))


@pytest.mark.parametrize("folder", sorted({str(Path(name).parent) for name in READ}))
def test_no_text_of_a_module_stands_outside_the_catalogue(folder: str) -> None:
    names = [name for name in READ if str(Path(name).parent) == folder]
    found = {name: [one for one in unmarked(name) if one not in ALLOWED] for name in names}
    assert not {name: some for name, some in found.items() if some}, "write _(…) or _n(…)"


def test_nothing_is_allowed_or_left_alone_that_stands_nowhere() -> None:
    assert {one for name in READ for one in unmarked(name)} == set(ALLOWED)
    found = {one for one in LEFT for name in MODULES if name.startswith(one) and unmarked(name)}
    assert found == set(LEFT), "these have no texts outside the catalogue any more"


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ('DONE = "We have saved it."', "We have saved it."),
        ('label = line("Name")', "Name"),
        ('flash(f"Added to {name}.", "ok")', "Added to "),
        ('said = f"From {name}"', "From "),
        ('said = _(f"Added to {name}.")', "Added to "),
        ('said = _("Added {what}", what="a little more")', "a little more"),
        ('said = _("Added") + " and kept"', " and kept"),
        ('said = _n("{number} day", "{number} days", 1, more="of two")', "of two"),
        ('WORDS = {Topic.COPY: ("A copy", "info")}', "A copy"),
        ('def say(words: str = "Not at all") -> None: ...', "Not at all"),
        ('raise ValidationError("Choose one of them")', "Choose one of them"),
        ('class A:\n    words: str = "In a class"', "In a class"),
        ('said = ("One of"\n        " two lines")', "One of two lines"),
    ],
)
def test_a_text_outside_the_catalogue_is_found(source: str, found: str) -> None:
    assert find_unmarked_of(source) == [found]


@pytest.mark.parametrize(
    "source",
    [
        '"""What it is."""',
        'X = 1\n"""What it is for."""',
        'def f() -> None:\n    """Do it at once."""',
        'DONE = _("We have saved it.")',
        'DONE = _("One of" " two lines")',
        'DAYS = _n("{number} day of", "{number} days of", number)',
        'raise ValueError("Not of this kind")',
        'log.warning("it is so", why="of that")',
        'PATTERN = re.compile("[a-z] or [a-z ]+")',
        'found = "no such table" in words or words == "not so"',
        'words.split(" and "), words.replace(" of ", " ")',
        'def f(value: "list of it") -> "a kind of": ...',
        'kind = "preferences:choice:made"',
    ],
)
def test_what_nobody_reads_and_what_is_marked_is_left_alone(source: str) -> None:
    assert find_unmarked_of(source) == []
