"""Run every check and every test, one after the other, and say what came of each.

    python -m tests.everything                  every check, and the tests of an ordinary run
    python -m tests.everything --level quick    the checks, and the tests that start no server
    python -m tests.everything --level all      every test on both databases: what a night is for
    python -m tests.everything --source-only    the checks of the source, without the tests
    python -m tests.everything --coverage       and which branches no test has been through

A failing step does not keep the next ones from running.
"""

import argparse
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
TOOLS = Path(sys.executable).parent
IN_MEMORY = Path("/dev/shm")  # noqa: S108  # a file system, not a file
ROOM_BYTES = 2 * 1024**3
BROWSERS = ("chromium", "chromium-browser", "google-chrome")


@dataclass(frozen=True, slots=True)
class Step:
    """One thing to run: what it is for, and the command."""

    purpose: str
    command: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a step; `last_line` is the last thing it said."""

    purpose: str
    passed: bool
    seconds: float
    last_line: str = ""


def find_chromium() -> str | None:
    """Return the browser that journeys drive, or None where there is none."""
    chosen = os.environ.get("PORTAL_TEST_CHROMIUM")
    if chosen:
        return shutil.which(chosen)
    return next(filter(None, map(shutil.which, BROWSERS)), None)


def find_firefox() -> str | None:
    """Return the Firefox that the main journeys are made in as well, or None."""
    return shutil.which("firefox-esr") or shutil.which("firefox")


def find_webkit() -> str | None:
    """Return what starts a WebKit, or None where that or a screen for it is missing."""
    return shutil.which("WebKitWebDriver") if shutil.which("Xvfb") else None


def find_nginx() -> str | None:
    """Return the nginx that stands in front of the portal, or None where there is none."""
    return shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin:/usr/local/sbin")


def in_ci() -> bool:
    """Tell whether nothing may be left out: the machine is there to check everything."""
    return os.environ.get("CI", "").lower() in {"1", "true", "yes"}


def scratch() -> dict[str, str]:
    """Let temporary files lie in memory where there is room: tests wait for the disk most of all.

    What is tested survives killed processes, not power cuts, so nothing is lost by it.
    """
    has_room = IN_MEMORY.is_dir() and shutil.disk_usage(IN_MEMORY).free >= ROOM_BYTES
    return {"TMPDIR": str(IN_MEMORY)} if has_room and "TMPDIR" not in os.environ else {}


def source_steps() -> tuple[Step, ...]:
    """Return the checks that only read the source."""
    return (
        Step("Style of the source (ruff)", _tool("ruff", "check")),
        Step("Layout of the source (ruff)", _tool("ruff", "format", "--check")),
        Step("Types (mypy)", _tool("mypy")),
        Step("Who may import whom (import-linter)", _tool("lint-imports", "--no-cache")),
        Step("Templates (djlint)", _tool("djlint", "--lint", "--quiet", "templates")),
        Step("Layout of the templates (djlint)", _tool("djlint", "--check", "templates")),
        Step("Spelling (codespell)", _tool("codespell")),
    )


def test_step(*, level: str, journeys: bool, coverage: bool) -> Step:
    """Return the tests: four processes, an order that is new every time.

    Of two cores three processes leave a third unused: they wait for servers, browsers and disks.
    """
    extra: tuple[str, ...] = ("--level", level)
    if not journeys:
        extra += ("-m", "not journey")
    if coverage:
        extra += ("--cov", "--cov-report=term-missing:skip-covered")
    return Step("Tests (pytest)", _tool("pytest", "-n", "4", "--dist", "worksteal", *extra))


def run(step: Step) -> Outcome:
    """Run one step, pass its words on as they come, and keep the last of them."""
    print(f"\n==> {step.purpose}", flush=True)
    started = time.monotonic()
    last_line = ""
    try:
        with subprocess.Popen(
            step.command,
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": str(ROOT), **scratch()},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
        ) as process:
            for line in process.stdout or ():
                print(line, end="", flush=True)
                last_line = line.strip() or last_line
            passed = process.wait() == 0
    except OSError as error:
        last_line, passed = f"cannot be started: {error}", False
        print(last_line)
    seconds = time.monotonic() - started
    print(f"    {_word(passed=passed)} after {seconds:.1f} s", flush=True)
    return Outcome(step.purpose, passed, seconds, last_line)


def missing_browser() -> Outcome | None:
    """Say that journeys need a browser; in CI that is a failure, elsewhere a gap."""
    print("\n==> This machine lacks Chromium, so no journey in a browser is tested.")
    print("    To install it: sudo apt-get install chromium")
    print("    Or name another one: PORTAL_TEST_CHROMIUM=/path/to/chromium")
    return Outcome("Chromium, for the journeys", passed=False, seconds=0) if in_ci() else None


def missing_firefox() -> Outcome | None:
    """Say that the main journeys need Firefox; in CI that is a failure, elsewhere a gap."""
    print("\n==> This machine lacks Firefox, so no journey is tested in it.")
    print("    To install it: sudo apt-get install firefox-esr")
    return Outcome("Firefox, for the main journeys", passed=False, seconds=0) if in_ci() else None


def missing_proxy() -> Outcome | None:
    """Say that the proxy's configuration needs nginx; in CI that is a failure, elsewhere a gap."""
    print("\n==> This machine lacks nginx, so the way in over TLS is not tested.")
    print("    To install it: sudo apt-get install nginx")
    return Outcome("nginx, for the way in over TLS", passed=False, seconds=0) if in_ci() else None


