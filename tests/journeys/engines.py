"""Firefox and WebKit as their makers ship them, by the commands of the W3C's WebDriver.

Firefox takes them over a socket of its own, called Marionette; WebKit by HTTP from a program that
starts the browser. The names are the same, so there is one list of them.
"""

import json
import os
import socket
import subprocess
import tempfile
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

HERE = "127.0.0.1"
PATIENCE_SECONDS = 30
"""What a browser may take to start, or to do one thing, on a busy machine."""
ELEMENT = "element-6066-11e4-a52e-4f735466cecf"
"""By this the standard marks an element in an answer."""


class RefusedError(Exception):
    """The browser could not do it, or not yet."""


class Driver(ABC):
    """A browser that does as it is told."""

    @abstractmethod
    def ask(self, command: str, **given: Any) -> Any:
        """Return the answer to a command; raises `RefusedError`."""

    @abstractmethod
    def complaints(self) -> list[str]:
        """Return what the browser says of the pages of this portal."""

    @abstractmethod
    def close(self) -> None: ...


class Firefox(Driver):
    """Stock Firefox, without a screen, with a profile of its own."""

    def __init__(self, path: str, *, has_scripts: bool) -> None:
        self._number = 0
        with ExitStack() as ending:
            folder = tempfile.TemporaryDirectory(prefix="firefox", ignore_cleanup_errors=True)
            profile = Path(ending.enter_context(folder))
            (profile / "user.js").write_text(
                'user_pref("marionette.port", 0);\n'
                f'user_pref("javascript.enabled", {json.dumps(has_scripts)});\n'
            )
            words = ("--headless", "--marionette", "--remote-allow-system-access", "--no-remote")
            env = {**os.environ, "HOME": str(profile), "MOZ_CRASHREPORTER_DISABLE": "1"}
            ending.enter_context(running([path, *words, "--profile", str(profile)], env))
            port = wait_for((profile / "MarionetteActivePort").read_text, "Firefox")
            self._socket = socket.create_connection((HERE, int(port)), PATIENCE_SECONDS)
            ending.enter_context(self._socket)
            self._answers = ending.enter_context(self._socket.makefile("rb"))
            self._receive()  # a greeting
            self.ask("NewSession", capabilities={"alwaysMatch": {}})
            self._ending = ending.pop_all()

    def ask(self, command: str, **given: Any) -> Any:
        if command == "ExecuteScript":
            given["sandbox"] = None  # what a script changes, the page's own scripts are to see
        return self._send(f"WebDriver:{command}", given)

    def complaints(self) -> list[str]:
        self._send("Marionette:SetContext", {"value": "chrome"})
        said = "return Services.console.getMessageArray().map(String)"
        lines = self.ask("ExecuteScript", script=said, args=[])
        ours = (line for line in lines if "http://localhost:" in line)
        return [line for line in ours if "was not used within a few seconds" not in line]

    def close(self) -> None:
        self._ending.close()

    def _send(self, command: str, given: dict[str, Any]) -> Any:
        self._number += 1
        message = json.dumps([0, self._number, command, given]).encode()
        self._socket.sendall(b"%d:%s" % (len(message), message))
        _, _, error, answer = self._receive()
        if error:
            raise RefusedError(f"{command}: {error['message']}")
        return answer["value"] if set(answer) == {"value"} else answer

    def _receive(self) -> Any:
        length = b"".join(iter(lambda: self._answers.read(1), b":"))
        return json.loads(self._answers.read(int(length)))


WEBKIT_COMMANDS = {
    "NewSession": ("POST", ""),
    "DeleteSession": ("DELETE", "/{session}"),
    "Navigate": ("POST", "/{session}/url"),
    "GetCurrentURL": ("GET", "/{session}/url"),
    "Refresh": ("POST", "/{session}/refresh"),
    "Back": ("POST", "/{session}/back"),
    "ExecuteScript": ("POST", "/{session}/execute/sync"),
    "ElementClear": ("POST", "/{session}/element/{id}/clear"),
    "ElementClick": ("POST", "/{session}/element/{id}/click"),
    "ElementSendKeys": ("POST", "/{session}/element/{id}/value"),
    "GetCookies": ("GET", "/{session}/cookie"),
}
"""Method and path of each command, as the standard has them."""


class WebKit(Driver):
    """WebKitGTK, as Debian builds it, in its own small browser."""

    def __init__(self, path: str, display: str, *, has_scripts: bool) -> None:
        self._session = ""
        with ExitStack() as ending:
            with socket.socket() as free:
                free.bind((HERE, 0))
                port = free.getsockname()[1]
            env = {**os.environ, "DISPLAY": display, "GDK_BACKEND": "x11"}
            ending.enter_context(running([path, "-p", str(port)], env))
            self._driver = HTTPConnection(HERE, port, timeout=PATIENCE_SECONDS)
            ending.callback(self._driver.close)
            wait_for(lambda: _listens(port), "WebKit")
            words = ["--automation", f"--enable-javascript={json.dumps(has_scripts)}"]
            wanted = {"webkitgtk:browserOptions": {"args": words}, "acceptInsecureCerts": True}
            session = self.ask("NewSession", capabilities={"alwaysMatch": wanted})
            self._session = session["sessionId"]
            self._ending = ending.pop_all()

    def ask(self, command: str, **given: Any) -> Any:
        method, path = WEBKIT_COMMANDS[command]
        where = "/session" + path.format(session=self._session, id=given.pop("id", ""))
        body = json.dumps(given) if method == "POST" else None
        self._driver.request(method, where, body, {"Content-Type": "application/json"})
        answer = self._driver.getresponse()
        value = json.load(answer)["value"]
        if answer.status >= 400:
            raise RefusedError(f"{command}: {value['error']} {value['message']}")
        return value

    def complaints(self) -> list[str]:
        return []  # it tells nobody

    def close(self) -> None:
        with self._ending:
            self.ask("DeleteSession")


@contextmanager
def running(words: list[str], env: dict[str, str], *handed: int) -> Iterator[None]:
    """A program of this machine, until it is not needed any more."""
    quiet = subprocess.DEVNULL
    with subprocess.Popen(  # noqa: S603  # fixed arguments
        words, env=env, stdout=quiet, stderr=quiet, pass_fds=handed
    ) as process:
        try:
            yield
        finally:
            process.terminate()
            process.wait(PATIENCE_SECONDS)


@contextmanager
def screen() -> Iterator[str]:
    """A screen that nobody sees, for a browser that cannot do without."""
    reading, writing = os.pipe()
    words = ["Xvfb", "-displayfd", str(writing), "-screen", "0", "1280x1024x24"]
    with (
        os.fdopen(reading) as told,
        running([*words, "-nolisten", "tcp"], dict(os.environ), writing),
    ):
        os.close(writing)
        yield f":{told.readline().strip()}"


def wait_for(look: Callable[[], Any], what: str, seconds: float = PATIENCE_SECONDS) -> Any:
    """Look again and again until there is something, and return it."""
    end = time.monotonic() + seconds
    while True:
        reason = ""
        try:
            if found := look():
                return found
        except (RefusedError, OSError) as error:
            reason = f" ({error})"
        if time.monotonic() > end:
            raise AssertionError(f"waited in vain for {what}{reason}")
        time.sleep(0.05)


def _listens(port: int) -> bool:
    socket.create_connection((HERE, port), 1).close()
    return True
