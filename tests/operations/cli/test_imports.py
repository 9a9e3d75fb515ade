"""A command begins at once, because it imports only what it needs."""

import subprocess
import sys

import pytest

FOR_PAGES = ("flask", "jinja2", "wtforms", "webauthn", "alembic", "gunicorn", "redis", "valkey")
"""What takes longest to import, and only pages, migrations and servers need."""


def heavy_of(module: str) -> list[str]:
    """Return which of those a module brings along, in a process that has imported nothing else."""
    code = f"import sys, {module}; print(*sys.modules)"
    done = subprocess.run(  # noqa: S603  # our own program
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    return sorted({*FOR_PAGES} & {*done.stdout.split()})


@pytest.mark.parametrize("command", ["screening", "suppressing"])
def test_whoever_screens_a_list_waits_for_nothing_that_pages_need(command: str) -> None:
    assert heavy_of(f"portal.operations.cli.{command}") == []


def test_what_needs_pages_is_noticed() -> None:
    assert "flask" in heavy_of("portal.operations.app")
