"""What reaches the portal, and what does not."""

import pytest

from tests.deploy.edge import HERE, NAME, Edge, build
from tests.deploy.recorder import Recorder

FORGED = {
    "X-Forwarded-For": "203.0.113.9",
    "X-Forwarded-Host": "evil.example",
    "X-Forwarded-Port": "1",
    "X-Forwarded-Prefix": "/evil",
    "X-Forwarded-Proto": "http",
    "X-Forwarded-Protocol": "http",
    "X-Forwarded-Server": "evil.example",
    "X-Forwarded-Ssl": "off",
    "X-Real-IP": "203.0.113.9",
    "X-Client-IP": "203.0.113.9",
    "True-Client-IP": "203.0.113.9",
    "Forwarded": "for=203.0.113.9;proto=http;host=evil.example",
    "Via": "1.1 evil.example",
    "X-HTTP-Method-Override": "DELETE",
    "X-Original-URL": "/readyz",
    "X-Rewrite-URL": "/readyz",
    "SCRIPT_NAME": "/evil",
    "PATH_INFO": "/readyz",
    "REMOTE_USER": "sam",
    "Proxy": "http://evil.example",
    "Authorization": "Basic c2FtOng=",
    "Upgrade": "h2c",
    "Range": "bytes=0-1",
    "X-Accel-Redirect": "/x",
}
OURS = {"host": NAME, "x-forwarded-for": HERE, "x-forwarded-proto": "https"}
BROWSERS = {
    "Accept": "text/html",
    "Accept-Encoding": "br, gzip",
    "Accept-Language": "cy, en",
    "Content-Type": "application/x-www-form-urlencoded",
    "Cookie": "__Host-form=a; __Host-session=b",
    "Origin": f"https://{NAME}",
    "Referer": f"https://{NAME}/sign-in",
    "Sec-Fetch-Dest": "document",
    "Sec-Fetch-Mode": "navigate",
    "Sec-GPC": "1",
    "Sec-Fetch-Site": "same-origin",
    "User-Agent": "Mozilla/5.0 (X11; Linux x86_64)",
    "X-CSRFToken": "token",
}


def test_what_a_client_claims_of_itself_is_not_passed_on(taped: Edge, tape: Recorder) -> None:
    assert taped.ask("/", headers=FORGED).status == 200
    assert tape.headers == OURS


@pytest.mark.parametrize(
    "claim", ["203.0.113.9", "203.0.113.9, 198.51.100.7", "unknown", "", "x" * 99]
)
def test_the_portal_hears_the_one_true_address(taped: Edge, tape: Recorder, claim: str) -> None:
    request = build("/", headers={"X-Forwarded-For": claim, "x-forwarded-for": claim})
    assert taped.send(request, source="127.0.0.7").status == 200
    assert tape.headers == {**OURS, "x-forwarded-for": "127.0.0.7"}


def test_what_a_browser_says_is_passed_on(taped: Edge, tape: Recorder) -> None:
    assert taped.ask("/sign-in?next=/a%20b", "POST", BROWSERS, b"email=x").status == 200
    expected = {name.lower(): value for name, value in BROWSERS.items()}
    assert tape.headers == {**OURS, **expected, "content-length": "7"}
    assert tape.heard[0].startswith(b"POST /sign-in?next=/a%20b HTTP/1.1\r\n"), "as it was sent"
    assert tape.heard[0].endswith(b"\r\n\r\nemail=x")


@pytest.mark.parametrize("host", [NAME.upper(), f"{NAME}:443", f"{NAME}:1", f"{NAME}."])
def test_the_portal_hears_its_own_name_however_it_was_called(
    taped: Edge, tape: Recorder, host: str
) -> None:
    assert taped.ask("/", headers={"Host": host}).status == 200
    assert tape.headers == OURS


def test_a_body_in_pieces_arrives_whole_and_with_its_length(taped: Edge, tape: Recorder) -> None:
    pieces = b"3\r\nabc\r\n4\r\ndefg\r\n0\r\nTrailer: x\r\n\r\n"
    head = {"Transfer-Encoding": "chunked", "Content-Length": ""}
    request = build("/", "POST", head).replace(b"Content-Length: \r\n", b"") + pieces
    assert taped.send(request).status == 200
    assert tape.headers == {**OURS, "content-length": "7"}
    assert tape.heard[0].endswith(b"\r\n\r\nabcdefg")


