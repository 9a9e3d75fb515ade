"""One laboratory a database, with a server of its own, for all tests here."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.everything import scratch
from tests.interleavings.lab import Lab, open_lab

KINDS = ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)]


@pytest.fixture(scope="session", params=KINDS)
def lab(request: pytest.FixtureRequest) -> Iterator[Lab]:
    """A portal whose scenes are made once and put back for each meeting."""
    with (
        tempfile.TemporaryDirectory(prefix="ia", dir=scratch().get("TMPDIR")) as folder,
        open_lab(request.param, Path(folder)) as laboratory,
    ):
        yield laboratory
