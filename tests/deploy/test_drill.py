"""The drill of deploy/ goes through the document of the operators, upgrade and all."""

import io
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.databases import tools
from tests.everything import ROOT
from tests.faults.servers import Server, empty_postgresql

pytestmark = pytest.mark.postgresql
RELEASED = "feb4fddb96eef0f8ef48249abf53adb62fefff21"
"""Release 0.6.0."""


@pytest.fixture
def server() -> Iterator[Server]:
    with (
        tempfile.TemporaryDirectory(prefix="pg") as folder,
        empty_postgresql(Path(folder)) as running,
    ):
        yield running


@pytest.fixture
def before(tmp_path: Path) -> list[str]:
    """The release before this one, where the history of the source is there to take it from."""
    words = ["git", "-C", str(ROOT), "archive", "--format=tar", RELEASED]
    done = subprocess.run(words, capture_output=True, check=False)  # noqa: S603  # git, and our own words
    if done.returncode != 0:
        return []
    with tarfile.open(fileobj=io.BytesIO(done.stdout)) as archive:
        archive.extractall(tmp_path / "before", filter="data")
    return ["--before", str(tmp_path / "before")]


@pytest.mark.nightly
def test_what_the_document_says_is_what_happens(
    nginx: None, server: Server, before: list[str]
) -> None:
    del nginx
    address = server.url("postgres").replace("+psycopg", "")
    words = ["-m", "deploy.drill", address, "--tools", str(tools()), *before]
    done = subprocess.run(  # noqa: S603  # our own words
        [sys.executable, *words], cwd=ROOT, capture_output=True, text=True, check=False
    )
    print(done.stdout)  # noqa: T201  # shown when it fails, and to whoever asks
    assert done.returncode == 0, done.stderr[-3000:]
    assert "Everything went as the document says." in done.stdout


def test_a_command_that_the_document_does_not_have_is_noticed() -> None:
    code = "from deploy.drill import said; said('python -m portal improvise')"
    done = subprocess.run(  # noqa: S603  # our own words
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert "docs/operate.md does not say: python -m portal improvise" in done.stderr
