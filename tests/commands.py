"""Run our commands, each in a process of its own that has imported the program already.

Python and the program take more than a second to start; a copy of a process that has done so
takes none. What a command sees is the same: its words, its settings, its three streams.
"""

import multiprocessing
import os
import runpy
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

from portal.operations.cli.base import MODULES
from tests.databases import MASTER

COPIES = multiprocessing.get_context("forkserver")
PROGRAM = [f"portal.operations.cli.{module}" for module in MODULES]
FAULTY = [f"tests.faults.{name}" for name in ("dying", "guessing", "migrating")]
COPIES.set_forkserver_preload([*PROGRAM, *FAULTY])
"""Makes processes by copying one in which the program is imported."""
PATIENCE = 60
"""Seconds that a command may take on a busy machine."""
REAL = {
    "PORTAL_SECRET_KEY": "s" * 40,
    "PORTAL_MASTER_KEY": MASTER,
    "PORTAL_PUBLIC_URL": "https://privacy.example.com",
    "PORTAL_PROXIES": "1",
    "PORTAL_SMTP_URL": "smtp://127.0.0.1:9",
    "PORTAL_ARGON2_MEMORY_KIB": "19456",
}
"""Settings of a portal that is no demonstration."""
STREAMS = ("stdin", "stdout", "stderr")


def run(
    instance: Path, *words: str, typed: str | bytes = "", **settings: str
) -> subprocess.CompletedProcess[str]:
    """Run `python -m portal` with some words to its end, as somebody at a terminal does."""
    plain = {name: value for name, value in os.environ.items() if not name.startswith("PORTAL_")}
    environment = {**plain, **REAL, "PORTAL_INSTANCE": str(instance), **settings}
    with TemporaryDirectory() as folder:
        streams = [Path(folder) / name for name in STREAMS]
        streams[0].write_bytes(typed.encode() if isinstance(typed, str) else typed)
        process = COPIES.Process(target=_become, args=(words, environment, streams))
        process.start()
        process.join(PATIENCE)
        if process.exitcode is None:
            process.kill()
            raise TimeoutError(words)
        told, complained = (one.read_text() for one in streams[1:])
    return subprocess.CompletedProcess(words, process.exitcode, told, complained)


def _become(words: tuple[str, ...], environment: Mapping[str, str], streams: list[Path]) -> None:
    """Be the command: in the place of this process, with its streams and settings."""
    for number, (name, path) in enumerate(zip(STREAMS, streams, strict=True)):
        way = "r" if name == "stdin" else "w"
        with path.open(way) as file:
            os.dup2(file.fileno(), number)
        setattr(sys, name, os.fdopen(number, way, buffering=1 if number == 1 else -1))
    os.environ.clear()
    os.environ.update(environment)
    sys.argv = ["portal", *words]
    runpy.run_module("portal", run_name="__main__", alter_sys=True)
