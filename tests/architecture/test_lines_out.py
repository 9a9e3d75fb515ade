"""Lines out of the house: who answers at the other end is checked, and nobody waits for long."""

import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.handlers import Sink
from sqlalchemy.pool import QueuePool

from portal.consent.webhooks.rules import AWAY
from portal.messaging.email import smtp_submission, transport
from portal.messaging.email.delivery import DeliveryResult, FailureReason, Outcome
from portal.messaging.email.transport import SmtpTransport
from portal.platform.core import breaches, database, limits, mailserver, webhooks
from portal.platform.core.breaches import Breaches
from portal.platform.core.mailserver import MailServer
from portal.platform.core.timeouts import Deadline
from portal.platform.core.webhooks import NOBODY, Receiver
from portal.platform.settings import ROOT
from tests.architecture import security_map
from tests.consent.webhooks.receiver import listening
from tests.deploy.edge import HERE, NAME, make_certificate
from tests.faults.test_processes import free_port
from tests.identity.credentials.ranges import Ranges
from tests.world import NOON

UNTRUSTED = Outcome(DeliveryResult.AWAY, FailureReason.NO_TLS)
LEAKED = "harbour teapot nineteen clouds"


@pytest.fixture
def unvouched(tmp_path: Path) -> ssl.SSLContext:
    """What a server shows that nobody vouches for."""
    make_certificate(tmp_path)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(tmp_path / "certificate.pem", tmp_path / "key.pem")
    return context


class Taken(Sink):
    """Notes that an email got there."""

    emails = 0

    async def handle_DATA(self, *_: object) -> str:  # noqa: N802  # aiosmtpd's name
        self.emails += 1
        return "250 Taken"


@contextmanager
def mail_server(**tls: Any) -> Iterator[tuple[Taken, int]]:
    handler, port = Taken(), free_port()
    controller = Controller(handler, hostname=HERE, port=port, **tls)
    controller.start()
    try:
        yield handler, port
    finally:
        controller.stop()


def email() -> EmailMessage:
    message = EmailMessage()
    message["From"], message["To"] = "privacy@example.com", "rowan@example.com"
    message["Message-ID"] = "<one@example.com>"
    message.set_content("Hello")
    return message


def send(url: str) -> Outcome:
    return SmtpTransport(MailServer(url)).send(email(), "rowan@example.com")


def connect(url: str) -> None:
    with Deadline(20) as deadline:
        MailServer(url).connect(deadline)


def test_a_mail_server_that_nobody_vouches_for_gets_no_letter(unvouched: ssl.SSLContext) -> None:
    for scheme, tls in (("smtps", "ssl_context"), ("smtp+starttls", "tls_context")):
        with mail_server(**{tls: unvouched}) as (taken, port):
            assert send(f"{scheme}://{HERE}:{port}") == UNTRUSTED
            with pytest.raises(ssl.SSLCertVerificationError):
                connect(f"{scheme}://{HERE}:{port}")
            assert taken.emails == 0


def test_a_mail_server_with_another_name_gets_no_letter(
    unvouched: ssl.SSLContext, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "certificate.pem"))
    with mail_server(ssl_context=unvouched) as (taken, port):
        assert send(f"smtps://{HERE}:{port}") == UNTRUSTED
        with pytest.raises(ssl.SSLCertVerificationError, match="IP address mismatch"):
            connect(f"smtps://{HERE}:{port}")
        assert taken.emails == 0


def test_a_mail_server_without_tls_gets_no_letter_that_was_to_go_by_tls() -> None:
    with mail_server() as (taken, port):
        for scheme in ("smtps", "smtp+starttls"):
            assert send(f"{scheme}://{HERE}:{port}") == UNTRUSTED
        assert taken.emails == 0
        send(f"smtp://{HERE}:{port}")
        assert taken.emails == 1, "without TLS, if that is what was chosen"


@contextmanager
def leaks(tls: ssl.SSLContext | None = None) -> Iterator[Ranges]:
    with Ranges(LEAKED) as server:
        if tls:
            server.socket = tls.wrap_socket(server.socket, server_side=True)
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()


def test_a_service_that_nobody_vouches_for_is_told_nothing(unvouched: ssl.SSLContext) -> None:
    with leaks() as server:
        assert Breaches(server.url).know(LEAKED), "without TLS it answers"
    with leaks(unvouched) as server:
        assert not Breaches(server.url.replace("http:", "https:")).know(LEAKED)
        assert server.heard == []


def test_a_receiver_that_nobody_vouches_for_is_told_nothing(unvouched: ssl.SSLContext) -> None:
    with listening() as there:
        assert Receiver(there.url, [there.secret]).send("msg_1", NOON, b"{}").is_yes, "without TLS"
        there.heard.clear()
        there.socket = unvouched.wrap_socket(there.socket, server_side=True)
        safe = Receiver(there.url.replace("http:", "https:"), [there.secret])
        assert safe.send("msg_1", NOON, b"{}").status == NOBODY
        assert there.heard == []


def test_a_receiver_is_told_under_its_own_name_alone(
    unvouched: ssl.SSLContext, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "certificate.pem"))
    look_up = socket.getaddrinfo
    monkeypatch.setattr(socket, "getaddrinfo", lambda _, *rest: look_up(HERE, *rest))
    with listening() as there:
        there.socket = unvouched.wrap_socket(there.socket, server_side=True)
        for name, status in ((NAME, 204), ("crm.example.com", NOBODY)):
            url = f"https://{name}:{there.server_address[1]}/"
            answer = Receiver(url, [there.secret]).send("msg_1", NOON, b"{}")
            assert answer.status == status, name
        assert len(there.heard) == 1


def test_the_document_names_how_long_each_line_is_waited_for() -> None:
    engine = database.open_engine("postgresql+psycopg://portal@localhost/portal")
    pool = engine.pool
    assert isinstance(pool, QueuePool)
    rows = security_map.read_table((ROOT / "docs/threats.md").read_text("utf-8"), "## Lines out")
    said = {row[0]: " ".join(row[1:]) for row in rows}
    expected = {
        "PostgreSQL": (
            f"{pool.size()} connections a process, {pool._max_overflow} more when busy",
            f"{int(pool.timeout())} s for a connection",
        ),
        "SQLite": (f"{database.BUSY_MILLISECONDS // 1000} s for the lock",),
        "mail server": (
            f"{mailserver.TIMEOUT_SECONDS} s an answer",
            f"{transport.BUDGET_SECONDS} s an email",
            f"{smtp_submission.END_SECONDS // 60} minutes for its last word",
            f"{mailserver.ASKING_SECONDS} s while somebody waits for a page",
        ),
        "breach service": (f"{breaches.TIMEOUT_SECONDS} s",),
        "receiver of webhooks": (
            f"{webhooks.TIMEOUT_SECONDS} s for all of it",
            f"left alone for {int(AWAY.total_seconds())} s",
        ),
        "Valkey or Redis": (f"{limits.PATIENCE_SECONDS} s", f"{limits.PAUSE_SECONDS} s"),
    }
    assert set(said) == set(expected)
    for line, words in expected.items():
        for word in words:
            assert word in said[line], (line, word)
