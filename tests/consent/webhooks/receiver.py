"""A receiver on this machine: a real HTTP server that does what it is told, and remembers."""

import base64
import json
import os
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import time_machine
from standardwebhooks import Webhook


def new_secret() -> str:
    return f"whsec_{base64.b64encode(os.urandom(32)).decode()}"


@dataclass(frozen=True)
class Heard:
    """One webhook as it came."""

    path: str
    headers: dict[str, str]
    body: bytes
    status: int
    """What it was answered."""

    @property
    def id(self) -> str:
        return self.headers["webhook-id"]

    @property
    def sent_at(self) -> datetime:
        return datetime.fromtimestamp(int(self.headers["webhook-timestamp"]), UTC)

    def check(self, secret: str) -> dict[str, Any]:
        """Check it as the standard's own library does at the moment it was sent; what it says."""
        with time_machine.travel(self.sent_at, tick=False):
            read: dict[str, Any] = Webhook(secret).verify(self.body, self.headers)
        return read

    @property
    def data(self) -> dict[str, Any]:
        told: dict[str, Any] = json.loads(self.body)["data"]
        return told


class Listener(ThreadingHTTPServer):
    """Takes webhooks. `answers` are given one after the other, then what `choose` says."""

    daemon_threads = True

    def __init__(self, port: int = 0) -> None:
        super().__init__(("127.0.0.1", port), _Answer)
        self.secret = new_secret()
        self.heard: list[Heard] = []
        self.answers: list[int] = []
        self.headers: dict[str, str] = {}
        self.before: Callable[[], object] = lambda: None
        self.choose: Callable[[str], int] = lambda _: 204
        """What is answered to an id when no answers are left."""
        self.drip = b""
        """Sent sign by sign, without end, in the place of an answer."""

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/hooks?from=portal"

    @property
    def taken(self) -> list[Heard]:
        """What it said yes to."""
        return [one for one in self.heard if one.status // 100 == 2]

    def told(self) -> list[tuple[str, dict[str, Any]]]:
        """Kind and data of everything it took, each checked, every id once."""
        said = {one.id: one.check(self.secret) for one in self.taken}
        return [(one["type"], one["data"]) for one in said.values()]


class _Answer(BaseHTTPRequestHandler):
    server: Listener

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.before()
        name, answers = self.headers["webhook-id"], self.server.answers
        status = answers.pop(0) if answers else self.server.choose(name)
        heads = {name.lower(): value for name, value in self.headers.items()}
        self.server.heard.append(Heard(self.path, heads, body, status))
        if self.server.drip:
            self._drip()
            return
        self.send_response(status)
        for name, value in self.server.headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def do_GET(self) -> None:
        """Whoever follows a redirect comes here."""
        self.server.heard.append(Heard(self.path, {"webhook-id": "followed"}, b"", 200))
        self.send_response(200)
        self.end_headers()

    def _drip(self) -> None:
        try:
            self.wfile.write(b"HTTP/1.1 ")
            while True:
                self.wfile.write(self.server.drip)
                self.wfile.flush()
                time.sleep(0.02)
        except OSError:
            pass

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@contextmanager
def listening(port: int = 0) -> Iterator[Listener]:
    """Run a receiver for as long as it is needed."""
    with Listener(port) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()