SMUGGLED = "GET /staff HTTP/1.1\r\nHost: x\r\n\r\n"
SMUGGLERS = {
    "both lengths": "Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "both, turned": "Transfer-Encoding: chunked\r\nContent-Length: 4\r\n\r\n0\r\n\r\n",
    "two lengths": "Content-Length: 0\r\nContent-Length: 33\r\n\r\n",
    "the same length twice": "Content-Length: 0\r\nContent-Length: 0\r\n\r\n",
    "a list of lengths": "Content-Length: 0, 33\r\n\r\n",
    "a signed length": "Content-Length: +0\r\n\r\n",
    "a length in hexadecimal": "Content-Length: 0x0\r\n\r\n",
    "a negative length": "Content-Length: -1\r\n\r\n",
    "a huge length": "Content-Length: 99999999999999999999999\r\n\r\n",
    "a folded header": "X-A: b\r\n Transfer-Encoding: chunked\r\n\r\n",
    "a folded length": "Content-Length:\r\n 0\r\n\r\n",
    "a blank before the colon": "Content-Length : 0\r\n\r\n",
    "a header of a blank": " Content-Length: 0\r\n\r\n",
    "a zero byte": "X-A: b\0c\r\n\r\n",
    "a lone carriage return": "X-A\rB: c\r\n\r\n",
    "a size that is none": "Transfer-Encoding: chunked\r\n\r\nzz\r\n\r\n",
    "two hosts": f"Host: {NAME}\r\n\r\n",
}
CODINGS = [
    "xchunked",
    "chunked, chunked",
    "identity, chunked",
    "chunked, identity",
    "gzip",
    "\x0bchunked",
]


def assert_nothing_got_through(taped: Edge, tape: Recorder, *statuses: int, head: str) -> None:
    start = f"POST / HTTP/1.1\r\nHost: {NAME}\r\n"
    answer = taped.send((start + head + SMUGGLED).encode())
    assert answer.status in statuses
    assert answer.named("Connection") == ["close"], "the rest is not read as a request"
    assert tape.heard == []


@pytest.mark.parametrize("head", SMUGGLERS.values(), ids=SMUGGLERS)
def test_a_request_of_unclear_length_is_refused_whole(
    taped: Edge, tape: Recorder, head: str
) -> None:
    assert_nothing_got_through(taped, tape, 400, head=head)


@pytest.mark.parametrize("coding", CODINGS)
def test_a_coding_that_is_not_known_is_refused_whole(
    taped: Edge, tape: Recorder, coding: str
) -> None:
    head = f"Transfer-Encoding: {coding}\r\n\r\n0\r\n\r\n"
    assert_nothing_got_through(taped, tape, 400, 501, head=head)


def test_two_requests_on_one_line_are_two(taped: Edge, tape: Recorder) -> None:
    first = build("/first", "POST", {"Connection": "keep-alive"}, b"0\r\n\r\n")
    with taped.connect() as line, line.makefile("rb") as answers:
        line.sendall(first + build("/second"))
        assert answers.read().count(b"HTTP/1.1 200 OK\r\n") == 2
    assert [one.split(b" ")[1] for one in tape.heard] == [b"/first", b"/second"]


@pytest.mark.parametrize(
    "method", ["TRACE", "CONNECT", "OPTIONS", "PUT", "DELETE", "PATCH", "PROPFIND", "BREW", "get"]
)
def test_a_method_that_no_page_knows_is_not_passed_on(
    taped: Edge, tape: Recorder, method: str
) -> None:
    answer = taped.ask("/sign-in", method, {"Cookie": "session=secret"})
    assert answer.status in {400, 405}
    assert "secret" not in answer.text
    assert tape.heard == []


@pytest.mark.parametrize(
    "path",
    [
        "/.git/config",
        "/.env",
        "/a/.git/HEAD",
        "/%2egit/config",
        "/.well-known/.git",
        "/.edge/refused",
    ],
)
def test_hidden_files_are_not_there(taped: Edge, tape: Recorder, path: str) -> None:
    assert taped.ask(path).status == 404
    assert tape.heard == []


def test_what_is_well_known_is_there(edge: Edge) -> None:
    assert "Contact:" in edge.ask("/.well-known/security.txt").text


@pytest.mark.parametrize(
    "path",
    [
        "/readyz",
        "/%72eadyz",
        "//readyz",
        "/./readyz",
        "/a/../readyz",
        "/a/%2e%2e/readyz",
        "/readyz?x",
        "/readyz#x",
        f"https://{NAME}/readyz",
    ],
)
def test_only_the_machine_itself_may_ask_whether_the_portal_is_ready(
    taped: Edge, tape: Recorder, path: str
) -> None:
    assert taped.ask(path).status == 404
    assert tape.heard == []


def test_anybody_may_ask_whether_the_portal_lives(edge: Edge) -> None:
    assert edge.ask("/healthz").text == '{"status":"ok"}\n'


@pytest.mark.parametrize(("method", "times"), [("GET", 2), ("POST", 1)])
def test_what_may_have_been_done_is_not_done_twice(
    taped: Edge, tape: Recorder, method: str, times: int
) -> None:
    """The portal hangs up on a line that was kept: asking is repeated, sending is not."""
    with taped.connect() as line:
        line.sendall(build("/", headers={"Connection": "keep-alive"}))
        while not line.recv(4096).endswith(b"ok"):
            pass
        line.sendall(build("/hang-up", method))
        answer = line.recv(4096)
    assert b" 503 " in answer.split(b"\r\n")[0]
    assert len(tape.heard) == 1 + times
