"""One request and its answer.

Deadlines are tried in tests/faults/test_dripping.py, certificates in
tests/architecture/test_lines_out.py.
"""

import socketserver
import threading
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest

from portal.platform.core.http_client import HttpRequest, HttpResponse, NoAnswerError, send
from tests.consent.webhooks.receiver import listening


class Page(socketserver.BaseRequestHandler):
    """Answers each request with what the server was given, and notes what it heard."""

    def handle(self) -> None:
        self.server.heard.append(self.request.recv(2**16))  # type: ignore[attr-defined]  # below
        self.request.sendall(self.server.answer)  # type: ignore[attr-defined]


class Server(socketserver.ThreadingTCPServer):
    daemon_threads, allow_reuse_address = True, True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Page)
        self.heard: list[bytes] = []
        self.answer = b"HTTP/1.1 200 OK\r\nRetry-After: 5\r\nContent-Length: 6\r\n\r\nabcdef"

    def ask(self, path: str = "/", most_bytes: int = 0) -> HttpResponse:
        url = urlsplit(f"http://127.0.0.1:{self.server_address[1]}{path}")
        return send(HttpRequest("GET", url, {"User-Agent": "portal"}), 5, most_bytes)


@pytest.fixture
def server() -> Iterator[Server]:
    with Server() as there:
        thread = threading.Thread(target=there.serve_forever, args=(0.01,))
        thread.start()
        yield there
        there.shutdown()
        thread.join()


@pytest.mark.parametrize(("most", "body"), [(0, b""), (4, b"abcd"), (100, b"abcdef")])
def test_no_more_of_an_answer_is_read_than_was_asked_for(
    server: Server, most: int, body: bytes
) -> None:
    answer = server.ask(most_bytes=most)
    assert (answer.status, answer.headers["retry-after"], answer.body) == (200, "5", body)


@pytest.mark.parametrize(
    ("path", "target"), [("", b"/"), ("/a", b"/a"), ("/a?b=c", b"/a?b=c"), ("?b=c", b"/?b=c")]
)
def test_the_address_is_asked_for_as_it_was_given(server: Server, path: str, target: bytes) -> None:
    server.ask(path)
    assert server.heard[0].startswith(b"GET " + target + b" HTTP/1.1\r\n")


def test_a_redirect_is_an_answer_and_is_not_followed(server: Server) -> None:
    with listening() as elsewhere:
        server.answer = f"HTTP/1.1 302 Found\r\nLocation: {elsewhere.url}\r\n\r\n".encode()
        assert server.ask(most_bytes=100).status == 302
        assert elsewhere.heard == []
    assert len(server.heard) == 1


def test_a_proxy_that_the_environment_names_hears_nothing(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Server() as proxy:
        for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
            monkeypatch.setenv(name, f"http://127.0.0.1:{proxy.server_address[1]}")
        assert server.ask().status == 200
    assert proxy.heard == []


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"220 mail.example.com ready\r\n",
        b"HTTP/1.1 200 OK\r\n" + b"a: b\r\n" * 1000 + b"\r\n",
        b"HTTP/1.1 200 OK\r\na: " + b"b" * 100_000 + b"\r\n\r\n",
    ],
)
def test_what_is_no_whole_answer_is_none(server: Server, answer: bytes) -> None:
    server.answer = answer
    with pytest.raises(NoAnswerError):
        server.ask(most_bytes=100)


def test_a_name_that_cannot_be_a_hosts_gets_no_answer() -> None:
    url = urlsplit(f"https://{'a' * 64}.example.com/")
    with pytest.raises(NoAnswerError, match="UnicodeError"):
        send(HttpRequest("GET", url, {}), 5)


def test_the_error_names_its_kind_and_not_the_address(server: Server) -> None:
    server.answer = b""
    with pytest.raises(NoAnswerError) as caught:
        server.ask("/secret")
    assert str(caught.value) == "RemoteDisconnected"
