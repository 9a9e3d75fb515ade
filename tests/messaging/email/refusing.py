"""A mail server over a real socket that answers what it is told to, wherever it is told to."""

import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

DEFAULTS = {
    "HELLO": "220 here",
    "AUTH": "235 2.7.0 ok",
    "MAIL": "250 2.1.0 ok",
    "RCPT": "250 2.1.5 ok",
    "DATA": "354 go on",
    "END": "250 2.0.0 taken",
    "QUIT": "221 bye",
}


class Refusing:
    """What it answers, by command, and what it was given.

    `SILENT` answers nothing and holds the line, `HANG_UP` ends it, `DRIP` begins an answer and goes
    on with it for ever. With `only_at` it answers so on lines alone on which that word was said.
    """

    SILENT, HANG_UP, DRIP = "", "hang up", "drip"

    def __init__(self) -> None:
        self.answers: dict[str, str] = {}
        self.offers = ["AUTH PLAIN"]
        self.taken: list[bytes] = []
        self.lines = 0
        """How many connections there were."""
        self.only_at = b""
        self.waits: dict[str, threading.Event] = {}
        """What the answer to a command waits for."""
        self.handed = 0
        """How many messages it was handed, whatever it said."""
        self.over = threading.Event()

    def answer(self, command: str) -> str:
        return self.answers.get(command, self.usual(command))

    @staticmethod
    def usual(command: str) -> str:
        return DEFAULTS.get(command, "250 ok")


class _Line(socketserver.StreamRequestHandler):
    def handle(self) -> None:
        there: Refusing = self.server.there  # type: ignore[attr-defined]  # put there below
        there.lines += 1
        self._heard = b""
        if not self._say(there, "HELLO"):
            return
        for line in self.rfile:
            self._heard += line
            command = line.split()[0].decode("ascii", "replace").upper() if line.split() else ""
            if command == "EHLO":
                for offer in ["here", *there.offers]:
                    self.wfile.write(f"250-{offer}\r\n".encode())
                self.wfile.write(b"250 8BITMIME\r\n")
            elif not self._say(there, command):
                return
            elif command == "DATA" and self._find(there, "DATA").startswith("354"):
                words = b"".join(iter(self.rfile.readline, b".\r\n"))
                there.handed += 1
                if self._find(there, "END").startswith("250"):
                    there.taken.append(words)
                if not self._say(there, "END"):
                    return
            elif command == "QUIT":
                return

    def _say(self, there: Refusing, command: str) -> bool:
        answer = self._find(there, command)
        if command in there.waits:
            there.waits[command].wait(600)
        if answer == Refusing.SILENT:
            there.over.wait(600)
        if answer == Refusing.DRIP:
            self._drip(there, there.usual(command)[:3])
        if answer in {Refusing.SILENT, Refusing.HANG_UP, Refusing.DRIP}:
            return False
        self.wfile.write(f"{answer}\r\n".encode())
        return True

    def _find(self, there: Refusing, command: str) -> str:
        return (there.answer if there.only_at in self._heard else there.usual)(command)

    def _drip(self, there: Refusing, code: str) -> None:
        with suppress(OSError):
            while not there.over.wait(0.1):
                self.wfile.write(f"{code}-wait\r\n".encode())


class _Server(socketserver.ThreadingTCPServer):
    daemon_threads, allow_reuse_address = True, True

    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing of a client that hung up."""


@contextmanager
def refusing_server(scheme: str = "smtp") -> Iterator[tuple[Refusing, str]]:
    """A mail server on a port of this machine, with its address."""
    there = Refusing()
    with _Server(("127.0.0.1", 0), _Line) as server:
        server.there = there  # type: ignore[attr-defined]  # for its lines
        thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
        thread.start()
        yield there, f"{scheme}://portal:secret@localhost:{server.server_address[1]}"
        there.over.set()
        server.shutdown()
