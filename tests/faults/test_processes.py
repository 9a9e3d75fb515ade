"""The real processes: started, killed, started again, stopped."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from http.cookiejar import CookieJar
from pathlib import Path
from urllib.parse import urlencode

from portal.operations import demo_data

ROWAN = demo_data.CUSTOMERS[0]
PATIENCE_SECONDS = 60


class Browser:
    """Asks a real server over a real socket."""

    def __init__(self, port: int) -> None:
        self.address = f"http://localhost:{port}"
        self.opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(CookieJar()))

    def get(self, path: str) -> str:
        with self.opener.open(self.address + path, timeout=30) as answer:
            page: str = answer.read().decode()
            return page

    def send(self, path: str, **fields: str) -> str:
        token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', self.get(path))
        assert token
        body = urlencode({"csrf_token": token[1], **fields}).encode()
        with self.opener.open(self.address + path, body, timeout=60) as answer:
            address: str = answer.geturl()
            return address


def environment_for(instance: Path, **settings: str) -> dict[str, str]:
    """The settings of a process, and none of this machine's."""
    plain = {name: value for name, value in os.environ.items() if not name.startswith("PORTAL_")}
    given = {"PORTAL_INSTANCE": str(instance), "PORTAL_ARGON2_MEMORY_KIB": "64"}
    return {**plain, **given, **settings}


@contextmanager
def demonstration_on(port: int, instance: Path, **settings: str) -> Iterator[subprocess.Popen[str]]:
    with subprocess.Popen(  # our own program
        [sys.executable, "-m", "portal", "demo"],
        env=environment_for(instance, PORTAL_PORT=str(port), **settings),
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as process:
        assert process.stdout is not None
        for line in process.stdout:
            if "Ctrl+C stops everything" in line:
                break
        try:
            yield process
        finally:
            if process.poll() is None:
                process.send_signal(signal.SIGINT)
                process.wait(PATIENCE_SECONDS)


def children_of(parent: int) -> list[int]:
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                fields = (entry / "stat").read_text().rsplit(")", 1)[1].split()
            except OSError:
                continue
            if int(fields[1]) == parent:
                found.append(int(entry.name))
    return found


def is_alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    return "Z" not in Path(f"/proc/{process}/stat").read_text().rsplit(")", 1)[1].split()[0]


def wait_for_family(parent: int, fewest: int) -> list[int]:
    """Its children and theirs, as soon as there are so many."""
    end = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < end:
        family = [child for one in children_of(parent) for child in (one, *children_of(one))]
        if len(family) >= fewest:
            return family
        time.sleep(0.1)
    raise AssertionError("there are fewer processes than there should be")


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def test_a_session_survives_a_killed_server_and_letters_a_killed_worker(tmp_path: Path) -> None:
    port = free_port()
    browser = Browser(port)
    with demonstration_on(port, tmp_path) as process:
        browser.send("/sign-in", email=ROWAN.details.email, password=ROWAN.password)
        assert browser.send("/sign-in/question", answer=ROWAN.answer).endswith("/account")
        everybody = [
            child for one in children_of(process.pid) for child in (one, *children_of(one))
        ]
        browser.send("/profile/edit", given_name="Rowan", family_name="Renamed", version="1")
        for child in everybody:
            os.kill(child, signal.SIGKILL)
        process.wait(PATIENCE_SECONDS)
    with demonstration_on(port, tmp_path):
        assert "Renamed" in browser.get("/profile")
        end = time.monotonic() + PATIENCE_SECONDS
        wanted = b"Your details were changed"
        while time.monotonic() < end:
            if any(wanted in file.read_bytes() for file in (tmp_path / "mail").glob("*.eml")):
                break
            time.sleep(0.2)
        else:
            raise AssertionError("the letter was lost")


def test_ctrl_c_ends_everything_cleanly(tmp_path: Path) -> None:
    with demonstration_on(free_port(), tmp_path) as process:
        family = wait_for_family(process.pid, 4)
        process.send_signal(signal.SIGINT)
        assert process.wait(PATIENCE_SECONDS) == 0
    assert not [child for child in family if is_alive(child)]
