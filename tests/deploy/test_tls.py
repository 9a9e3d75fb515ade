"""What TLS is spoken, and to whom."""

import socket
import ssl

import pytest

from tests.deploy.edge import ADDRESS, NAME, Edge, build, read_answer
from tests.deploy.test_file import PROFILE

OUR_KIND = {name for name in PROFILE if "ECDSA" in name}
"""Those that go with the certificate of these tests, whose key is one of a curve."""


def offering(edge: Edge, ciphers: str) -> ssl.SSLContext:
    """A client of TLS 1.2 with certain ciphers, however weak."""
    trust = edge.trust()
    trust.maximum_version = ssl.TLSVersion.TLSv1_2
    trust.set_ciphers(f"{ciphers}:@SECLEVEL=0")
    return trust


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
def test_two_versions_are_spoken(edge: Edge, version: ssl.TLSVersion) -> None:
    trust = edge.trust()
    trust.minimum_version = trust.maximum_version = version
    with edge.connect(trust=trust) as line:
        assert line.version() == version.name.replace("_", ".")
        line.sendall(build("/healthz"))
        assert read_answer(line).status == 200


@pytest.mark.parametrize("version", ["TLSv1", "TLSv1_1"])
def test_older_versions_are_refused(edge: Edge, version: str) -> None:
    trust = edge.trust()
    trust.set_ciphers("ALL:@SECLEVEL=0")
    with pytest.warns(DeprecationWarning, match="TLSVersion"):
        trust.minimum_version = trust.maximum_version = ssl.TLSVersion[version]
    with pytest.raises(ssl.SSLError) as refusal:
        edge.connect(trust=trust)
    assert refusal.value.reason == "TLSV1_ALERT_PROTOCOL_VERSION", "nginx itself said it"


def test_only_ciphers_of_the_profile_are_taken(edge: Edge) -> None:
    taken: set[str] = set()
    refusal = ""
    while not refusal:
        try:
            others = "".join(f":!{name}" for name in sorted(taken))
            with edge.connect(trust=offering(edge, f"ALL:COMPLEMENTOFALL{others}")) as line:
                cipher = line.cipher()
                assert cipher is not None
                assert cipher[0] not in taken
                taken.add(cipher[0])
        except ssl.SSLError as error:
            refusal = str(error.reason)
    assert refusal in {"SSLV3_ALERT_HANDSHAKE_FAILURE", "SSL/TLS_ALERT_HANDSHAKE_FAILURE"}
    assert taken == OUR_KIND


def test_the_ciphers_of_tls_1_3_are_those_of_the_profile(edge: Edge) -> None:
    with edge.connect() as line:
        cipher = line.cipher()
    assert cipher is not None
    assert cipher[1] == "TLSv1.3"
    assert cipher[0] in {
        "TLS_AES_128_GCM_SHA256",
        "TLS_AES_256_GCM_SHA384",
        "TLS_CHACHA20_POLY1305_SHA256",
    }


@pytest.mark.parametrize(
    ("curve", "is_taken"),
    [("prime256v1", True), ("secp384r1", True), ("secp521r1", False), ("secp256k1", False)],
)
def test_only_curves_of_the_profile_are_taken(edge: Edge, curve: str, *, is_taken: bool) -> None:
    trust = edge.trust()
    trust.minimum_version = ssl.TLSVersion.TLSv1_3  # where a curve is chosen for itself alone
    trust.set_ecdh_curve(curve)
    try:
        edge.connect(trust=trust).close()
    except ssl.SSLError:
        assert not is_taken
    else:
        assert is_taken


def test_a_session_is_resumed_without_a_ticket(edge: Edge) -> None:
    trust = offering(edge, "ECDHE")
    with edge.connect(trust=trust) as line:
        first = line.session
    assert first is not None
    assert not first.has_ticket
    with edge.connect(trust=trust, session=first) as line:
        assert line.session_reused


