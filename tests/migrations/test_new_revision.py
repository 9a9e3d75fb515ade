"""A new migration begins as a file that both databases' tools can read."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from alembic.config import Config
from alembic.script import ScriptDirectory

from portal.operations.schema.version import KEYRING, MAIN, newest
from portal.platform.settings import ROOT

TOOLS = Path(sys.executable).parent
NAME = re.compile(r"\d{4}_[a-z0-9_]+\.py")


def begin_revision(folder: Path, branch: str, *arguments: str) -> Path:
    """Run the command of CONTRIBUTING.md in a copy of the migrations, and return the new file."""
    shutil.copytree(
        ROOT / "migrations", folder / "migrations", ignore=shutil.ignore_patterns("__pycache__")
    )
    versions = folder / "migrations" / branch / "versions"
    before = set(versions.glob("*.py"))
    subprocess.run(  # noqa: S603  # our own tool, with the arguments above
        [TOOLS / "alembic", "-c", "migrations/alembic.ini", "-n", branch, "revision", *arguments],
        cwd=folder,
        env={"PYTHONPATH": str(ROOT)},
        capture_output=True,
        check=True,
    )
    (made,) = set(versions.glob("*.py")) - before
    return made


@pytest.mark.parametrize("branch", [MAIN, KEYRING])
def test_a_new_migration_follows_the_newest_and_says_who_may_run_on_it(
    tmp_path: Path, branch: str
) -> None:
    made = begin_revision(tmp_path, branch, "--rev-id", "0099", "-m", "When a parcel was sent.")
    assert made.name == "0099_when_a_parcel_was_sent.py"
    assert NAME.fullmatch(made.name)

    configuration = Config()
    configuration.set_main_option("script_location", str(made.parents[1]))
    script = ScriptDirectory.from_config(configuration).get_revision("0099")
    assert script is not None
    assert script.down_revision == newest(branch)
    assert script.doc == "When a parcel was sent."
    assert script.module.compatible_from == "0099", "until somebody says that it only adds"


@pytest.mark.parametrize("branch", [MAIN, KEYRING])
def test_a_new_migration_is_laid_out_as_ours_are(tmp_path: Path, branch: str) -> None:
    made = begin_revision(tmp_path, branch, "--rev-id", "0099", "-m", "When a parcel was sent")
    subprocess.run(  # noqa: S603  # our own tool
        [TOOLS / "ruff", "format", "--check", "--config", ROOT / "pyproject.toml", made], check=True
    )


def test_migrations_are_numbered() -> None:
    files = (ROOT / "migrations").glob("*/versions/[!_]*.py")
    assert [file.name for file in files if not NAME.fullmatch(file.name)] == []


def test_a_migration_without_a_number_is_noticed(tmp_path: Path) -> None:
    assert not NAME.fullmatch(begin_revision(tmp_path, MAIN, "-m", "No number").name)
