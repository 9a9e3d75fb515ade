"""What people get to see: the portal's own pages, and what nginx says by itself."""

import re
import select
import socket
import ssl
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

import pytest

from portal.operations.app import LARGEST_BODY
from portal.platform.web import headers
from tests.deploy.edge import NAME, Answer, Edge, build

ALWAYS = {name: value for name, value in headers.ALWAYS.items() if name != "Reporting-Endpoints"}
STAY = f"max-age={headers.TWO_YEARS}; includeSubDomains; preload"
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
LONGEST_ADDRESS = 4080
LONGEST_COOKIE = 8190 - len("Cookie: \r\n")


def assert_guarded(answer: Answer) -> None:
    """Every header that the portal's own pages have, once."""
    for name, value in ALWAYS.items():
        assert answer.named(name) == [value], name
    assert answer.named("Strict-Transport-Security") == [STAY]
    assert answer.named("Cache-Control") == ["no-store"]
    (policy,) = answer.named("Content-Security-Policy")
    for part in ("default-src 'none'", "frame-ancestors 'none'", "base-uri 'none'"):
        assert part in policy
    assert answer.named("Server") in (["nginx"], []), "no version"
    assert "X-Powered-By" not in answer.headers


def assert_refused_by_nginx(answer: Answer, status: int) -> None:
    """A line of text, with all the headers."""
    assert answer.status == status
    assert_guarded(answer)
    assert answer.named("Content-Type") == ["text/plain; charset=utf-8"]
    assert re.fullmatch(r"[A-Z][a-zA-Z,. ]+\.\n", answer.text), "a sentence, and no product"


def test_a_page_comes_whole_with_its_headers_and_cookies(edge: Edge) -> None:
    answer = edge.ask("/sign-in")
    assert answer.status == 200
    assert answer.text.rstrip().endswith("</html>")
    assert_guarded(answer)
    assert "'strict-dynamic'" in str(answer.headers["Content-Security-Policy"])
    cookies = answer.named("Set-Cookie")
    assert [cookie.partition("=")[0] for cookie in cookies] == ["__Host-form"]
    assert {"Secure", "HttpOnly", "Path=/", "SameSite=Lax"} <= set(cookies[0].split("; "))


def test_a_file_with_a_version_may_be_kept_by_browsers(edge: Edge) -> None:
    found = re.search(r'href="(/assets/[^"]+\.css)"', edge.ask("/").text)
    assert found
    answer = edge.ask(found[1], headers={"Accept-Encoding": "br"})
    assert answer.status == 200
    assert answer.named("Cache-Control") == ["public, max-age=31536000, immutable"]
    assert answer.named("Content-Encoding") == ["br"]


def test_a_page_is_not_packed(edge: Edge) -> None:
    assert (
        "Content-Encoding" not in edge.ask("/sign-in", headers={"Accept-Encoding": "gzip"}).headers
    )


def test_the_portals_own_error_pages_come_through(edge: Edge) -> None:
    for status, answer in (
        (404, edge.ask("/nothing")),
        (400, edge.ask("/sign-in", "POST", FORM, b"email=x")),
        (403, edge.ask("/sign-in", "POST", {**FORM, "Sec-Fetch-Site": "cross-site"}, b"email=x")),
        (405, edge.ask("/privacy", "POST", FORM)),
    ):
        assert answer.status == status
        assert "</html>" in answer.text
        assert_guarded(answer)


def test_a_body_as_large_as_the_portal_takes_gets_there(edge: Edge) -> None:
    answer = edge.ask("/contact", "POST", FORM, b"x" * LARGEST_BODY)
    assert answer.status == 400
    assert "</html>" in answer.text, "the portal missed the form token"


def test_a_body_that_is_one_byte_larger_is_refused(edge: Edge) -> None:
    assert_refused_by_nginx(edge.ask("/contact", "POST", FORM, b"x" * (LARGEST_BODY + 1)), 413)


def test_a_large_body_in_pieces_is_refused(edge: Edge) -> None:
    piece = b"10000\r\n" + b"x" * 0x10000 + b"\r\n"
    head = build("/contact", headers=FORM).replace(b"GET", b"POST", 1)
    request = head.replace(b"\r\n\r\n", b"\r\nTransfer-Encoding: chunked\r\n\r\n") + piece * 5
    assert_refused_by_nginx(edge.send(request + b"0\r\n\r\n"), 413)


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_the_longest_address_gets_there_and_a_longer_one_does_not(edge: Edge, method: str) -> None:
    longest = "/nothing?" + "a" * (LONGEST_ADDRESS - len("/nothing?"))
    answer = edge.ask(longest, method)
    assert answer.status == 404
    assert "</html>" in answer.text
    assert_refused_by_nginx(edge.ask(longest + "a", method), 414)


def test_an_address_without_end_is_refused(edge: Edge) -> None:
    assert_refused_by_nginx(edge.ask("/" + "a" * 20_000), 414)