@pytest.mark.parametrize(
    "name", [None, "other.example.com", "www.privacy.example.com", "localhost"]
)
def test_who_asks_for_another_name_is_shown_no_certificate(edge: Edge, name: str | None) -> None:
    trust = edge.trust()
    trust.check_hostname = False
    trust.verify_mode = ssl.CERT_NONE  # whatever is shown would do
    with pytest.raises(ssl.SSLError) as refusal:
        edge.connect(trust=trust, name=name)
    assert refusal.value.reason == "TLSV1_UNRECOGNIZED_NAME"


@pytest.mark.parametrize("tls", [True, False])
@pytest.mark.parametrize("host", ["other.example.com", "127.0.0.1", f"{NAME}.example.net"])
def test_a_request_for_another_host_is_not_answered(edge: Edge, host: str, *, tls: bool) -> None:
    with pytest.raises(ConnectionError):
        edge.ask("/healthz", headers={"Host": host}, tls=tls)


@pytest.mark.parametrize("tls", [True, False])
@pytest.mark.parametrize("version", ["1.0", "1.1"])
def test_a_request_without_a_host_is_not_answered(edge: Edge, version: str, *, tls: bool) -> None:
    with pytest.raises(ConnectionError):
        edge.send(f"GET /healthz HTTP/{version}\r\n\r\n".encode(), tls=tls)


def frame(kind: int, flags: int, stream: int, payload: bytes) -> bytes:
    """A frame of HTTP/2 (RFC 9113, section 4.1)."""
    head = len(payload).to_bytes(3, "big") + bytes([kind, flags]) + stream.to_bytes(4, "big")
    return head + payload


def read_exactly(line: socket.socket, length: int) -> bytes:
    got = b""
    while len(got) < length:
        piece = line.recv(length - len(got))
        assert piece, "the line was closed"
        got += piece
    return got


def test_http_2_is_spoken(edge: Edge) -> None:
    trust = edge.trust()
    trust.set_alpn_protocols(["h2", "http/1.1"])
    path, name = b"/healthz", NAME.encode()
    block = b"\x82\x87\x04" + bytes([len(path)]) + path + b"\x01" + bytes([len(name)]) + name
    with edge.connect(trust=trust) as line:
        assert line.selected_alpn_protocol() == "h2"
        line.sendall(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + frame(4, 0, 0, b""))
        line.sendall(frame(1, 0x5, 1, block))
        heard: dict[int, bytes] = {}
        ended = False
        while not ended:
            head = read_exactly(line, 9)
            payload = read_exactly(line, int.from_bytes(head[:3], "big"))
            if head[5:] == b"\0\0\0\1":
                heard[head[3]] = heard.get(head[3], b"") + payload
                ended = bool(head[4] & 1)
    assert heard[1].startswith(b"\x88"), ":status 200 in the table of HPACK"
    assert heard[0] == b'{"status":"ok"}\n'


def test_plain_text_on_the_port_of_tls_is_refused(edge: Edge) -> None:
    with edge.dial(edge.port) as line:
        line.sendall(build("/"))
        answer = read_answer(line)
    assert answer.status == 400
    assert "nginx" not in answer.text


@pytest.mark.parametrize("method", ["GET", "HEAD"])
@pytest.mark.parametrize("path", ["/", "/sign-in?next=/account", "/a%20b"])
def test_without_tls_who_looks_is_led_to_the_same_page_with_it(
    edge: Edge, method: str, path: str
) -> None:
    answer = edge.ask(path, method, tls=False)
    assert answer.status == 301
    assert answer.named("Location") == [f"{ADDRESS}{path}"]


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS", "PATCH"])
def test_without_tls_who_sends_is_refused_and_not_led_on(taped: Edge, method: str) -> None:
    answer = taped.ask("/sign-in", method, body=b"password=x", tls=False)
    assert answer.status == 403
    assert "Location" not in answer.headers
    assert "Strict-Transport-Security" not in answer.headers, "it means nothing without TLS"
    assert answer.named("X-Content-Type-Options") == ["nosniff"]
