"""Screening a campaign list against a million customers, beside sorting the same file."""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from statistics import median
from threading import Thread

from bench.filling import fill_contact_hashes, fill_customers
from bench.running import environment_of
from portal.identity.credentials.rules import QUESTIONS
from portal.operations.data_inventory import HELD
from portal.operations.schema.migrate import migrate
from portal.platform.runtime import assemble
from portal.platform.settings import Settings

CUSTOMERS, ROWS, ROUNDS = 1_000_000, 1_000_000, 3
AT_MOST, MEBIBYTES = 10.0, 300
LOCALE = "C.UTF-8"
"""As what a list is sorted: as text, in the locale that every system has."""
STEP = 1_299_709
"""A prime, by which the rows are in no order."""
TOWNS = ("Exampleton", "Sampleford", "Little Instance", "Market Specimen")


def measure_screening(settings: Settings) -> None:
    """Measure and print: the two commands take turns."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        files = replace(
            settings,
            instance=folder,
            database_url=f"sqlite:///{folder / 'portal.db'}",
            keyring_url=f"sqlite:///{folder / 'keys.db'}",
        )
        parts = assemble(files, HELD, QUESTIONS)
        migrate(parts)
        fill_customers(parts, CUSTOMERS)
        fill_contact_hashes(parts, CUSTOMERS, map(_email, range(CUSTOMERS)), "offers")
        environment = {**environment_of(parts), "LC_ALL": LOCALE}
        parts.close()
        source = folder / "list.csv"
        with source.open("w", encoding="utf-8") as file:
            file.writelines(_rows())
        print(f"\n{f'screening {ROWS:,} rows':36}  seconds   of sorting      MiB")
        for channel in ("email", "telephone"):
            _measure(channel, source, environment)


def _measure(channel: str, source: Path, environment: dict[str, str]) -> None:
    command = [sys.executable, "-m", "portal", "screen", "--purpose", "offers", "--prospects"]
    ratios, seconds, peaks = [], [], []
    for _ in range(ROUNDS):
        sorting, _ = _run(["sort", "-o", os.devnull, str(source)], source, environment)
        took, peak = _run([*command, "--channel", channel], source, environment)
        ratios.append(took / sorting)
        seconds.append(took)
        peaks.append(peak)
    ratio, peak = median(ratios), max(peaks)
    good = ratio <= AT_MOST and peak < MEBIBYTES
    print(
        f"  by {channel:33}{median(seconds):7.1f}{ratio:11.1f} ×{peak:9.0f}"
        f"   at most {AT_MOST:.0f} ×, under {MEBIBYTES}: {'yes' if good else 'NO'}"
    )


def _run(command: list[str], source: Path, environment: dict[str, str]) -> tuple[float, float]:
    """Run a command; return its seconds and the most MiB that all its processes took together."""
    peaks = [0.0]
    start = time.perf_counter()
    with source.open("rb") as given, Path(os.devnull).open("wb") as nowhere:
        running = subprocess.Popen(  # noqa: S603  # our own program
            command, stdin=given, stdout=nowhere, stderr=nowhere, env=environment
        )
        watch = Thread(target=_watch, args=(running, peaks))
        watch.start()
        if running.wait() not in (0, 3):
            raise RuntimeError(f"{command[0]} went wrong")
        took = time.perf_counter() - start
        watch.join()
    return took, peaks[0]


def _watch(running: "subprocess.Popen[bytes]", peaks: list[float]) -> None:
    while running.poll() is None:
        found = [running.pid, *_children(running.pid)]
        peaks[0] = max(peaks[0], sum(map(_mebibytes, found)))
        time.sleep(0.1)


def _children(pid: int) -> list[int]:
    try:
        text = Path(f"/proc/{pid}/task/{pid}/children").read_text("ascii")
    except OSError:
        return []
    return [int(one) for one in text.split()]


def _mebibytes(pid: int) -> float:
    """Return what a process takes; what several share is divided among them (PSS)."""
    try:
        text = Path(f"/proc/{pid}/smaps_rollup").read_text("ascii")
    except OSError:
        return 0.0
    return next((int(line.split()[1]) / 1024 for line in text.split("\n") if "Pss:" in line), 0.0)


def _email(number: int) -> str:
    return f"person.{number}@example.com"


def _rows() -> Iterator[str]:
    """Give a list: half of its addresses are customers', the others nobody's."""
    yield "Title,First name,Family name,Address,Town,Postcode,Telephone,Email\n"
    for number in range(ROWS):
        mixed = number * STEP
        email = _email(mixed % (CUSTOMERS * 2))
        telephone = f"01632 960{mixed % 1000:03}"
        town = TOWNS[number % len(TOWNS)]
        yield f"Mx,Rowan,Example,{number % 300} Sample Street,{town},ZZ99 9ZZ,{telephone},{email}\n"
