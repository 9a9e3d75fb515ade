"""The release before serves on while the database is migrated: what is new only adds."""

from typing import Any

import pytest
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, inspect, text

from portal.operations.schema.migrate import upgrade
from portal.operations.schema.steps import find_compatible_from
from portal.operations.schema.version import KEYRING, MAIN, is_compatible, is_newest, newest
from portal.platform.settings import ROOT
from tests.migrations.released import known
from tests.migrations.test_schema import empty

__all__ = ["empty"]
BRANCHES = (MAIN, KEYRING)


def list_breaks(engine: Engine, tables: dict[str, list[str]]) -> list[str]:
    """What a program that knows these columns alone could not read, or not write."""
    found, seen = inspect(engine), []
    there = set(found.get_table_names())
    for table, columns in tables.items():
        now = {one["name"]: one for one in found.get_columns(table)} if table in there else {}
        seen += [f"{table}.{name} is gone" for name in columns if name not in now]
        for name, column in now.items():
            is_filled = column["nullable"] or column["default"] is not None
            if name not in columns and not is_filled:
                seen.append(f"{table}.{name} must be filled")
    return seen


@pytest.mark.parametrize("branch", BRANCHES)
def test_the_release_before_can_read_and_write_the_newest_schema(
    empty: Engine, branch: str
) -> None:
    upgrade(empty, branch)
    assert list_breaks(empty, known(branch)[1]) == []


def test_what_it_could_not_read_or_write_is_noticed(empty: Engine) -> None:
    upgrade(empty, MAIN)
    with empty.begin() as connection:
        connection.execute(text("ALTER TABLE letter RENAME COLUMN tries TO attempts"))
        connection.execute(text("ALTER TABLE handover RENAME TO transfer"))
    seen = list_breaks(empty, {"letter": ["id", "tries"], "handover": ["id"]})
    assert "letter.tries is gone" in seen
    assert "letter.kind must be filled" in seen
    assert "handover.id is gone" in seen


def scripts(branch: str) -> ScriptDirectory:
    configuration = Config()
    configuration.set_main_option("script_location", str(ROOT / "migrations" / branch))
    return ScriptDirectory.from_config(configuration)


def list_silent(directory: Any, since: str) -> list[str]:
    """The revisions after one that do not say on which programs' behalf they were made."""
    found = directory.iterate_revisions("head", since)
    return [one.revision for one in found if not hasattr(one.module, "compatible_from")]


@pytest.mark.parametrize("branch", BRANCHES)
def test_every_migration_since_says_from_which_on_programs_may_run_on_it(branch: str) -> None:
    revision, _ = known(branch)
    assert list_silent(scripts(branch), revision) == []
    assert find_compatible_from(scripts(branch), newest(branch)) <= revision


def test_one_that_does_not_say_is_noticed() -> None:
    assert list_silent(scripts(MAIN), "0011") == ["0012"]
    assert find_compatible_from(scripts(MAIN), "0012") == "0012", "it speaks for itself alone"


@pytest.mark.parametrize(
    ("revision", "mark", "may_run"),
    [
        ("9999", "OWN", True),
        ("9999", "0001", True),
        ("9999", "9998", False),
        ("9999", None, False),
        ("0001", "0001", False),
    ],
)
def test_a_program_runs_on_a_later_schema_only_if_that_says_it_may(
    empty: Engine, revision: str, mark: str | None, *, may_run: bool
) -> None:
    upgrade(empty, MAIN)
    assert is_compatible(empty, MAIN)
    mark = newest(MAIN) if mark == "OWN" else mark
    with empty.begin() as connection:
        connection.execute(
            text("UPDATE alembic_version SET version_num = :revision, compatible_from = :mark"),
            {"revision": revision, "mark": mark},
        )
    assert is_compatible(empty, MAIN) is may_run
    assert not is_newest(empty, MAIN)


def test_a_schema_that_does_not_say_who_may_run_on_it_is_for_its_own_program_alone(
    empty: Engine,
) -> None:
    upgrade(empty, MAIN)
    with empty.begin() as connection:
        connection.execute(text("ALTER TABLE alembic_version DROP COLUMN compatible_from"))
    assert is_compatible(empty, MAIN)
    with empty.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    assert not is_compatible(empty, MAIN)


def adds_blindly(text: str) -> bool:
    """Whether a revision that builds an index, and so commits half-way, cannot be begun again."""
    return "create_index" in text and "op.add_column(" in text and "has_column" not in text


def test_a_revision_that_commits_half_way_can_be_begun_again() -> None:
    files = (ROOT / "migrations").glob("*/versions/00*.py")
    texts = {file.name: file.read_text("utf-8") for file in files}
    ours = {name for name, text in texts.items() if "portal.operations.schema.steps import" in text}
    assert [name for name in sorted(ours) if adds_blindly(texts[name])] == []
    assert adds_blindly("op.add_column(1)\ncreate_index()")
