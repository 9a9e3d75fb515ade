"""Go through the whole table of pairs, or some of it, and say what was found.

    python -m tests.interleavings --db postgresql                   everything
    python -m tests.interleavings --only choices,left --most 8      some groups, fewer borders
    python -m tests.interleavings --pair home:profile,all_off       one pair, or three at once
    python -m tests.interleavings --alone                           what each verb says by itself

Ends with 1 when something was found. `--share 1/2` takes every second pair, for two processes.
"""

import argparse
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import structlog

from tests.everything import IN_MEMORY
from tests.interleavings.groups import CHOSEN, GROUPS, THREE
from tests.interleavings.held import KILL
from tests.interleavings.hunt import Hunt
from tests.interleavings.lab import open_lab

Pairs = list[tuple[str, ...]]


def be_quiet(*_: Any) -> Any:
    """What fails on purpose needs no line in a log."""
    raise structlog.DropEvent


def chosen(asked: argparse.Namespace) -> Iterator[tuple[str, Pairs]]:
    """Yield the groups that were asked for, each with its pairs."""
    if asked.pair:
        for one in asked.pair:
            scene, _, names = one.rpartition(":")
            yield one, [(scene or "home", *names.split(","))]
        return
    names = asked.only.split(",") if asked.only else [*GROUPS, "three"]
    number, of = (int(part) for part in asked.share.split("/"))
    for name in names:
        pairs: Pairs
        if name == "chosen":
            pairs = [one for some in CHOSEN.values() for one in some]
        else:
            pairs = list(THREE) if name == "three" else list(GROUPS[name].pairs())
        yield name, pairs[number - 1 :: of]


def go(hunt: Hunt, asked: argparse.Namespace) -> None:
    """Go through them, and print what was found group by group."""
    for name, pairs in chosen(asked):
        begun, runs, known = time.monotonic(), hunt.runs, len(hunt.findings)
        for scene, *verbs in pairs:
            if asked.alone:
                for verb in set(verbs) - {KILL}:
                    print(f"{scene} {verb}: {hunt.alone(scene, verb).said}")
            else:
                hunt.meet(scene, *verbs)
        for finding in hunt.findings.since(known):
            print(finding)
        seconds = time.monotonic() - begun
        print(
            f"## {name} ({asked.db}): {len(pairs)} pairs, {hunt.runs - runs} interleavings,"
            f" {len(hunt.findings) - known} kinds of finding, {seconds:.0f} s",
            flush=True,
        )


def main(arguments: Sequence[str]) -> int:
    """Do what was asked; 0 when nothing was found."""
    parser = argparse.ArgumentParser(prog="python -m tests.interleavings", description=__doc__)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("--db", choices=("postgresql", "sqlite"), default="postgresql")
    parser.add_argument("--only", default="", help="groups, with commas between them")
    parser.add_argument("--pair", action="append", help="scene:held,meanwhile[,meanwhile]")
    parser.add_argument("--most", type=int, default=400, help="borders of a verb, at most")
    parser.add_argument("--share", default="1/1", help="which part of the pairs: 1/2, 2/2")
    parser.add_argument("--alone", action="store_true", help="no pairs: each verb by itself")
    asked = parser.parse_args(arguments)
    structlog.configure(processors=[be_quiet])
    begun = time.monotonic()
    memory = str(IN_MEMORY) if IN_MEMORY.is_dir() else None
    with (
        tempfile.TemporaryDirectory(prefix="ia", dir=memory) as folder,
        open_lab(asked.db, Path(folder)) as lab,
    ):
        hunt = Hunt(lab, most=asked.most)
        go(hunt, asked)
    print(
        f"{hunt.pairs} pairs, {hunt.runs} interleavings, {len(hunt.findings)} kinds of finding,"
        f" {time.monotonic() - begun:.0f} s on {asked.db}"
    )
    return int(len(hunt.findings) > 0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
