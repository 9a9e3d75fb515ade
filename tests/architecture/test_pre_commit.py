"""The hooks before a commit run the checks of `make lint`, by our own tools, and fetch nothing."""

import re
import subprocess
import sys
from pathlib import Path

from tests.architecture.rules import ROOT
from tests.everything import source_steps

CONFIGURATION = ROOT / ".pre-commit-config.yaml"
ENTRY = re.compile(r"^ +entry: (.+)$", re.MULTILINE)
REPO = re.compile(r"^ +- repo: (.+)$", re.MULTILINE)


def read_checks() -> set[str]:
    """What `make lint` runs, without the folder: hooks are given files."""
    commands = [(Path(step.command[0]).name, *step.command[1:]) for step in source_steps()]
    return {" ".join(command).removesuffix(" templates") for command in commands}


def list_differences(configuration: str) -> list[str]:
    """What the hooks leave out of the checks, or run beside them."""
    entries = set(ENTRY.findall(configuration))
    ours = {entry.removeprefix(".venv/bin/") for entry in entries if entry.startswith(".venv/bin/")}
    strangers = {entry for entry in entries if not entry.startswith(".venv/bin/")}
    fetched = {repo for repo in REPO.findall(configuration) if repo != "local"}
    # djlint is quiet in a hook, where it would tell how many files it looked at
    same = {entry.replace("--check --quiet", "--check") for entry in ours}
    return sorted((read_checks() ^ same) | strangers | fetched)


def test_the_hooks_are_the_checks_of_the_source() -> None:
    assert list_differences(CONFIGURATION.read_text("utf-8")) == []


def test_what_is_left_out_added_or_fetched_is_noticed() -> None:
    text = CONFIGURATION.read_text("utf-8")
    assert list_differences(text.replace("entry: .venv/bin/mypy", "")) == ["mypy"]
    assert list_differences(text.replace("repo: local", "repo: https://example.com/a")) == [
        "https://example.com/a"
    ]
    assert list_differences(text + "\n        entry: black\n") == ["black"]


def test_the_file_is_one_that_the_tool_takes() -> None:
    tool = Path(sys.executable).parent / "pre-commit"
    subprocess.run([tool, "validate-config", CONFIGURATION], check=True)  # noqa: S603  # our own tool
