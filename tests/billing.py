"""The made-up billing system in a test, and ones that answer wrongly: real servers."""

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from portal.operations.demo_billing import OTHER_SYSTEMS, BillingSystem
from portal.platform.core.clock import Clock
from portal.platform.core.other_systems import OtherSystems, read_other_systems
from portal.platform.core.signing import SigningKeys
from tests.consent.webhooks.receiver import new_secret
from tests.world import World

SECRET = new_secret()


@contextmanager
def billing_system(
    folder: Path, clock: Clock, *emails: str, calls: int = 0
) -> Iterator[BillingSystem]:
    """Run a billing system that knows customers by these addresses."""
    file = folder / "billing.json"
    with serving(BillingSystem(emails, SECRET, file, calls=calls, clock=clock)) as system:
        yield system


class Liar(ThreadingHTTPServer):
    """A connector that answers whatever a test wants: a body, signed or not, fast or slow."""

    daemon_threads = True

    def __init__(self, clock: Clock) -> None:
        super().__init__(("127.0.0.1", 0), _Lying)
        self.keys, self.clock = SigningKeys([SECRET]), clock
        self.make: Callable[[dict[str, Any]], bytes] = lambda _: b""
        self.change: Callable[[dict[str, str]], dict[str, str]] = lambda head: head
        self.status, self.wait, self.asked = 200, 0.0, 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"


class _Lying(BaseHTTPRequestHandler):
    server: Liar

    def do_POST(self) -> None:
        said = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.asked += 1
        time.sleep(self.server.wait)
        body = self.server.make(said)
        name = f"{self.headers['webhook-id']}.answer"
        head = self.server.change(_sign(self.server, name, body))
        self.send_response(self.server.status)
        for key, text in head.items():
            self.send_header(key, text)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


def _sign(server: Liar, name: str, body: bytes) -> dict[str, str]:
    try:
        return server.keys.sign(name, server.clock(), body)
    except UnicodeDecodeError:
        return server.keys.sign(name, server.clock(), b"")


@contextmanager
def lying(clock: Clock) -> Iterator[Liar]:
    """Run a connector that answers wrongly."""
    with serving(Liar(clock)) as server:
        yield server


@contextmanager
def serving(server: Any) -> Iterator[Any]:  # a server of either kind
    """Have a server answer."""
    with server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()


def systems_at(url: str, folder: Path, clock: Clock, secret: str = SECRET) -> OtherSystems:
    """The made-up other systems of the company, as their file says them; billing is asked there."""
    billing, *others = OTHER_SYSTEMS
    file = folder / "other_systems.json"
    file.write_text(json.dumps([{**billing, "url": url, "secret": secret}, *others]))
    return read_other_systems(str(file), clock)


def connect(world: World, url: str, secret: str = SECRET) -> World:
    """The portal, asking a billing system from now on."""
    systems = systems_at(url, world.instance, world.clock, secret)
    parts = replace(world.parts, other_systems=systems)
    world.parts = world.app.extensions["portal"] = parts
    return world
