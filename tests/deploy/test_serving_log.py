"""What gunicorn writes of a request that it cannot read: that there was one, and nothing of it."""

import socket
import time
from pathlib import Path

import pytest

from tests.deploy.edge import HERE, PATIENCE_SECONDS


@pytest.mark.parametrize(
    "request_",
    [
        b"ROWAN@EXAMPLE /?email=rowan@example.com\r\n\r\n",
        b"GET /?email=rowan@example.com HTTP/8.1\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: x\r\nX-Rowan secret: rowan@example.com\r\n\r\n",
    ],
)
def test_what_gunicorn_cannot_read_is_not_quoted_in_the_log(
    portal: int, instance: dict[str, str], request_: bytes
) -> None:
    log = Path(instance["PORTAL_INSTANCE"]) / "serve.log"
    before = log.read_text().count('"request-unreadable"')
    with socket.create_connection((HERE, portal)) as line:
        line.sendall(request_)
        assert line.recv(12) == b"HTTP/1.1 400"
    end = time.monotonic() + PATIENCE_SECONDS
    while log.read_text().count('"request-unreadable"') == before and time.monotonic() < end:
        time.sleep(0.05)
    assert log.read_text().count('"request-unreadable"') == before + 1
    assert "rowan" not in log.read_text().lower()
