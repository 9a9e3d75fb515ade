"""Try the portal on one machine: everything is made at the first start, in one folder."""

import json
import os
import secrets
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from portal.identity.credentials.rules import QUESTIONS
from portal.operations import demo_data
from portal.operations.backup.erasure_replay import replay
from portal.operations.data_inventory import HELD
from portal.operations.demo_billing import OTHER_SYSTEMS
from portal.operations.schema.migrate import migrate
from portal.platform.encryption.crypto import new_master_text
from portal.platform.runtime import assemble
from portal.platform.settings import Settings, SettingsError

STEPS = 4
PROCESSES, BILLING = ("worker", "serve"), "demo-billing"
"""Commands that run beside each other; the made-up billing system where no other is set."""
START_SECONDS = 60
STOP_SECONDS = 15


class DemoInstance:
    """A demonstration: made-up people, no TLS, emails as files."""

    def __init__(self, settings: Settings) -> None:
        self._given = settings

    def run(self, *, load_only: bool) -> None:
        """Create what is missing; then run the web server and the worker until Ctrl+C."""
        with _step(1, f"Folder and secrets in {self._given.instance}"):
            settings = self._prepare()
        parts = assemble(settings, HELD, QUESTIONS)
        with _step(2, "Both databases"):
            migrate(parts)
            replay(parts, is_restored=False, report=lambda _: None)
        with _step(3, "Demonstration people"):
            if demo_data.is_empty(parts):
                demo_data.load(parts)
        parts.close()
        if load_only:
            return
        commands = (*PROCESSES, *(() if self._given.other_systems_file else (BILLING,)))
        children = [self._start(one, settings) for one in commands]
        try:
            with _step(STEPS, "Web server, worker and billing system"):
                _wait_until_ready(settings, children)
            _say_how(settings)
            _wait(children)
        except KeyboardInterrupt:
            _say("\nStopping …")
        finally:
            _stop(children)
        _say("Stopped. Everything is kept; start again with the same command.")

    def _prepare(self) -> Settings:
        folder = self._given.instance
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        return replace(
            self._given,
            demonstration=True,
            secret_key=self._given.secret_key
            or _keep(folder / "secret_key", secrets.token_hex(32)),
            master_key=self._given.master_key or _keep(folder / "master_key", new_master_text()),
            recipients_file=self._given.recipients_file or _keep_recipients(folder),
            other_systems_file=self._given.other_systems_file or _write_other_systems(folder),
        )

    def _start(self, command: str, settings: Settings) -> subprocess.Popen[bytes]:
        environment = {
            **os.environ,
            "PORTAL_DEMONSTRATION": "1",
            "PORTAL_INSTANCE": str(settings.instance.absolute()),
            "PORTAL_SECRET_KEY": settings.secret_key,
            "PORTAL_MASTER_KEY": settings.master_key,
            "PORTAL_RECIPIENTS_FILE": settings.recipients_file,
            "PORTAL_OTHER_SYSTEMS_FILE": settings.other_systems_file,
        }
        log = settings.instance / "log"
        log.mkdir(mode=0o700, exist_ok=True)
        with (log / f"{command}.log").open("ab") as file:
            return subprocess.Popen(  # noqa: S603  # our own program
                [sys.executable, "-m", "portal", command],
                env=environment,
                stderr=file,
                stdout=file,
                stdin=subprocess.DEVNULL,
                start_new_session=True,
            )


def _keep(file: Path, made: str) -> str:
    """Return a secret from its file (0600); it is created at the first start."""
    try:
        descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return file.read_text("ascii").strip()
    with os.fdopen(descriptor, "w", encoding="ascii") as opened:
        opened.write(made + "\n")
    return made


def _keep_recipients(folder: Path) -> str:
    """Return the path of the file of made-up recipients; it is created at the first start."""
    file = folder / "recipients.json"
    _keep(file, json.dumps(demo_data.RECIPIENTS, indent=1))
    return str(file.absolute())


def _write_other_systems(folder: Path) -> str:
    """Write the file of made-up other systems, with a free port for the billing system.

    Return its path.
    """
    secret = _keep(folder / "billing_secret", f"whsec_{secrets.token_hex(32)}")
    with socket.create_server(("127.0.0.1", 0)) as free:
        url = f"http://127.0.0.1:{free.getsockname()[1]}/privacy"
    billing, *others = OTHER_SYSTEMS
    file = folder / "other_systems.json"
    file.write_text(json.dumps([{**billing, "url": url, "secret": secret}, *others], indent=1))
    file.chmod(0o600)
    return str(file.absolute())


@contextmanager
def _step(number: int, what: str) -> Iterator[None]:
    start = time.perf_counter()
    _say(f"[{number}/{STEPS}] {what} …", end="")
    yield
    _say(f" done ({time.perf_counter() - start:.1f} s)")


def _wait_until_ready(settings: Settings, children: list[subprocess.Popen[bytes]]) -> None:
    """Wait until the server answers; raises `SettingsError` when it does not."""
    end = time.perf_counter() + START_SECONDS
    address = f"http://127.0.0.1:{settings.port}/readyz"
    while time.perf_counter() < end:
        if any(child.poll() is not None for child in children):
            break
        try:
            with urllib.request.urlopen(address, timeout=2):  # our own address
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.1)
    raise SettingsError(
        f"the web server did not start on port {settings.port} (PORTAL_PORT chooses another)."
        f" What it said is in {settings.instance / 'log'}"
    )


def _say_how(settings: Settings) -> None:
    _say(f"\n  {settings.brand_name} Privacy Centre: {settings.address}\n")
    _say("  Customers sign in at /sign-in:")
    for customer in demo_data.CUSTOMERS:
        _say_person(customer.details.email, customer.password, f"answer: {customer.answer}")
    _say("  Support staff sign in at /staff/sign-in:")
    for colleague in demo_data.STAFF:
        _say_person(colleague.email, colleague.password, f"role: {colleague.new.role}")
    _say("    Their authenticator’s code of this moment: python -m portal demo-code EMAIL")
    _say(f"    Or put this secret into an app of yours: {demo_data.AUTHENTICATOR}")
    mail = (settings.smtp_url and "the mail server") or settings.mail_folder
    mail = mail or f"{settings.instance / 'mail'}"
    _say(f"  Emails go to {mail}. Ctrl+C stops everything.\n")


def _say_person(email: str, password: str, more: str) -> None:
    _say(f"    {email:<20} password: {password:<28} {more}")


def _wait(children: list[subprocess.Popen[bytes]]) -> None:
    """Wait until somebody presses Ctrl+C, or one of the two processes ends."""
    for number in (signal.SIGTERM, signal.SIGINT):  # also where a shell has had it ignored
        signal.signal(number, signal.default_int_handler)
    while all(child.poll() is None for child in children):
        time.sleep(0.2)


def _stop(children: list[subprocess.Popen[bytes]]) -> None:
    for child in children:
        if child.poll() is None:
            child.send_signal(signal.SIGTERM)
    for child in children:
        try:
            child.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()


def _say(text: str, end: str = "\n") -> None:
    sys.stdout.write(text + end)
    sys.stdout.flush()
