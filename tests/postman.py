"""A real mail server for tests."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session


class Postman:
    """What the mail server answers, and what it was given."""

    def __init__(self) -> None:
        self.answers: list[str] = []
        self.taken: list[Envelope] = []

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802  # aiosmtpd's name
        del server, session
        answer = self.answers.pop(0) if self.answers else "250 Taken"
        if answer.startswith("250"):
            self.taken.append(envelope)
        return answer


@contextmanager
def mail_server(*, smtputf8: bool = True) -> Iterator[tuple[Postman, str]]:
    """A mail server on a port of this machine, with its address."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    handler = Postman()
    controller = Controller(handler, hostname="127.0.0.1", port=port, enable_SMTPUTF8=smtputf8)
    controller.start()
    yield handler, f"smtp://127.0.0.1:{port}"
    controller.stop()
