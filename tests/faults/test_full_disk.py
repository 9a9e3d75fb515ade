"""The disk of a PostgreSQL is full: people read so, `/readyz` says so, and it goes on by itself."""

import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from itertools import count
from pathlib import Path

import pytest

from portal.operations.health import KEPT_SECONDS
from tests.faults.servers import listening_postgresql
from tests.faults.test_database_troubles import Portal, answers, serving

pytestmark = pytest.mark.postgresql
DISK_MIB = 400
"""Room for an empty server, two databases and the journal of having made them."""
MOST_TRIES = 500
EMAILS = count()


@contextmanager
def small_disk() -> Iterator[Path]:
    """A disk of its own for a server, in memory; needs to be root."""
    folder = Path(tempfile.mkdtemp(prefix="pg"))
    mount = shutil.which("mount") or "mount"
    given = ["-t", "tmpfs", "-o", f"size={DISK_MIB}m,mode=755", "tmpfs", str(folder)]
    done = subprocess.run([mount, *given], check=False, capture_output=True)  # noqa: S603  # our own words
    if done.returncode:
        folder.rmdir()
        pytest.skip("only root may mount a disk that can be filled")
    try:
        yield folder
    finally:
        subprocess.run([shutil.which("umount") or "umount", "-l", str(folder)], check=True)  # noqa: S603  # our own words
        folder.rmdir()


@pytest.fixture(scope="module")
def portal() -> Iterator[Portal]:
    with (
        small_disk() as disk,
        tempfile.TemporaryDirectory() as folder,
        listening_postgresql(disk) as server,
        serving(server, Path(folder), PORTAL_LIMITS_TIMES="1000") as portal,
    ):
        portal.take_form()
        yield portal


@contextmanager
def filled(disk: Path) -> Iterator[None]:
    """Nothing more fits on a disk while the block lasts."""
    file = disk / "fill"
    with suppress(OSError), file.open("wb", buffering=0) as fill:
        while fill.write(b"\1" * 65536):
            pass
    try:
        yield
    finally:
        file.unlink()


@contextmanager
def few_files(portal: Portal) -> Iterator[None]:
    """The server lets no statement spill more than half a MiB."""
    for words in ("SET temp_file_limit = '512kB'", "RESET temp_file_limit"):
        portal.server.say(f"ALTER SYSTEM {words}")
        portal.server.say("SELECT pg_reload_conf()")
        if words.startswith("SET"):
            yield


def try_as_somebody(portal: Portal) -> tuple[int, str]:
    """Try to sign in by a name that nobody has tried: that is counted in a row of its own."""
    return portal.sign_in(f"somebody{next(EMAILS)}@example.com")


def test_of_a_full_disk_people_and_machines_read_so_and_it_goes_on_by_itself(
    portal: Portal,
) -> None:
    assert try_as_somebody(portal)[0] == 200
    with filled(portal.server.folder):
        tries = (try_as_somebody(portal) for _ in range(MOST_TRIES))
        page = next(page for status, page in tries if status == 503)
        assert "save anything right now" in page
        portal.wait_until(lambda: portal.is_ready() != {})
        assert portal.is_ready() == {"main": "disk-full", "keyring": "disk-full"}
    portal.wait_until(lambda: answers(portal))
    assert portal.is_ready() == {}
    assert portal.sign_in()[0] == 200


def test_a_server_that_forbids_such_files_is_not_taken_for_full(portal: Portal) -> None:
    """Nor is one that allows smaller ones alone (`temp_file_limit`)."""
    with few_files(portal):
        time.sleep(KEPT_SECONDS + 0.5)
        portal.wait_until(lambda: answers(portal))
        assert portal.is_ready() == {}
