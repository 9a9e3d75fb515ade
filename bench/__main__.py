"""`make bench`: pages against a bare route, a sign-in against its hashes, erasing, purging."""

import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from statistics import median

from bench.erasing import measure_erasing, measure_sealing
from bench.load import Client, Figures, hammer
from bench.purging import environment_of, measure_purge
from portal import demonstration
from portal.account.queries import find_customer_by_email
from portal.credentials.rules import QUESTIONS
from portal.register import HELD
from portal.runtime import Runtime, assemble
from portal.schema import migrate
from portal.settings import Settings
from portal.vault.crypto import new_master_text

ROUNDS, ROUND_SECONDS, CLIENTS, SIGN_INS = 5, 3.0, 4, 20
WORKERS, THREADS = 2, 2
ROWAN = demonstration.CUSTOMERS[0]


def main() -> None:
    """Measure and print."""
    with tempfile.TemporaryDirectory() as folder:
        settings = _prepare(Path(folder))
        parts = assemble(settings, HELD, QUESTIONS)
        migrate(parts)
        demonstration.load(parts)
        with _running(parts, "portal") as port, _running(parts, "bare") as bare_port:
            _measure_pages(port, bare_port)
            _measure_sign_in(parts, port)
        with _running(parts, "portal") as port:
            clients = [Client(port) for _ in range(CLIENTS)]
            for client in clients:
                _sign_in(client)
            measure_purge(parts, environment_of(parts), clients)
        measure_sealing(settings)
        measure_erasing(settings)


def _measure_pages(port: int, bare_port: int) -> None:
    bare = [Client(bare_port) for _ in range(CLIENTS)]
    signed_in = [Client(port) for _ in range(CLIENTS)]
    for client in signed_in:
        _sign_in(client)
    runs = {
        "bare route, one row": (bare, "/row"),
        "/healthz": (signed_in, "/healthz"),
        "/profile, signed in": (signed_in, "/profile"),
        "/account, signed in": (signed_in, "/account"),
    }
    figures = {name: Figures() for name in runs}
    rates: dict[str, list[float]] = {name: [] for name in runs}
    for clients, path in runs.values():
        hammer(clients, path, 1.0)
    for _ in range(ROUNDS):
        for name, (clients, path) in runs.items():
            one = hammer(clients, path, ROUND_SECONDS)
            figures[name].add(one)
            rates[name].append(one.rate)
    print(f"{'page':24}{'requests/s':>12}{'p50 ms':>9}{'p99 ms':>9}{'of the bare route':>20}")
    floor = rates["bare route, one row"]
    for name, found in figures.items():
        ratio = median(mine / base for mine, base in zip(rates[name], floor, strict=True))
        print(
            f"{name:24}{found.rate:12.0f}{found.percentile(0.5):9.1f}"
            f"{found.percentile(0.99):9.1f}{ratio:19.0%}"
        )


def _measure_sign_in(parts: Runtime, port: int) -> None:
    hashed = parts.hasher.hash(ROWAN.password)
    hashes, sign_ins = [], []
    client = Client(port)
    for _ in range(SIGN_INS):
        start = time.perf_counter()
        parts.hasher.verify(ROWAN.password, hashed)
        parts.hasher.verify(ROWAN.password, hashed)
        hashes.append(time.perf_counter() - start)
        client.forget()
        sign_ins.append(_sign_in(client))
    ratio = median(mine / base for mine, base in zip(sign_ins, hashes, strict=True))
    print(f"\n{'two password hashes':24}{1000 * median(hashes):9.1f} ms")
    print(f"{'sign-in, both steps':24}{1000 * median(sign_ins):9.1f} ms{ratio:11.2f} × the hashes")


def _sign_in(client: Client) -> float:
    first = client.send_form("/sign-in", {"email": ROWAN.details.email, "password": ROWAN.password})
    return first + client.send_form("/sign-in/question", {"answer": ROWAN.answer})


def _prepare(folder: Path) -> Settings:
    settings = Settings(
        instance=folder,
        demonstration=True,
        secret_key="for measuring only, forty characters....",  # noqa: S106  # protects nothing
        master_key=new_master_text(),
        workers=WORKERS,
        threads=THREADS,
    )
    return replace(settings, database_url=settings.database, keyring_url=settings.keyring)


@contextmanager
def _running(parts: Runtime, which: str) -> Iterator[int]:
    """Run the portal, or the bare route, with the same server and settings."""
    port = _free_port()
    with parts.work() as work:
        customer = find_customer_by_email(work, ROWAN.details.email)
    environment = {
        **environment_of(parts),
        "PORTAL_WORKERS": str(WORKERS),
        "PORTAL_THREADS": str(THREADS),
        "PORTAL_PORT": str(port),
        "BENCH_DATABASE": parts.settings.database,
        "BENCH_CUSTOMER": str(customer.id if customer else ""),
    }
    bare = ["-m", "gunicorn", "bench.bare:create_app()", "--bind", f"127.0.0.1:{port}"]
    bare += ["--workers", str(WORKERS), "--threads", str(THREADS), "--worker-class", "gthread"]
    bare += ["--keep-alive", "5", "--no-control-socket", "--log-level", "warning"]
    command = [sys.executable, *(["-m", "portal", "serve"] if which == "portal" else bare)]
    with subprocess.Popen(command, env=environment, stderr=subprocess.DEVNULL) as server:  # noqa: S603  # our own program
        try:
            _wait(port, "/readyz" if which == "portal" else "/row")
            yield port
        finally:
            server.terminate()


def _wait(port: int, path: str) -> None:
    for _ in range(200):
        try:
            Client(port).send("GET", path)
        except (OSError, RuntimeError):
            time.sleep(0.1)
        else:
            return
    raise RuntimeError(f"nothing answers on port {port}")


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
    return port


if __name__ == "__main__":
    main()
