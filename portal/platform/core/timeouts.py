"""A line to another machine whose whole conversation has an end, planned before it begins.

The timeout of a socket begins anew with every byte: whoever says one now and then, in the greeting,
in the handshake of TLS or in an answer, would be listened to without end.
"""

import socket
import ssl
import threading
import time
from contextlib import suppress
from typing import Self


class Deadline:
    """When a conversation ends, whatever is being waited for: its line is cut then.

    Whoever waits on the line at that moment hears that it is closed. Seconds.
    """

    def __init__(self, seconds: float) -> None:
        self._line: socket.socket | None = None
        self.is_over = False
        self._begin(seconds)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        """Let the conversation go; its own socket is its owner's to close."""
        self._timer.cancel()
        self._timer.join()
        if self._line is not None:
            self._line.close()

    @property
    def left(self) -> float:
        """Return the seconds until it ends; 0 when it is over."""
        return 0.0 if self.is_over else max(0.0, self._ends - time.monotonic())

    def renew(self, seconds: float) -> None:
        """Plan the end anew, from now on; what is over stays over."""
        self._timer.cancel()
        self._begin(seconds)

    def watch(self, line: socket.socket) -> None:
        """Cut this line at the end, whatever is put around it (TLS) meanwhile."""
        self._line = line.dup()
        if self.is_over:
            self._cut()

    def _begin(self, seconds: float) -> None:
        self._ends = time.monotonic() + seconds
        self._timer = threading.Timer(seconds, self._cut)
        self._timer.daemon = True
        self._timer.start()

    def _cut(self) -> None:
        self.is_over = True
        if self._line is not None:
            with suppress(OSError):
                self._line.shutdown(socket.SHUT_RDWR)


def dial(
    host: str, port: int, deadline: Deadline, timeout: float, tls: ssl.SSLContext | None = None
) -> socket.socket:
    """Return a line to a server, its certificate and name checked where it is TLS.

    `timeout` is for each wait on it, in seconds. Raises `OSError` (`TimeoutError` at the end of the
    deadline) or, for a name that cannot be one, `UnicodeError`.
    """
    line = _connect(host, port, deadline, timeout)
    try:
        deadline.watch(line)
        if tls is not None:
            line = tls.wrap_socket(line, server_hostname=host)
    except OSError as fault:
        line.close()
        if deadline.is_over:
            raise TimeoutError from fault
        raise
    return line


def _connect(host: str, port: int, deadline: Deadline, timeout: float) -> socket.socket:
    """Return a connection to the first address of a host that answers."""
    fault = OSError("no address")
    for family, kind, protocol, _, address in socket.getaddrinfo(host, port, 0, socket.SOCK_STREAM):
        if not deadline.left:
            raise TimeoutError
        line = socket.socket(family, kind, protocol)
        try:
            line.settimeout(min(timeout, deadline.left))
            line.connect(address)
            line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            line.settimeout(timeout)
        except OSError as error:
            line.close()
            fault = error
        else:
            return line
    raise fault
