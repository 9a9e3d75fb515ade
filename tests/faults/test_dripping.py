"""Servers that never end what they say: a byte now and then, so that no wait for one is long."""

import socketserver
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from portal.messaging.email.delivery import DeliveryResult, FailureReason, Outcome
from portal.messaging.email.transport import SmtpTransport
from portal.platform.core.breaches import Breaches
from portal.platform.core.mailserver import MailServer
from portal.platform.core.webhooks import NOBODY, Receiver
from tests.architecture.test_lines_out import email
from tests.consent.webhooks.receiver import new_secret
from tests.messaging.email.refusing import Refusing, refusing_server
from tests.world import NOON

HANDSHAKE = b"\x16\x03\x03\x40\x00"
"""The head of a long record of TLS, whose rest is to come."""
AWAY = Outcome(DeliveryResult.AWAY, FailureReason.NOT_REACHED)
PATIENCE_SECONDS = 60
"""For all of them together, though the longest has ten."""


class _Drip(socketserver.BaseRequestHandler):
    def handle(self) -> None:
        opening, drop, over = self.server.said  # type: ignore[attr-defined]  # put there below
        try:
            self.request.sendall(opening)
            while not over.wait(0.2):
                self.request.sendall(drop)
        except OSError:
            return


class _Server(socketserver.ThreadingTCPServer):
    daemon_threads, allow_reuse_address = True, True


@contextmanager
def dripping(opening: bytes, drop: bytes) -> Iterator[str]:
    """A server that begins so, and goes on with one drop after the other; its host and port."""
    with _Server(("127.0.0.1", 0), _Drip) as server:
        server.said = opening, drop, threading.Event()  # type: ignore[attr-defined]  # for its lines
        threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        yield f"localhost:{server.server_address[1]}"
        server.said[2].set()  # type: ignore[attr-defined]
        server.shutdown()


def post(url: str) -> Outcome:
    return SmtpTransport(MailServer(url), 0.5, 0.5).send(email(), "rowan@example.com")


def tell(url: str) -> int:
    return Receiver(url, [new_secret()]).send("msg_1", NOON, b"{}").status


def test_nobody_is_listened_to_without_end() -> None:
    """All at once, because each is waited for."""
    answers: dict[str, object] = {}

    def ask(name: str, question: Callable[[], object]) -> threading.Thread:
        def run() -> None:
            answers[name] = question()

        thread = threading.Thread(target=run, daemon=True)
        thread.start()
        return thread

    with (
        dripping(b"", b"220-please wait\r\n") as greeting,
        dripping(HANDSHAKE, b"\x02") as handshake,
        dripping(b"HTTP/1.1 20", b"0") as status,
        dripping(b"HTTP/1.1 200 ok\r\n", b"a: b\r\n") as head,
        dripping(b"HTTP/1.1 200 ok\r\n\r\n", b"0") as body,
    ):
        asked = [
            ask("an email", lambda: post(f"smtp://{greeting}")),
            ask("an email by TLS", lambda: post(f"smtps://{handshake}")),
            ask("a page", lambda: MailServer(f"smtp://{greeting}").takes("zoë@example.com")),
            ask("a page by TLS", lambda: MailServer(f"smtps://{handshake}").takes("é@example.com")),
            ask("a webhook", lambda: tell(f"http://{status}/")),
            ask("a webhook and a long head", lambda: tell(f"http://{head}/")),
            ask("a webhook by TLS", lambda: tell(f"https://{handshake}/")),
            ask("a password", lambda: Breaches(f"http://{head}").know("teapot")),
            ask("a password and a long answer", lambda: Breaches(f"http://{body}").know("teapot")),
            ask("a password by TLS", lambda: Breaches(f"https://{handshake}").know("teapot")),
        ]
        ends = time.monotonic() + PATIENCE_SECONDS
        for thread in asked:
            thread.join(max(0, ends - time.monotonic()))
    assert answers == {
        "an email": AWAY,
        "an email by TLS": AWAY,
        "a page": False,
        "a page by TLS": False,
        "a webhook": NOBODY,
        "a webhook and a long head": NOBODY,
        "a webhook by TLS": NOBODY,
        "a password": False,
        "a password and a long answer": False,
        "a password by TLS": False,
    }


def test_a_server_that_drips_on_after_it_took_an_email_has_taken_it() -> None:
    with refusing_server() as (server, url):
        server.answers = {"QUIT": Refusing.DRIP}
        ended: list[Outcome] = []
        thread = threading.Thread(target=lambda: ended.append(post(url)), daemon=True)
        thread.start()
        thread.join(PATIENCE_SECONDS)
        assert [one.verdict for one in ended] == [DeliveryResult.TAKEN]
