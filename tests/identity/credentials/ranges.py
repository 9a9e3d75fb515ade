"""A service on this machine that knows leaked passwords, as Have I Been Pwned does."""

import hashlib
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

PADDING = "0" * 35


class Ranges(ThreadingHTTPServer):
    """Answers five digits of a hash with the rest of every leaked hash, and notes what it heard."""

    daemon_threads = True

    def __init__(self, *leaked: str) -> None:
        super().__init__(("127.0.0.1", 0), _Answer)
        self.hashes = {sha1(password): 7 for password in leaked}
        self.heard: list[tuple[str, str]] = []
        self.status = 200
        self.before: Callable[[], object] = lambda: None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/range/"

    def pad(self, password: str) -> None:
        """Name a password as padding does: nought times."""
        self.hashes[sha1(password)] = 0


class _Answer(BaseHTTPRequestHandler):
    server: Ranges

    def do_GET(self) -> None:
        beginning = self.path.removeprefix("/range/")
        self.server.heard.append((self.path, self.headers.get("Add-Padding", "")))
        self.server.before()
        lines = [f"{PADDING}:0"] + [
            f"{one[5:]}:{times}"
            for one, times in self.server.hashes.items()
            if one.startswith(beginning)
        ]
        body = "\r\n".join(lines).encode()
        self.send_response(self.server.status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@contextmanager
def ranges(*leaked: str) -> Iterator[Ranges]:
    """Run the service for as long as it is needed."""
    with Ranges(*leaked) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()


def sha1(password: str) -> str:
    return hashlib.sha1(password.encode(), usedforsecurity=False).hexdigest().upper()
