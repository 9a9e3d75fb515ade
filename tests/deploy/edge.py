"""A real nginx with the configuration of deploy/, and what is asked of it over real sockets."""

import os
import re
import socket
import ssl
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from http.client import HTTPMessage, HTTPResponse
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from portal.platform.core.clock import utc_clock
from tests.everything import ROOT, find_nginx
from tests.faults.test_processes import free_port

NAME = "privacy.example.com"
ADDRESS = f"https://{NAME}:8443"
"""Where people see the portal: a port of its own, which something before nginx leads here."""
TEMPLATE = ROOT / "deploy/nginx/nginx.conf"
REFUSALS = ROOT / "deploy/nginx/portal-refusals.conf"
HERE = "127.0.0.1"
PATIENCE_SECONDS = 30
PLACE = re.compile(r"@([A-Z]+)@")


@dataclass(frozen=True)
class Answer:
    """What came back."""

    status: int
    headers: HTTPMessage
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode()

    def named(self, name: str) -> list[str]:
        """Every value of a header; one header, one value."""
        return self.headers.get_all(name, [])


@dataclass
class Edge:
    """One nginx that runs, and where it listens."""

    folder: Path
    port: int
    plain_port: int

    def trust(self) -> ssl.SSLContext:
        """A client that knows the certificate and checks the name in it."""
        return ssl.create_default_context(cafile=str(self.folder / "certificate.pem"))

    def connect(
        self,
        *,
        name: str | None = NAME,
        trust: ssl.SSLContext | None = None,
        session: ssl.SSLSession | None = None,
        source: str = HERE,
    ) -> ssl.SSLSocket:
        """Open a line with TLS from one of this machine's addresses; the caller closes it."""
        line = self.dial(self.port, source)
        try:
            trust = trust or self.trust()
            return trust.wrap_socket(line, server_hostname=name, session=session)
        except OSError:
            line.close()
            raise

    def dial(self, port: int, source: str = HERE) -> socket.socket:
        return socket.create_connection((HERE, port), PATIENCE_SECONDS, (source, 0))

    def send(
        self, request: bytes, *, tls: bool = True, source: str = HERE, method: str = "GET"
    ) -> Answer:
        """Send exactly these bytes and read the one answer."""
        with self.connect(source=source) if tls else self.dial(self.plain_port, source) as line:
            line.sendall(request)
            return read_answer(line, method)

    def ask(  # noqa: PLR0913  # a request has so many parts
        self,
        path: str,
        method: str = "GET",
        headers: Mapping[str, str] | None = None,
        body: bytes = b"",
        *,
        tls: bool = True,
        source: str = HERE,
    ) -> Answer:
        """Ask as a browser does."""
        request = build(path, method, headers, body)
        return self.send(request, tls=tls, source=source, method=method)

    def log(self, name: str = "access.log") -> str:
        return (self.folder / name).read_text()

    def lines_from(self, network: str) -> list[str]:
        """The lines of the access log from a network, as soon as there is one."""
        end = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < end:
            if found := [line for line in self.log().splitlines() if f'"{network}"' in line]:
                return found
            time.sleep(0.05)
        raise AssertionError(f"nothing is logged from {network}")


def build(
    path: str, method: str = "GET", headers: Mapping[str, str] | None = None, body: bytes = b""
) -> bytes:
    """The bytes of a request; `headers` may say another host."""
    wanted = {"Host": NAME, "Connection": "close", **(headers or {})}
    if method == "POST":
        wanted.setdefault("Content-Length", str(len(body)))
    lines = [f"{method} {path} HTTP/1.1", *(f"{name}: {value}" for name, value in wanted.items())]
    return "\r\n".join([*lines, "", ""]).encode() + body


def read_answer(line: socket.socket, method: str = "GET") -> Answer:
    """Read an answer; raises `ConnectionError` when the line was closed without one."""
    answer = HTTPResponse(line, method=method)
    try:
        answer.begin()
        return Answer(answer.status, answer.msg, answer.read())
    finally:
        answer.close()


# ------------------------------------------------------------------------------ the configuration


def documented_places() -> dict[str, str]:
    """What docs/operate.md puts into each place."""
    text = (ROOT / "docs/operate.md").read_text("utf-8")
    return dict(re.findall(r"s\|@([A-Z]+)@\|([^|\s]+)\|g", text))


def fill(text: str, places: Mapping[str, str]) -> str:
    """Put values into the places, as the documented command does."""
    for place, value in places.items():
        text = text.replace(f"@{place}@", value)
    return text


def move(text: str, folder: Path) -> str:
    """Let a configuration run beside others, as whoever runs the tests: nothing else is changed."""
    for before, after in (
        ("user www-data;", "user root;" if os.geteuid() == 0 else ""),
        ("pid /run/", f"pid {folder}/"),
        ("http {", "http {\n" + "".join(_scratch(folder))),
    ):
        assert text.count(before) == 1, before
        text = text.replace(before, after)
    text = text.replace("/var/log/nginx/", f"{folder}/")
    text = re.sub(r"\n *listen \[::\]:.*", "", text)  # not every machine has IPv6
    return text.replace("listen ", f"listen {HERE}:")


def _scratch(folder: Path) -> Iterator[str]:
    """Say where nginx may put files, of which it is to make none."""
    names = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    yield from (f"    {name}_temp_path {folder / name};\n" for name in names)


def make_certificate(folder: Path) -> None:
    """Write a certificate for the name, signed by itself, and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, NAME)])
    now = utc_clock()
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(NAME)]), critical=False)
        .sign(key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    (folder / "certificate.pem").write_bytes(certificate.public_bytes(pem))
    (folder / "key.pem").write_bytes(
        key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )


@contextmanager
def edge_before(portal_port: int | tuple[int, ...], folder: Path) -> Iterator[Edge]:
    """Run nginx in front of a port, or of several."""
    ports = (portal_port,) if isinstance(portal_port, int) else portal_port
    nginx = find_nginx()
    assert nginx is not None
    folder.mkdir()
    make_certificate(folder)
    edge = Edge(folder, free_port(), free_port())
    places = {
        "ADDRESS": ADDRESS,
        "NAME": NAME,
        "CERTIFICATE": str(folder / "certificate.pem"),
        "KEY": str(folder / "key.pem"),
        "PORTAL": str(ports[0]),
        "HTTP": str(edge.plain_port),
        "HTTPS": str(edge.port),
    }
    text = fill(TEMPLATE.read_text("utf-8"), places)
    line = f"        server {HERE}:{ports[0]} max_fails=0;"
    assert text.count(line) == 1
    more = [line.replace(str(ports[0]), str(port)) for port in ports]
    text = text.replace(line, "\n".join(more))
    (folder / "nginx.conf").write_text(move(text, folder))
    (folder / REFUSALS.name).write_text(REFUSALS.read_text("utf-8"))
    words = ["-p", str(folder), "-c", "nginx.conf", "-e", "start.log", "-g", "daemon off;"]
    with subprocess.Popen([nginx, *words], stderr=subprocess.DEVNULL) as process:  # noqa: S603  # of this machine
        try:
            wait_until_it_listens(process, edge.port, folder / "start.log")
            yield edge
        finally:
            process.terminate()
            process.wait(PATIENCE_SECONDS)


def wait_until_it_listens(process: "subprocess.Popen[bytes]", port: int, said: Path) -> None:
    """Wait for a port; raises `AssertionError` with what was said when the process has ended."""
    end = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < end and process.poll() is None:
        try:
            socket.create_connection((HERE, port), 1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise AssertionError(said.read_text() if said.exists() else "it does not listen")
