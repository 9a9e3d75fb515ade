"""docs/security.md names a test for each requirement, and the tests are there."""

import pytest

from tests.architecture import security_map
from tests.architecture.rules import ROOT
from tests.architecture.security_map import CLAIM, Row, Tests

ASKED = {
    "1.2": (1, 2, 3, 4, 10),
    "1.3": (2, 7, 11, 12),
    "1.5": (2,),
    "2.1": (1, 3),
    "2.2": (1, 2, 3),
    "2.3": (1, 3),
    "2.4": (1,),
    "3.2": (1,),
    "3.3": (1, 2, 3, 4, 5),
    "3.4": (1, 2, 3, 4, 5, 6, 7, 8),
    "3.5": (1, 3, 8),
    "3.6": (1,),
    "3.7": (2,),
    "4.1": (1, 3, 4),
    "4.2": (1,),
    "5.4": (2,),
    "6.1": (1, 2, 3),
    "6.2": (1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12),
    "6.3": (1, 2, 3, 4, 5, 7, 8),
    "6.4": (1, 2, 3, 6),
    "6.5": (1, 2, 3, 4, 5),
    "7.1": (1, 2),
    "7.2": (1, 2, 3, 4),
    "7.3": (1, 2),
    "7.4": (1, 2, 3, 4, 5),
    "7.5": (1, 2, 3),
    "8.1": (1, 2),
    "8.2": (1, 2, 3),
    "8.3": (1, 2),
    "11.1": (2,),
    "11.3": (2, 3, 4),
    "11.4": (2,),
    "11.5": (1,),
    "12.1": (1, 2),
    "12.2": (1,),
    "12.3": (1, 2),
    "13.1": (3,),
    "13.2": (2, 6),
    "13.3": (1,),
    "13.4": (1, 2, 3, 4, 5, 6),
    "14.1": (1, 2),
    "14.2": (1, 2, 3, 6, 7),
    "14.3": (1, 2, 3),
    "15.1": (2,),
    "15.2": (1, 3),
    "15.3": (1, 3, 4, 7),
    "15.4": (2,),
    "16.1": (1,),
    "16.2": (1, 5),
    "16.3": (1, 2, 3, 4),
    "16.4": (1, 2),
    "16.5": (1, 2, 3, 4),
}
"""What applies here of ASVS 5.0, by section: levels 1 and 2, and what makes sense of level 3."""
ASVS = frozenset(f"{section}.{number}" for section, numbers in ASKED.items() for number in numbers)
NIST = frozenset(
    {"answers", "blocklist", "length", "no further rules", "once more", "tries", "typing"}
)
HOSTILE = frozenset(
    {
        "broken characters", "chance", "cookies", "enumeration", "foreign things", "forged forms",
        "formulas", "guessing", "hosts", "links", "log", "mail headers", "mass assignment",
        "naughty strings", "redirects", "scripts at second hand", "sizes", "smuggling",
        "stolen greeting",
    }
)  # fmt: skip
COMPENSATIONS = frozenset(
    {
        "a fixed list", "avoided", "counted", "hashed", "never alone", "not for colleagues",
        "not guessable", "replaced", "the whole answer", "told",
    }
)  # fmt: skip
D_1 = "## Deviation D-1: the security question (ASVS 6.4.2)"
TABLES = {
    "## ASVS 5.0": ASVS,
    "## Passwords and answers (NIST SP 800-63B-4)": NIST,
    "## Hostile input": HOSTILE,
    D_1: COMPENSATIONS,
}


@pytest.fixture(scope="module")
def text() -> str:
    return (ROOT / "docs/security.md").read_text("utf-8")


@pytest.fixture(scope="module")
def tests() -> Tests:
    return security_map.read_tests(ROOT)


def test_the_list_is_whole() -> None:
    assert len(ASVS) == 148


@pytest.mark.parametrize("heading", TABLES)
def test_each_row_names_a_test_that_is_there_or_a_reason(
    text: str, tests: Tests, heading: str
) -> None:
    rows = security_map.read_table(text, heading)
    faults = security_map.wrong_rows(rows, TABLES[heading], tests)
    assert not faults, "\n".join(faults)


def test_the_document_claims_what_it_holds(text: str) -> None:
    assert security_map.wrong_claim(text) == []


def test_each_compensation_of_the_deviation_is_tested(text: str, tests: Tests) -> None:
    assert security_map.untested_rows(security_map.read_table(text, D_1), tests) == []


def test_only_what_cannot_be_tested_has_a_reason(text: str) -> None:
    rows = security_map.read_table(text, "## ASVS 5.0")
    assert {row[0] for row in rows if row[-1].startswith("Reason:")} == {"6.4.2", "15.2.1"}


KNOWN: Tests = {"tests/test_a.py": frozenset({"test_one", "test_two"})}
ONE, TWO = "`tests/test_a.py::test_one`", "`tests/test_a.py::test_two`"
GOOD: Row = ["1.1", "what it asks", f"{ONE}, {TWO}. ruff S608"]


def faults_of(*rows: Row) -> list[str]:
    return security_map.wrong_rows(rows, frozenset({"1.1"}), KNOWN)


def test_a_good_row_is_left_alone() -> None:
    reason = "Reason: nobody can do this here, and nobody needs to"
    assert faults_of(GOOD) == faults_of(["1.1", "what it asks", reason]) == []
    assert security_map.untested_rows([GOOD], KNOWN) == []


@pytest.mark.parametrize(
    "rows",
    [
        [],
        [GOOD, ["1.2", "what it asks", ONE]],
        [GOOD, GOOD],
        [["1.1", "", ONE]],
        [["1.1", "what it asks"]],
        [["1.1", "what it asks", ""]],
        [["1.1", "what it asks", "we are careful with this, always"]],
        [["1.1", "what it asks", "Reason:"]],
        [["1.1", "what it asks", "Reason: too hard for us"]],
        [["1.1", "what it asks", "`tests/test_a.py::test_three`"]],
        [["1.1", "what it asks", "`tests/test_b.py::test_one`"]],
        [["1.1", "what it asks", f"{ONE}, {ONE}"]],
        [["1.1", "what it asks", f"{ONE}, tests/test_a.py::test_two"]],
    ],
    ids=str,
)
def test_a_row_that_holds_nothing_is_found(rows: list[Row]) -> None:
    assert len(faults_of(*rows)) == 1


def test_a_compensation_without_a_test_is_found() -> None:
    rows = [["a", "b", "Reason: nobody can do this here, and nobody needs to"]]
    assert len(security_map.untested_rows(rows, KNOWN)) == 1


def test_a_document_that_claims_more_or_nothing_is_found() -> None:
    assert security_map.wrong_claim(f"We hold\n{CLAIM}, with more.") == []
    for text in ("", "ASVS 5.0 level 2", "ASVS 5.0 level 3 except 6.4.2 (D-1)"):
        assert len(security_map.wrong_claim(text)) == 1


def test_a_table_ends_where_the_next_begins() -> None:
    text = "# A\n\n## One\n\nWords\n\n| a | b |\n|---|---|\n| 1 | |\n\n| c |\n|---|\n| 2 |\n"
    assert security_map.read_table(text, "## One") == [["1", ""]]
    assert security_map.read_table(text + "\n## Two\n\n## Three\n| d |\n", "## Two") == []
    assert security_map.read_table(text, "## None") == []


def test_the_tests_are_read_from_their_files(tests: Tests) -> None:
    here = tests["tests/architecture/test_security_map.py"]
    assert "test_the_tests_are_read_from_their_files" in here
    assert "faults_of" not in here
