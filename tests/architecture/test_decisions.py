"""Every decision has its date and status, and the index lists them all."""

import pytest

from tests.architecture import decisions
from tests.architecture.decisions import FOLDER, INDEX, Decision
from tests.architecture.routes_table import put_in

GOOD = """# 7. A title

- **Date.** 2026-11-30
- **Status.** accepted; in part superseded by 8, 9
- **Supersedes.** 3, in part

Why.
"""


def decision(number: int, by: set[int], of: set[int]) -> Decision:
    return Decision(number, "A title", "2026-11-30", "accepted", frozenset(by), frozenset(of))


def test_every_decision_has_its_form_and_they_agree_with_each_other() -> None:
    assert decisions.list_faults([one for _, one in decisions.read_folder(FOLDER)]) == []


def test_the_index_lists_every_decision() -> None:
    text = (FOLDER / "README.md").read_text("utf-8")
    drawn = put_in(text, INDEX, decisions.draw_index(list(decisions.read_folder(FOLDER))))
    assert drawn == text, "draw it anew: python -m tests.architecture.decisions"


def test_what_a_head_says_is_read() -> None:
    read = decisions.read_decision("0007-a-title.md", GOOD)
    assert (read.number, read.title, read.date) == (7, "A title", "2026-11-30")
    assert read.superseded_by == {8, 9}
    assert read.supersedes == {3}


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("0008-a-title.md", GOOD),
        ("7-a-title.md", GOOD),
        ("0007-a-title.md", GOOD.replace("# 7. ", "# ")),
        ("0007-a-title.md", GOOD.replace("2026-11-30", "30 November")),
        ("0007-a-title.md", GOOD.replace("- **Date.** 2026-11-30\n", "")),
        ("0007-a-title.md", GOOD.replace("accepted; in part superseded", "old, superseded")),
        ("0007-a-title.md", GOOD.replace("- **Supersedes.** 3, in part\n", "")),
    ],
)
def test_another_form_is_refused(name: str, text: str) -> None:
    with pytest.raises(ValueError, match=name):
        decisions.read_decision(name, text)


@pytest.mark.parametrize(
    ("found", "fault"),
    [
        (
            [decision(1, {2}, set()), decision(2, set(), set())],
            "2 does not say that it supersedes 1",
        ),
        (
            [decision(1, set(), set()), decision(2, set(), {1})],
            "1 does not say that it is superseded by 2",
        ),
        ([decision(1, {5}, set())], "1 names 5, which is not there"),
        ([decision(1, set(), set()), decision(1, set(), set())], "1 stands twice"),
    ],
)
def test_decisions_that_contradict_each_other_are_noticed(
    found: list[Decision], fault: str
) -> None:
    assert decisions.list_faults(found) == [fault]


def test_decisions_that_agree_are_left_alone() -> None:
    assert decisions.list_faults([decision(1, {2}, set()), decision(2, set(), {1})]) == []
