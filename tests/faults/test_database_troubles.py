"""A real PostgreSQL becomes read-only, freezes, stops: people read so, and it goes on by itself."""

import http.client
import json
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from portal.operations import demo_data
from portal.platform.core import postgresql
from portal.platform.settings import ROOT
from tests.commands import REAL
from tests.faults.servers import PATIENCE_SECONDS, Server, listening_postgresql
from tests.faults.test_processes import environment_for, free_port

pytestmark = pytest.mark.postgresql
ROWAN = demo_data.CUSTOMERS[0]
IMPATIENT_SECONDS = 10
"""How long somebody waits for an answer at most; docs/operate.md says so."""
BUSY = 3
"""How many times as long it may take on a busy machine; ten times as long is a fault."""


class Portal:
    """The real web server over a real PostgreSQL."""

    def __init__(self, server: Server, port: int) -> None:
        self.server, self.port = server, port
        self.cookies: dict[str, str] = {}

    def ask(self, path: str, fields: str | None = None) -> tuple[int, str]:
        """Ask on a connection of its own; the status and the page."""
        line = http.client.HTTPConnection("localhost", self.port, timeout=100)
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        if fields is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        line.request("GET" if fields is None else "POST", path, fields, headers)
        answer = line.getresponse()
        for cookie in answer.headers.get_all("Set-Cookie") or []:
            name, _, value = cookie.partition(";")[0].partition("=")
            self.cookies[name] = value
        page = answer.read().decode()
        line.close()
        return answer.status, page

    def sign_in(self, email: str = ROWAN.details.email) -> tuple[int, str]:
        """Try to sign in: that is counted, and so it is written. With a form from before."""
        return self.ask("/sign-in", f"csrf_token={self.token}&email={email}&password=wrong+words")

    def take_form(self) -> None:
        status, page = self.ask("/sign-in")
        assert status == 200
        found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)
        assert found
        self.token = found[1]

    def is_ready(self) -> dict[str, str]:
        """Return the parts that are not, or nothing."""
        status, page = self.ask("/readyz")
        found: dict[str, str] = json.loads(page)
        assert (status == 200) is (found.pop("status") == "ready")
        del found["disk"]
        wrong = {part: state for part, state in found.items() if state != "ok"}
        assert bool(wrong.keys() - {"worker"}) is (status == 503)
        return {part: state for part, state in wrong.items() if part != "worker"}

    def wait_until(self, is_so: Callable[[], bool]) -> None:
        end = time.monotonic() + PATIENCE_SECONDS
        while not is_so():
            assert time.monotonic() < end
            time.sleep(0.2)


@pytest.fixture(scope="module")
def running() -> Iterator[Portal]:
    with (
        tempfile.TemporaryDirectory(prefix="pg") as folder,
        listening_postgresql(Path(folder)) as server,
        serving(server, Path(folder)) as portal,
    ):
        yield portal


@contextmanager
def serving(server: Server, folder: Path, **settings: str) -> Iterator[Portal]:
    """Start the web server over a PostgreSQL; what it writes itself goes to the folder."""
    port, instance = free_port(), folder / "instance"
    instance.mkdir()
    environment = environment_for(
        instance,
        **{name: REAL[name] for name in ("PORTAL_SECRET_KEY", "PORTAL_MASTER_KEY")},
        PORTAL_DEMONSTRATION="yes",
        PORTAL_PORT=str(port),
        PORTAL_WORKERS="1",
        PORTAL_DATABASE_URL=server.url("main"),
        PORTAL_KEYRING_URL=server.url("keyring"),
        **settings,
    )
    command = [sys.executable, "-m", "portal", "serve"]
    with subprocess.Popen(command, env=environment, stderr=subprocess.DEVNULL) as process:  # noqa: S603  # our own program
        portal = Portal(server, port)
        try:
            portal.wait_until(lambda: answers(portal))
            yield portal
        finally:
            process.terminate()
            process.wait(PATIENCE_SECONDS)


def answers(portal: Portal) -> bool:
    try:
        return portal.ask("/readyz")[0] == 200
    except OSError:
        return False


@pytest.fixture
def portal(running: Portal) -> Portal:
    """A browser that nobody has used, in front of a portal that is well."""
    fresh = Portal(running.server, running.port)
    fresh.wait_until(lambda: answers(fresh))
    fresh.take_form()
    assert fresh.sign_in()[0] == 200, "a wrong password is told beside the field"
    return fresh


@contextmanager
def read_only(server: Server, database: str) -> Iterator[None]:
    """As after a failover: whoever connects can read and not write, until it is over."""
    server.say(f"ALTER DATABASE {database} SET default_transaction_read_only = on")
    server.hang_up()
    yield
    server.say(f"ALTER DATABASE {database} RESET default_transaction_read_only")


@pytest.mark.parametrize("database", ["main", "keyring"])
def test_of_a_database_that_takes_no_changes_people_read_so_and_it_goes_on_by_itself(
    portal: Portal, database: str
) -> None:
    with read_only(portal.server, database):
        portal.wait_until(lambda: portal.is_ready() != {})
        assert portal.is_ready() == {database: "read-only"}
        if database == "main":
            status, page = portal.sign_in()
            assert status == 503
            assert "save anything right now" in page
    portal.wait_until(lambda: portal.sign_in()[0] == 200)
    portal.wait_until(lambda: portal.is_ready() == {})


def test_of_a_frozen_database_people_read_in_time_that_it_is_no_use(portal: Portal) -> None:
    with portal.server.frozen():
        took = []
        for turn in range(3):
            start = time.perf_counter()
            status, page = portal.sign_in()
            took.append(round(time.perf_counter() - start, 1))
            assert status == 503, turn
            assert "Try again in a minute" in page
        assert set(portal.is_ready()) == {"main", "keyring"}
    print("seconds until somebody reads that a frozen database is no use:", took)  # noqa: T201
    assert max(took) < BUSY * IMPATIENT_SECONDS
    portal.wait_until(lambda: portal.sign_in()[0] == 200)
    portal.wait_until(lambda: portal.is_ready() == {})


def test_the_limits_of_pages_add_up_to_less_than_what_is_promised() -> None:
    """To connect, and then for a statement; a lock that is held ends sooner than that."""
    connecting, waiting = postgresql.CONNECT_SECONDS, postgresql.PAGES.statement
    assert connecting + waiting + postgresql.GRACE_SECONDS < IMPATIENT_SECONDS
    assert 0 < postgresql.PAGES.lock < waiting
    said = (ROOT / "docs" / "operate.md").read_text("utf-8")
    assert "is frozen is given up within ten seconds" in said


def test_a_database_that_was_stopped_is_found_again(portal: Portal) -> None:
    portal.server.stop()
    try:
        assert portal.sign_in()[0] == 503
        portal.wait_until(lambda: portal.is_ready() != {})
        assert portal.is_ready() == {"main": "unreachable", "keyring": "unreachable"}
    finally:
        portal.server.start()
    portal.wait_until(lambda: portal.sign_in()[0] == 200)
    portal.wait_until(lambda: portal.is_ready() == {})