def test_the_longest_header_gets_there_and_a_longer_one_does_not(edge: Edge) -> None:
    longest = "a" * LONGEST_COOKIE
    assert edge.ask("/healthz", headers={"Cookie": longest}).status == 200
    assert_refused_by_nginx(edge.ask("/healthz", headers={"Cookie": longest + "a"}), 431)


def test_several_cookie_headers_are_no_longer_than_one_may_be(edge: Edge) -> None:
    halves = {"Cookie": "a" * 4090, "COOKIE": "b" * (LONGEST_COOKIE - 4090 - len("; "))}
    assert edge.ask("/healthz", headers=halves).status == 200
    halves["COOKIE"] += "b"
    assert_refused_by_nginx(edge.ask("/healthz", headers=halves), 431)


def test_too_many_headers_are_refused(edge: Edge) -> None:
    many = {f"X-{number}": "a" * 4000 for number in range(20)}
    assert_refused_by_nginx(edge.ask("/healthz", headers=many), 431)


@pytest.mark.parametrize(
    "request_line", ["GET / HTTP/9.9", "GET", "\x16\x03\x01", "GET  HTTP/1.1", "GET /a b HTTP/1.1"]
)
def test_what_is_no_request_is_refused_without_repeating_it(edge: Edge, request_line: str) -> None:
    answer = edge.send(f"{request_line}\r\nHost: {NAME}\r\n\r\n".encode())
    assert_refused_by_nginx(answer, 505 if "9.9" in request_line else 400)


def test_a_method_that_is_refused_is_told_the_others(edge: Edge) -> None:
    answer = edge.ask("/sign-in", "DELETE")
    assert_refused_by_nginx(answer, 405)
    assert answer.named("Allow") == ["GET, HEAD, POST"]


def test_a_refusal_without_tls_is_a_sentence_too(edge: Edge) -> None:
    answer = edge.ask("/sign-in", "POST", FORM, b"email=x", tls=False)
    assert answer.status == 403
    assert answer.text == "We could not read that. Please go back and try once more.\n"


def test_while_the_portal_is_down_people_are_asked_to_come_back(deserted: Edge) -> None:
    for method in ("GET", "POST"):
        answer = deserted.ask("/sign-in", method)
        assert_refused_by_nginx(answer, 503)
        assert answer.named("Retry-After") == ["30"]
    assert_refused_by_nginx(deserted.ask("/.git/config"), 404)


def test_the_server_behind_is_not_named(taped: Edge) -> None:
    answer = taped.ask("/")
    assert answer.named("Server") == ["nginx"]
    assert answer.text == "ok", "nor may it make nginx send something else"


# ------------------------------------------------------------------------------ slow and greedy


@contextmanager
def held(edge: Edge, number: int, source: str, request: bytes) -> Iterator[list[socket.socket]]:
    """Hold so many lines open, each in the middle of a request."""
    with ExitStack() as stack:
        lines: list[socket.socket] = []
        trust = edge.trust()
        trust.maximum_version = ssl.TLSVersion.TLSv1_2  # silent before there is an answer
        for _ in range(number):
            lines.append(stack.enter_context(edge.connect(source=source, trust=trust)))
            lines[-1].sendall(request)
        yield lines


def are_waiting(lines: list[socket.socket]) -> bool:
    """Tell whether not one of them was answered or cut off: else others may have waited for it."""
    return select.select(lines, [], [], 0)[0] == []


SLOW_HEADER = f"GET / HTTP/1.1\r\nHost: {NAME}\r\nX-Slow: a".encode()
SLOW_BODY = f"POST /sign-in HTTP/1.1\r\nHost: {NAME}\r\nContent-Length: 99\r\n\r\nemail".encode()


@pytest.mark.parametrize("source", ["127.0.0.1", "127.0.0.21"])
def test_a_hundred_slow_headers_keep_nobody_waiting(edge: Edge, source: str) -> None:
    with held(edge, 100, source, SLOW_HEADER) as lines:
        assert "</html>" in edge.ask("/sign-in").text
        assert are_waiting(lines)


def test_slow_bodies_keep_nobody_waiting(edge: Edge) -> None:
    """There are more of them than the portal has threads, from two addresses."""
    here, there = "127.0.0.22", "127.0.0.23"
    with held(edge, 50, here, SLOW_BODY) as some, held(edge, 50, there, SLOW_BODY) as others:
        assert "</html>" in edge.ask("/sign-in").text
        assert are_waiting([*some, *others])


def test_one_address_has_64_requests_at_once_and_no_more(edge: Edge) -> None:
    with held(edge, 80, "127.0.0.24", SLOW_BODY) as lines:
        refused: set[socket.socket] = set()
        while len(refused) < 16:
            waiting = [line for line in lines if line not in refused]
            found, _, _ = select.select(waiting, [], [], 9)
            assert found, "nobody else is refused"
            refused.update(found)
        for line in refused:
            head = line.recv(4096).decode()
            assert head.startswith("HTTP/1.1 429 ")
            assert "Retry-After: 30\r\n" in head
        assert len(refused) == 16
        assert edge.ask("/sign-in", source="127.0.0.25").status == 200, "elsewhere all is well"
