"""What holds for every file: the portal keeps each rule, and each rule finds what breaks it."""

from pathlib import Path, PurePosixPath

import pytest

from tests.architecture import rules
from tests.architecture.rules import Rule, Source

RULES: tuple[Rule, ...] = (
    rules.addresses_are_looked_up_in_one_way,
    rules.everything_named_is_in_the_tree,
    rules.examples_belong_to_nobody,
    rules.files_are_short,
    rules.nothing_else_needs_optional_answers,
    rules.only_commands_print,
    rules.only_the_client_speaks_http,
    rules.only_the_log_opens_a_log,
    rules.only_the_unit_of_work_ends_a_transaction,
    rules.queries_say_what_they_give,
    rules.rooms_hold_only_known_files,
    rules.services_take_work_first,
    rules.views_are_thin,
)
LONG_VIEW = "def edit():\n" + "    pass\n" * rules.LONGEST_VIEW
LONG_FILE = "x = 1\n" * (rules.LONGEST_FILE + 1)
# Written in two halves, so that this file keeps the rules it tries.
SOMEBODYS_ADDRESS = "someone@" + "mail.co.uk"
SOMEBODYS_MOBILE = "07911" + " 123456"

Case = tuple[Rule, str, str]

BROKEN: tuple[Case, ...] = (
    (rules.addresses_are_looked_up_in_one_way, "portal/a.py", "work.vault.lookup_hash(EMAIL, a)"),
    (rules.addresses_are_looked_up_in_one_way, "portal/a.py", "vault.lookup_hash('email', a)"),
    (rules.everything_named_is_in_the_tree, "docs/start.md", "see /ho" + "me/ada/portal"),
    (rules.everything_named_is_in_the_tree, "docs/start.md", "see ../shar" + "ed/house.md"),
    (rules.everything_named_is_in_the_tree, "requirements.txt", "--index-" + "url https://a.test"),
    (rules.examples_belong_to_nobody, "docs/words.md", f"write to {SOMEBODYS_ADDRESS}"),
    (rules.examples_belong_to_nobody, "tests/test_a.py", f"to = '{SOMEBODYS_ADDRESS}'"),
    (rules.examples_belong_to_nobody, "docs/words.md", f"ring {SOMEBODYS_MOBILE}"),
    (rules.examples_belong_to_nobody, "docs/words.md", f"ring +44 (0){SOMEBODYS_MOBILE[1:]}"),
    (rules.examples_belong_to_nobody, "docs/words.md", "ring 020" + " 7123 4567"),
    (rules.files_are_short, "portal/platform/core/work.py", LONG_FILE),
    (
        rules.nothing_else_needs_optional_answers,
        "portal/consent/marketing/queries.py",
        "from portal.consent.surveys.queries import list_answers",
    ),
    (
        rules.nothing_else_needs_optional_answers,
        "portal/operations/demo_data.py",
        "from portal.consent.surveys.models import SurveyAnswerRow",
    ),
    (
        rules.nothing_else_needs_optional_answers,
        "portal/consent/list_screening/service.py",
        "from portal.consent import surveys",
    ),
    (
        rules.nothing_else_needs_optional_answers,
        "portal/operations/app.py",
        "import portal.consent.surveys.queries",
    ),
    (
        rules.nothing_else_needs_optional_answers,
        "portal/desk/cases/queries.py",
        "session.execute(text('SELECT * FROM survey_answer'))",
    ),
    (rules.only_commands_print, "portal/desk/cases/service.py", "print('hello')"),
    (
        rules.only_the_client_speaks_http,
        "portal/platform/core/webhooks.py",
        "from http.client import HTTPSConnection",
    ),
    (
        rules.only_the_client_speaks_http,
        "portal/identity/credentials/service.py",
        "urllib.request.urlopen(url)",
    ),
    (
        rules.only_the_log_opens_a_log,
        "portal/operations/worker/worker.py",
        "import logging\nlogging.getLogger()",
    ),
    (
        rules.only_the_log_opens_a_log,
        "portal/operations/worker/worker.py",
        "from logging import getLogger",
    ),
    (
        rules.only_the_unit_of_work_ends_a_transaction,
        "portal/operations/app.py",
        "session.commit()",
    ),
    (rules.only_the_unit_of_work_ends_a_transaction, "portal/desk/cases/work.py", "s.rollback()"),
    (
        rules.only_the_unit_of_work_ends_a_transaction,
        "portal/operations/worker/worker.py",
        "with e.begin(): pass",
    ),
    (
        rules.queries_say_what_they_give,
        "portal/desk/cases/queries.py",
        "def fetch_case(session): ...",
    ),
    (
        rules.queries_say_what_they_give,
        "portal/desk/cases/queries.py",
        "def get_case(reference): ...",
    ),
    (rules.queries_say_what_they_give, "portal/desk/cases/queries.py", "def count_cases(): ..."),
    (rules.rooms_hold_only_known_files, "portal/desk/cases/triage.py", ""),
    (rules.rooms_hold_only_known_files, "portal/desk/cases/rules/triage.py", ""),
    (rules.rooms_hold_only_known_files, "portal/platform/web/utils.py", ""),
    (rules.rooms_hold_only_known_files, "portal/date_helpers.py", ""),
    (
        rules.services_take_work_first,
        "portal/desk/cases/service.py",
        "def close_case(case, work): ...",
    ),
    (
        rules.services_take_work_first,
        "portal/desk/cases/service.py",
        "def close_case(*, work): ...",
    ),
    (rules.views_are_thin, "portal/desk/cases/routes.py", LONG_VIEW),
    (rules.views_are_thin, "portal/desk/cases/staff_routes.py", LONG_VIEW),
)

