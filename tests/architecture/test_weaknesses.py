"""What makes a program weak is in no source of the portal, and each rule finds what breaks it."""

from pathlib import PurePosixPath

import pytest

from tests.architecture import rules, weaknesses
from tests.architecture.rules import Rule, Source

Case = tuple[Rule, str, str]
HALF = "0123456789abcdef"

BROKEN: tuple[Case, ...] = (
    (weaknesses.every_part_is_pinned, "requirements.txt", "flask>=3.1\n"),
    (weaknesses.every_part_is_pinned, "requirements.txt", "flask==3.1.3\n    # via\n"),
    (weaknesses.every_part_is_pinned, "requirements-build.txt", "brotli>=1.2\n"),
    (weaknesses.no_secret_is_written_down, "deploy/a.pem", "-----BEGIN " + "EC PRIVATE KEY-----"),
    (weaknesses.no_secret_is_written_down, "docs/a.md", f"PORTAL_SECRET_KEY={HALF}" + HALF),
    (weaknesses.no_secret_is_written_down, "portal/a.py", f"token = '{HALF}" + f"{HALF}'"),
    (weaknesses.no_secret_is_written_down, "portal/a.py", "AKIA" + "ABCDEFGHIJKLMNOP"),
    (weaknesses.only_what_is_needed_is_imported, "portal/operations/app.py", "import tests.world"),
    (
        weaknesses.only_what_is_needed_is_imported,
        "portal/operations/app.py",
        "from pytest import fixture",
    ),
    (weaknesses.only_what_is_needed_is_imported, "portal/desk/cases/service.py", "import pickle"),
    (
        weaknesses.only_what_is_needed_is_imported,
        "portal/desk/cases/routes.py",
        "from csv import *",
    ),
    (
        weaknesses.only_what_is_needed_is_imported,
        "portal/consent/list_import/sheets.py",
        "import pickle",
    ),
    (weaknesses.patterns_are_linear, "portal/a.py", "re.compile(r'(a+)+$')"),
    (weaknesses.patterns_are_linear, "portal/a.py", "re.search(r'^(\\w+\\s?)*$', text)"),
    (weaknesses.patterns_are_linear, "portal/a.py", "re.match(r'(?:a|a)*b', text)"),
    (weaknesses.patterns_are_linear, "portal/a.py", "re.sub(r'((a{1,40}){2,50})x', '', text)"),
    (weaknesses.patterns_are_linear, "portal/a.py", "re.fullmatch(r'(\\d\\d*)*', text)"),
    (weaknesses.patterns_are_linear, "portal/a.py", "re.fullmatch(typed, text)"),
    (weaknesses.secrets_are_not_printed, "portal/a.py", "@dataclass\nclass A:\n    token: str"),
    (
        weaknesses.secrets_are_not_printed,
        "portal/a.py",
        "@dataclass(slots=True)\nclass A:\n    password: str = field(default='')",
    ),
    (weaknesses.tokens_are_long, "portal/a.py", "secrets.token_urlsafe(8)"),
    (weaknesses.tokens_are_long, "portal/a.py", "token_hex(15)"),
    (weaknesses.tokens_are_long, "portal/a.py", "os.urandom(length)"),
    (weaknesses.tokens_are_long, "portal/a.py", "uuid.uuid1()"),
)
KEPT: tuple[Case, ...] = (
    (weaknesses.every_part_is_pinned, "requirements.txt", "a==1 \\\n    --hash=sha256:ab\n"),
    (weaknesses.every_part_is_pinned, "requirements.in", "flask\n"),
    (weaknesses.no_secret_is_written_down, "docs/a.md", "PORTAL_SECRET_KEY=…  # 32 characters"),
    (weaknesses.no_secret_is_written_down, "portal/a.py", "token = secrets.token_hex(32)"),
    (weaknesses.only_what_is_needed_is_imported, "tests/a.py", "import pytest"),
    (weaknesses.only_what_is_needed_is_imported, "portal/a.py", "import json"),
    (
        weaknesses.only_what_is_needed_is_imported,
        "portal/consent/list_import/sheets.py",
        "import csv",
    ),
    (weaknesses.patterns_are_linear, "portal/a.py", "re.compile(r'^[A-Z]{0,3}[0-9]{6,14}$')"),
    (weaknesses.patterns_are_linear, "portal/a.py", "re.search(r'(\\d+)(\\.\\d+)*', told)"),
    (weaknesses.patterns_are_linear, "portal/a.py", "re.sub(r'(?:a|b)[\\W_]+', '', text)"),
    (weaknesses.patterns_are_linear, "tests/a.py", "re.compile(r'(a+)+$')"),
    (
        weaknesses.secrets_are_not_printed,
        "portal/a.py",
        "@dataclass\nclass A:\n    token: str = field(repr=False)",
    ),
    (
        weaknesses.secrets_are_not_printed,
        "portal/a.py",
        "@dataclass\nclass A:\n    token: str\n\n    def __repr__(self): ...",
    ),
    (weaknesses.secrets_are_not_printed, "portal/a.py", "class AForm:\n    password: str = ''"),
    (weaknesses.tokens_are_long, "portal/a.py", "secrets.token_urlsafe(16)"),
    (weaknesses.tokens_are_long, "portal/a.py", "os.urandom(NONCE_BYTES); uuid4()"),
    (weaknesses.tokens_are_long, "portal/a.py", "secrets.token_urlsafe()"),
    (weaknesses.tokens_are_long, "tests/a.py", "secrets.token_hex(4)"),
)


def name_of(value: object) -> str | None:
    return getattr(value, "__name__", None)


def source(path: str, text: str) -> Source:
    return Source(PurePosixPath(path), text)


@pytest.fixture(scope="module")
def tree() -> list[Source]:
    return rules.read_tree(rules.ROOT)


def faults(rule: Rule, tree: list[Source]) -> str:
    return "\n".join(fault for file in tree for fault in rule(file))


def test_no_secret_stands_in_the_tree(tree: list[Source]) -> None:
    assert not faults(weaknesses.no_secret_is_written_down, tree)


def test_no_pattern_can_be_made_to_run_for_ever(tree: list[Source]) -> None:
    assert not faults(weaknesses.patterns_are_linear, tree)


def test_whatever_must_not_be_guessed_has_128_random_bits(tree: list[Source]) -> None:
    assert not faults(weaknesses.tokens_are_long, tree)


def test_whoever_prints_something_prints_no_secret(tree: list[Source]) -> None:
    assert not faults(weaknesses.secrets_are_not_printed, tree)


def test_nothing_for_tests_and_nothing_that_runs_what_it_reads_is_installed(
    tree: list[Source],
) -> None:
    assert not faults(weaknesses.only_what_is_needed_is_imported, tree)


def test_every_package_is_pinned_with_its_hash(tree: list[Source]) -> None:
    assert not faults(weaknesses.every_part_is_pinned, tree)


@pytest.mark.parametrize(("rule", "path", "text"), BROKEN, ids=name_of)
def test_what_breaks_a_rule_is_found(rule: Rule, path: str, text: str) -> None:
    assert len(rule(source(path, text))) == 1


@pytest.mark.parametrize(("rule", "path", "text"), KEPT, ids=name_of)
def test_what_keeps_a_rule_is_left_alone(rule: Rule, path: str, text: str) -> None:
    assert rule(source(path, text)) == []


def test_every_rule_has_been_tried_both_ways() -> None:
    assert {rule for rule, *_ in BROKEN} == {rule for rule, *_ in KEPT} == set(weaknesses.RULES)
