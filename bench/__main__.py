"""`make bench`: pages, sign-ins, what their time tells, erasing, screening, growing: in one run."""

import os
import tempfile
from dataclasses import replace
from pathlib import Path
from statistics import median

from bench.erasing import measure_erasing, measure_sealing
from bench.growing import measure_growing
from bench.load import Client, Figures, hammer
from bench.purging import measure_purge
from bench.running import THREADS, WORKERS, environment_of, running
from bench.screening import measure_screening
from bench.signing_in import measure_sign_ins
from bench.timing import measure_timing
from portal.identity.credentials.rules import QUESTIONS
from portal.operations import demo_data
from portal.operations.data_inventory import HELD
from portal.operations.schema.migrate import migrate
from portal.platform.encryption.crypto import new_master_text
from portal.platform.runtime import assemble
from portal.platform.settings import Settings

ROUNDS, ROUND_SECONDS, CLIENTS = 5, 3.0, 4
MOST_OF_PROFILE = 2.0
"""How much more a page of somebody's data may cost than their profile."""
ROWAN = demo_data.CUSTOMERS[0]


def main() -> None:
    """Measure and print."""
    os.environ.setdefault("GLIBC_TUNABLES", "glibc.malloc.hugetlb=1")  # as docs/operate.md says
    with tempfile.TemporaryDirectory() as folder:
        settings = _prepare(Path(folder))
        parts = assemble(settings, HELD, QUESTIONS)
        migrate(parts)
        demo_data.load(parts)
        with running(parts, "portal") as port, running(parts, "bare") as bare_port:
            _measure_pages(port, bare_port)
            measure_sign_ins(parts, port, CLIENTS)
        with running(parts, "portal") as port:
            clients = [Client(port) for _ in range(CLIENTS)]
            for client in clients:
                _sign_in(client)
            measure_purge(parts, environment_of(parts), clients)
        measure_timing(settings)
        measure_sealing(settings)
        measure_erasing(settings)
        measure_screening(settings)
    measure_growing()


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
        "/your-data": (signed_in, "/your-data"),
        "/your-data/messages": (signed_in, "/your-data/messages"),
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
    profile = rates["/profile, signed in"]
    for name in ("/your-data", "/your-data/messages"):
        costs = median(base / mine for mine, base in zip(rates[name], profile, strict=True))
        print(f"{name} costs {costs:.2f} of /profile (at most {MOST_OF_PROFILE:.0f})")


def _sign_in(client: Client) -> float:
    first = client.send_form("/sign-in", {"email": ROWAN.details.email, "password": ROWAN.password})
    return first + client.send_form("/sign-in/question", {"answer": ROWAN.answer})


def _prepare(folder: Path) -> Settings:
    settings = Settings(
        instance=folder,
        demonstration=True,
        secret_key="for measuring only, forty characters....",  # noqa: S106  # protects nothing
        master_key=new_master_text(),
        limits_times=1000,
        workers=WORKERS,
        threads=THREADS,
    )
    return replace(settings, database_url=settings.database, keyring_url=settings.keyring)


if __name__ == "__main__":
    main()
