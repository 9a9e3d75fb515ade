"""The purge of a hundred thousand expired registrations: memory, and pages meanwhile."""

import subprocess
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from bench.filling import fill_unconfirmed
from bench.load import Client, Figures, hammer
from portal.platform.runtime import Runtime

FEW, MANY = 10_000, 100_000
PAGE, BEFORE_SECONDS, PATIENCE_SECONDS = "/profile", 10.0, 300


def measure_purge(parts: Runtime, environment: dict[str, str], clients: list[Client]) -> None:
    """Print what a purge takes, and how long a signed-in page takes without it and during it."""
    few = _purge(parts, environment, FEW, lambda: None)
    without = hammer(clients, PAGE, BEFORE_SECONDS)
    during = Figures()
    many = _purge(parts, environment, MANY, lambda: during.add(hammer(clients, PAGE, 1.0)))
    print(f"\n{'purge of expired registrations':34}{'MiB':>9}{'seconds':>9}")
    for number, (memory, seconds) in ((FEW, few), (MANY, many)):
        print(f"  {number:>9,} records{'':15}{memory:9.1f}{seconds:9.1f}")
    print(f"\n{PAGE + ', signed in':34}{'p50 ms':>9}{'p99 ms':>9}")
    for name, figures in (("without a purge", without), ("during the purge", during)):
        print(f"  {name:32}{figures.percentile(0.5):9.1f}{figures.percentile(0.99):9.1f}")
    print(f"  during against without{during.percentile(0.99) / without.percentile(0.99):19.2f} ×")


def _purge(
    parts: Runtime, environment: dict[str, str], number: int, meanwhile: Callable[[], None]
) -> tuple[float, float]:
    """Fill in expired rows and purge them in a process of its own; its memory and seconds."""
    fill_unconfirmed(parts, number)
    start = time.perf_counter()
    command = [sys.executable, "-m", "portal", "purge", "--yes"]
    with subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL) as process:  # noqa: S603  # our own program
        peak = _Peak(process.pid)
        while process.poll() is None and time.perf_counter() - start < PATIENCE_SECONDS:
            meanwhile()
            time.sleep(0.05)
    return peak.stop(), time.perf_counter() - start


class _Peak:
    """Follows the memory of a process while it runs."""

    def __init__(self, process: int) -> None:
        self._file, self._most = Path(f"/proc/{process}/status"), 0
        self._thread = threading.Thread(target=self._follow, daemon=True)
        self._stopped = threading.Event()
        self._thread.start()

    def _follow(self) -> None:
        with suppress(OSError):
            while not self._stopped.wait(0.1):
                for line in self._file.read_text().splitlines():
                    if line.startswith("VmHWM"):
                        self._most = max(self._most, int(line.split()[1]))

    def stop(self) -> float:
        """Return the most memory it had, in MiB."""
        self._stopped.set()
        self._thread.join()
        return self._most / 1024
