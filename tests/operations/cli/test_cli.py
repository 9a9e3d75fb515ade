"""The commands, as somebody at a terminal runs them."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from portal.consent.purposes.queries import get_catalogue
from portal.consent.purposes.rules import FIRST
from portal.identity.credentials.rules import QUESTIONS
from portal.operations import demo_data
from portal.operations.data_inventory import HELD
from portal.platform.runtime import assemble
from portal.platform.settings import read_settings
from tests.commands import PATIENCE, REAL, run


def start(instance: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """Start Python anew for a command, which `run` does not."""
    return subprocess.run(  # noqa: S603  # our own program
        [sys.executable, "-m", "portal", *words],
        env={**os.environ, **REAL, "PORTAL_INSTANCE": str(instance)},
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )


def test_help_lists_the_commands(tmp_path: Path) -> None:
    told = start(tmp_path, "--help")
    assert told.returncode == 0
    for command in ("serve", "worker", "migrate", "demo", "staff add", "settings", "demo-code"):
        assert command in told.stdout
    assert "Exit codes" in told.stdout


@pytest.mark.parametrize("words", [["fly"], ["staff", "add"], ["serve", "--fast"]])
def test_wrong_usage_ends_with_two(tmp_path: Path, words: list[str]) -> None:
    assert run(tmp_path, *words).returncode == 2


@pytest.mark.parametrize(
    ("setting", "value"),
    [
        ("PORTAL_SECRET_KEY", "short"),
        ("PORTAL_MASTER_KEY", ""),
        ("PORTAL_MASTER_KEY", "bm90IDMyIGJ5dGVz"),
        ("PORTAL_PUBLIC_URL", "http://privacy.example.com"),
        ("PORTAL_QUESTIONS_FILE", "/nowhere.json"),
        ("PORTAL_NATION", "atlantis"),
    ],
)
def test_a_setting_that_will_not_do_is_named_and_ends_with_one(
    tmp_path: Path, setting: str, value: str
) -> None:
    told = run(tmp_path, "serve", **{setting: value})
    assert told.returncode == 1
    assert setting in told.stderr
    assert "Traceback" not in told.stderr


def test_a_database_that_needs_migrating_is_refused(tmp_path: Path) -> None:
    for command in ("serve", "worker"):
        told = run(tmp_path, command)
        assert told.returncode == 1
        assert "python -m portal migrate" in told.stderr


def test_migrating_twice_is_migrating_once(tmp_path: Path) -> None:
    for _ in range(2):
        told = run(tmp_path, "migrate")
        assert (told.returncode, told.stderr) == (0, "")
    for name in ("portal.db", "keyring.db"):
        assert (tmp_path / name).stat().st_mode & 0o077 == 0


def test_a_real_portal_does_not_start_beside_the_demonstration_people(tmp_path: Path) -> None:
    assert run(tmp_path, "demo", "--load-only").returncode == 0
    told = run(tmp_path, "serve")
    assert told.returncode == 1
    assert "demonstration people" in told.stderr


def test_the_demonstration_is_loaded_once_and_keeps_its_secrets_to_itself(tmp_path: Path) -> None:
    without = {"PORTAL_SECRET_KEY": "", "PORTAL_MASTER_KEY": ""}
    for _ in range(2):
        assert run(tmp_path, "demo", "--load-only", **without).returncode == 0
    for name in ("secret_key", "master_key"):
        assert (tmp_path / name).stat().st_mode & 0o777 == 0o600
    master = (tmp_path / "master_key").read_text().strip()
    settings = {**REAL, "PORTAL_INSTANCE": str(tmp_path), "PORTAL_MASTER_KEY": master}
    settings["PORTAL_DEMONSTRATION"] = "yes"
    parts = assemble(read_settings(settings), HELD, QUESTIONS)
    with parts.work() as work:
        assert demo_data.are_present(work)
        today = get_catalogue(work)
    for key, words in demo_data.REWORDED.items():
        shown, first = today.find(key), FIRST.find(key)
        assert first is not None
        assert shown == first.reworded(words) != first


def test_settings_are_listed_for_people_and_for_programs(tmp_path: Path) -> None:
    assert "PORTAL_SESSION_IDLE_SECONDS" in run(tmp_path, "settings").stdout
    assert run(tmp_path, "settings", "--json").stdout.startswith("[")