KEPT: tuple[Case, ...] = (
    (
        rules.addresses_are_looked_up_in_one_way,
        "portal/identity/contact_index/a.py",
        "v.lookup_hash(EMAIL, a)",
    ),
    (rules.addresses_are_looked_up_in_one_way, "portal/a.py", "work.vault.lookup_hash(KIND, a)"),
    (rules.everything_named_is_in_the_tree, "docs/start.md", "https://example.com/work/ ./home/"),
    (rules.examples_belong_to_nobody, "docs/words.md", "ada@example.com, 07700 900123, @app.route"),
    (rules.examples_belong_to_nobody, "docs/words.md", "020 7946 0018, +44 1632 960001"),
    (rules.examples_belong_to_nobody, "docs/words.md", "postgresql+psycopg://portal@localhost/db"),
    (rules.examples_belong_to_nobody, "static/i.svg", '<path d="M0 10.5 0 0 124 567 0-4000"/>'),
    (rules.files_are_short, "tests/test_long.py", LONG_FILE),
    (
        rules.nothing_else_needs_optional_answers,
        "portal/consent/surveys/service.py",
        "from portal.consent.surveys import queries",
    ),
    (
        rules.nothing_else_needs_optional_answers,
        "portal/operations/data_inventory.py",
        "from portal.consent.surveys import held as surveys",
    ),
    (
        rules.nothing_else_needs_optional_answers,
        "portal/consent/marketing/queries.py",
        "from portal.consent.surveys_of_ours import queries",
    ),
    (rules.only_commands_print, "portal/operations/cli/staff.py", "print('hello')"),
    (
        rules.only_the_client_speaks_http,
        "portal/platform/core/http_client.py",
        "from http.client import HTTPSConnection",
    ),
    (rules.only_the_log_opens_a_log, "portal/platform/core/log.py", "logging.getLogger()"),
    (rules.only_the_unit_of_work_ends_a_transaction, "portal/platform/core/work.py", "s.commit()"),
    (
        rules.only_the_unit_of_work_ends_a_transaction,
        "portal/platform/encryption/keyring.py",
        "e.begin()",
    ),
    (
        rules.queries_say_what_they_give,
        "portal/desk/cases/queries.py",
        "def list_all(session): ...",
    ),
    (rules.queries_say_what_they_give, "portal/desk/cases/queries.py", "def _rows(select): ..."),
    (rules.rooms_hold_only_known_files, "portal/desk/cases/held.py", ""),
    (rules.rooms_hold_only_known_files, "portal/platform/web/fields.py", ""),
    (
        rules.services_take_work_first,
        "portal/desk/cases/service.py",
        "def close_case(work, case): ...",
    ),
    (
        rules.services_take_work_first,
        "portal/identity/staff_accounts/service.py",
        "def sign_in(works, name): ...",
    ),
    (rules.views_are_thin, "portal/desk/cases/routes.py", LONG_VIEW.removesuffix("    pass\n")),
)


def source(path: str, text: str) -> Source:
    return Source(PurePosixPath(path), text)


def name_of(value: object) -> str | None:
    return getattr(value, "__name__", None)


@pytest.fixture(scope="module")
def tree() -> list[Source]:
    return rules.read_tree(rules.ROOT)


@pytest.mark.parametrize("rule", RULES, ids=name_of)
def test_the_portal_keeps_the_rule(rule: Rule, tree: list[Source]) -> None:
    faults = [fault for file in tree for fault in rule(file)]
    assert not faults, "\n".join(faults)


@pytest.mark.parametrize(("rule", "path", "text"), BROKEN, ids=name_of)
def test_what_breaks_a_rule_is_found(rule: Rule, path: str, text: str) -> None:
    assert len(rule(source(path, text))) == 1


@pytest.mark.parametrize(("rule", "path", "text"), KEPT, ids=name_of)
def test_what_keeps_a_rule_is_left_alone(rule: Rule, path: str, text: str) -> None:
    assert rule(source(path, text)) == []


def test_every_rule_has_been_tried_both_ways() -> None:
    assert {rule for rule, *_ in BROKEN} == {rule for rule, *_ in KEPT} == set(RULES)


def test_the_whole_tree_is_read(tree: list[Source]) -> None:
    read = {str(file.path) for file in tree}
    assert {"portal/platform/core/work.py", "tests/architecture/rules.py", "pyproject.toml"} <= read


def test_what_is_not_ours_or_not_text_is_not_read(tmp_path: Path) -> None:
    for name in (".venv/a.py", ".git/config", ".ruff_cache/b", "instance/c.key", "portal/d.py"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("x = 1")
    (tmp_path / "portal" / "font.woff2").write_bytes(b"\xff\xfe\xfa")
    assert [str(file.path) for file in rules.read_tree(tmp_path)] == ["portal/d.py"]
