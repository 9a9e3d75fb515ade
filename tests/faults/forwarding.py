"""A port of this machine that leads to a PostgreSQL, and can be made to lead to another one."""

import socket
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from threading import Thread


class Forwarder:
    """Listens on a port, and connects whoever comes to the socket of a server."""

    def __init__(self, target: Path, host: str = "127.0.0.1") -> None:
        self.target = target
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        self.listener = socket.socket(family)
        self.listener.bind((host, 0))
        self.listener.listen()
        self.port: int = self.listener.getsockname()[1]
        self.ends, self.threads = list[socket.socket](), list[Thread]()
        self._start(self._serve)

    def close(self) -> None:
        with suppress(OSError):
            self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()
        for one in self.ends:
            with suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
        for thread in self.threads:
            thread.join()

    def _serve(self) -> None:
        with suppress(OSError):
            while True:
                near, _ = self.listener.accept()
                far = socket.socket(socket.AF_UNIX)
                self.ends += [near, far]
                self._start(_connect, near, far, self.target)

    def _start(self, what: Callable[..., None], *args: object) -> None:
        thread = Thread(target=what, args=args, daemon=True)
        self.threads.append(thread)
        thread.start()


def _connect(near: socket.socket, far: socket.socket, target: Path) -> None:
    with near, far:
        far.connect(str(target))
        back = Thread(target=_pass_on, args=(far, near), daemon=True)
        back.start()
        _pass_on(near, far)
        back.join()


def _pass_on(one: socket.socket, other: socket.socket) -> None:
    with suppress(OSError):
        while data := one.recv(1 << 16):
            other.sendall(data)
        other.shutdown(socket.SHUT_WR)


@contextmanager
def forwarded(target: Path, host: str = "127.0.0.1") -> Iterator[Forwarder]:
    with closing(Forwarder(target, host)) as one:
        yield one
