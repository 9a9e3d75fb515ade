"""What stands behind nginx where the portal would: it keeps every byte that gets through."""

import re
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import cast

HANG_UP = b" /hang-up"
"""At this address it says nothing and closes the line."""
REPLY = (
    b"HTTP/1.1 200 OK\r\nServer: recorder/9.9\r\nX-Powered-By: recorder\r\n"
    b"X-Accel-Redirect: /.edge/refused\r\nContent-Length: 2\r\n\r\nok"
)


class _Line(socketserver.StreamRequestHandler):
    """One line, for as many requests as come over it."""

    def handle(self) -> None:
        """Keep each request, and answer it."""
        heard = cast("Recorder", self.server).heard
        while head := self._read_head():
            length = re.search(rb"(?i)\r\ncontent-length: (\d+)\r\n", head)
            heard.append(head + self.rfile.read(int(length[1]) if length else 0))
            if HANG_UP in head:
                return
            self.wfile.write(REPLY)

    def _read_head(self) -> bytes:
        head = b""
        for line in self.rfile:
            head += line
            if line == b"\r\n":
                return head
        return b""


class Recorder(socketserver.ThreadingTCPServer):
    """Listens on a free port of this machine."""

    daemon_threads = True
    block_on_close = False

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Line)
        self.heard: list[bytes] = []

    @property
    def port(self) -> int:
        return int(self.server_address[1])

    @property
    def headers(self) -> dict[str, str]:
        """The headers of the only request that was heard, in lower case."""
        assert len(self.heard) == 1, self.heard
        lines = self.heard[0].split(b"\r\n\r\n")[0].decode().split("\r\n")[1:]
        pairs = [line.split(": ", 1) for line in lines]
        assert len({name for name, _ in pairs}) == len(pairs), lines
        return {name.lower(): value for name, value in pairs}


@contextmanager
def recording() -> Iterator[Recorder]:
    """Listen until the end."""
    with Recorder() as recorder:
        thread = threading.Thread(target=recorder.serve_forever, daemon=True)
        thread.start()
        try:
            yield recorder
        finally:
            recorder.shutdown()
            thread.join()
