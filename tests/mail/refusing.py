"""A mail server over a real socket that answers what it is told to, wherever it is told to."""

import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager

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

    `SILENT` answers nothing and holds the line, `HANG_UP` ends it.
    """

    SILENT, HANG_UP = "", "hang up"

    def __init__(self) -> None:
        self.answers: dict[str, str] = {}
        self.offers = ["AUTH PLAIN"]
        self.taken: list[bytes] = []
        self.lines = 0
        """How many connections there were."""
        self.over = threading.Event()

    def answer(self, command: str) -> str:
        return self.answers.get(command, DEFAULTS.get(command, "250 ok"))


class _Line(socketserver.StreamRequestHandler):
    def handle(self) -> None:
        there: Refusing = self.server.there  # type: ignore[attr-defined]  # put there below
        there.lines += 1
        if not self._say(there, "HELLO"):
            return
        for line in self.rfile:
            command = line.split()[0].decode("ascii", "replace").upper() if line.split() else ""
            if command == "EHLO":
                for offer in ["here", *there.offers]:
                    self.wfile.write(f"250-{offer}\r\n".encode())
                self.wfile.write(b"250 8BITMIME\r\n")
            elif not self._say(there, command):
                return
            elif command == "DATA" and there.answer("DATA").startswith("354"):
                words = b"".join(iter(self.rfile.readline, b".\r\n"))
                if there.answer("END").startswith("250"):
                    there.taken.append(words)
                if not self._say(there, "END"):
                    return
            elif command == "QUIT":
                return

    def _say(self, there: Refusing, command: str) -> bool:
        answer = there.answer(command)
        if answer == Refusing.SILENT:
            there.over.wait(600)
        if answer in {Refusing.SILENT, Refusing.HANG_UP}:
            return False
        self.wfile.write(f"{answer}\r\n".encode())
        return True


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