def report(outcomes: Sequence[Outcome], *, tests: Outcome | None, gaps: Sequence[str] = ()) -> bool:
    """Print the closing summary, the tests' own closing line at the very end."""
    print("\n==> Summary")
    for outcome in outcomes:
        print(f"    {_word(passed=outcome.passed):6} {outcome.seconds:6.1f} s  {outcome.purpose}")
    for gap in gaps:
        print(f"    left out         {gap}")
    passed = all(outcome.passed for outcome in outcomes)
    print(f"    {'Everything passed' if passed else 'Something FAILED: see above'}.")
    if tests:
        print(tests.last_line)
    return passed


def main(arguments: Sequence[str]) -> int:
    """Run what was asked for; 0 when all of it passed."""
    parser = argparse.ArgumentParser(prog="python -m tests.everything", description=__doc__)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("--source-only", action="store_true", help="leave the tests out")
    parser.add_argument("--coverage", action="store_true", help="report untested branches")
    levels = ("quick", "ordinary", "all")
    parser.add_argument("--level", choices=levels, default="ordinary", help="how many tests")
    asked = parser.parse_args(arguments)

    outcomes = [run(step) for step in source_steps()]
    if asked.source_only:
        return int(not report(outcomes, tests=None))

    gaps = []
    browser = find_chromium()
    if browser is None and asked.level != "quick":
        gaps.append("journeys in a browser: sudo apt-get install chromium")
        outcomes += filter(None, [missing_browser()])
    if find_firefox() is None and asked.level != "quick":
        gaps.append("the main journeys in Firefox: sudo apt-get install firefox-esr")
        outcomes += filter(None, [missing_firefox()])
    if find_webkit() is None and asked.level != "quick":
        gaps.append("the main journeys in WebKit: sudo apt-get install webkit2gtk-driver xvfb")
    if find_nginx() is None and asked.level != "quick":
        gaps.append("the way in over TLS: sudo apt-get install nginx")
        outcomes += filter(None, [missing_proxy()])
    if asked.level == "all" and shutil.which("java") is None:
        gaps.append("the checker of HTML: sudo apt-get install default-jre-headless")
    tests = run(test_step(level=asked.level, journeys=browser is not None, coverage=asked.coverage))
    outcomes.append(tests)
    return int(not report(outcomes, tests=tests, gaps=gaps))


def _tool(name: str, *arguments: str) -> tuple[str, ...]:
    return (str(TOOLS / name), *arguments)


def _word(*, passed: bool) -> str:
    return "passed" if passed else "FAILED"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
