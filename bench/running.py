"""Runs the portal, or a bare route, as real processes to measure."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

from bench.load import Client
from portal.identity.accounts.queries import find_customer_by_email
from portal.operations import demo_data
from portal.platform.runtime import Runtime

WORKERS, THREADS = 2, 4


def environment_of(parts: Runtime) -> dict[str, str]:
    """Return the settings of a process that uses the same databases."""
    settings = parts.settings
    return {
        **os.environ,
        "PORTAL_DEMONSTRATION": "1",
        "PORTAL_INSTANCE": str(settings.instance),
        "PORTAL_DATABASE_URL": settings.database,
        "PORTAL_KEYRING_URL": settings.keyring,
        "PORTAL_SECRET_KEY": settings.secret_key,
        "PORTAL_MASTER_KEY": settings.master_key,
        "PORTAL_LIMITS_TIMES": str(settings.limits_times),
        "PORTAL_ARGON2_MEMORY_KIB": str(settings.argon2_memory_kib),
        "PORTAL_ARGON2_TIME": str(settings.argon2_time),
    }


@contextmanager
def running(parts: Runtime, which: str) -> Iterator[int]:
    """Run the portal, or the bare route, with the same server and settings."""
    port = _free_port()
    with parts.work() as work:
        customer = find_customer_by_email(work, demo_data.CUSTOMERS[0].details.email)
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
