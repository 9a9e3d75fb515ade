"""A drill: what docs/operate.md says, done word by word on a PostgreSQL with two roles.

    python -m deploy.drill ADDRESS --tools FOLDER [--before FOLDER]

ADDRESS is a superuser's, of a server that has neither the two roles nor the two databases yet. Two
servers and two workers stand behind nginx with the configuration of deploy/nginx; customers
register, and people come and sign in all the while. `--before` is the program of an earlier
release: then the drill begins with that, and upgrades under load. Then it takes a backup, loses the
main database, puts the copy back, and changes the master key. Ends with 1, and says where, when
anything is not as it should be.
"""

import argparse
import os
import re
import secrets
import shlex
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.policy import default
from http import HTTPStatus
from pathlib import Path

import psycopg
from psycopg import sql
from sqlalchemy.engine import make_url

from portal.erasure.cancellation.rules import When
from portal.erasure.cancellation.service import leave
from portal.identity.accounts.queries import find_customer_id
from portal.identity.contact_index.queries import get_email_hash
from portal.identity.credentials.rules import QUESTIONS
from portal.operations.data_inventory import HELD
from portal.platform.runtime import Runtime, assemble
from portal.platform.settings import ROOT, read_settings
from tests.consent.webhooks.receiver import Listener, listening
from tests.deploy.edge import ADDRESS, NAME, Edge, edge_before
from tests.deploy.visitor import Browser
from tests.everything import find_nginx
from tests.faults.test_processes import free_port
from tests.postman import Postman, mail_server

WORDS = " ".join((ROOT / "docs/operate.md").read_text("utf-8").split())
PATIENCE_SECONDS = 60
PASSWORD, ANSWER = "lantern orchard 27 teapot", "the maze"
PEOPLE = ("alder@example.com", "birch@example.com")
GONE = "cedar@example.com"
"""Who has left already when the release before is replaced."""
RECEIPT = r"\w+: receipt of deletion.*?Signature:\s+[\w-]{64}\s+[\w-]{22}"
LOADING = 3
"""People who come at the same time, all the while."""


class DrillError(Exception):
    """Something is not as the document says."""


def say(text: str) -> None:
    print(f"==> {text}", flush=True)  # noqa: T201  # it is for people


def said(words: str) -> str:
    """Return a command as it stands in the document; raises `DrillError` for one that does not."""
    if words not in WORDS:
        raise DrillError(f"docs/operate.md does not say: {words}")
    return words


@dataclass
class Load:
    """People who look at pages and sign in; what did not work is kept."""

    edge: Edge
    asked: int = 0
    failed: list[str] = field(default_factory=list)
    _stop: threading.Event = field(default_factory=threading.Event)

    @contextmanager
    def going_on(self) -> Iterator[None]:
        """Come and go until the block ends; then raise `DrillError` for the first that failed."""
        threads = [threading.Thread(target=self._come, args=(one,)) for one in range(LOADING)]
        for thread in threads:
            thread.start()
        try:
            yield
        finally:
            self._stop.set()
            for thread in threads:
                thread.join()
        if self.failed:
            raise DrillError(f"{len(self.failed)} of {self.asked} failed: {self.failed[0]}")

    def _come(self, number: int) -> None:
        while not self._stop.is_set():
            browser = Browser(self.edge, f"127.{70 + number}.1.5")
            for path in ("/", "/privacy", "/sign-in", "/account"):
                self.asked += 1
                try:
                    if path == "/sign-in":
                        sign_in(browser, PEOPLE[0])
                    else:
                        self._see(browser, path)
                except (OSError, AssertionError, DrillError) as fault:
                    self.failed.append(f"{path}: {type(fault).__name__}: {fault}")
            self._stop.wait(0.2)

    def _see(self, browser: Browser, path: str) -> None:
        answer = browser.ask(path)
        if answer.status != HTTPStatus.OK:
            raise DrillError(f"{path}: {answer.status}")


def sign_in(browser: Browser, email: str) -> None:
    """Sign a customer in; raises `DrillError` where that does not lead to their account."""
    where = browser.send("/sign-in", email=email, password=PASSWORD)
    if where != "/sign-in/question":
        raise DrillError(f"/sign-in leads to {where}")
    where = browser.send(where, answer=ANSWER)
    if where != "/account":
        raise DrillError(f"/sign-in/question leads to {where}")


class Portal:
    """One installation: its settings, and the processes that run."""

    def __init__(self, server: str, tools: Path, folder: Path, mail_url: str) -> None:
        self.server, self.folder = make_url(server), folder
        self.ports = free_port(), free_port()
        self.running: dict[str, subprocess.Popen[bytes]] = {}
        self.program = ROOT
        self.keys = {"PORTAL_MASTER_KEY": ""}
        self.settings = {
            "PORTAL_INSTANCE": str(folder / "instance"),
            "PORTAL_PUBLIC_URL": ADDRESS,
            "PORTAL_PROXIES": "1",
            "PORTAL_SECRET_KEY": secrets.token_hex(32),
            "PORTAL_SMTP_URL": mail_url,
            "PORTAL_POSTGRESQL_TOOLS": str(tools),
            "PORTAL_WORKERS": "1",
            "PORTAL_ARGON2_MEMORY_KIB": "19456",
            "PORTAL_ARGON2_TIME": "2",
        }

    def environment(self, role: str) -> dict[str, str]:
        """Return the settings of a process that runs as a role."""
        plain = {name: value for name, value in os.environ.items() if not name.startswith("PORTAL")}
        where = f"{self.server.host}:{self.server.port}"
        urls = {
            f"PORTAL_{setting}_URL": f"postgresql+psycopg://{role}:{role}@{where}/{name}"
            for setting, name in (("DATABASE", "portal"), ("KEYRING", "keyring"))
        }
        return {**plain, **self.settings, **self.keys, **urls}

    def do(self, words: str, role: str = "portal") -> str:
        """Carry out a command of the document as a role; return what it printed."""
        placed = said(words).replace("/backups/", f"{self.folder}/backups/")
        placed = placed.replace("/vault/", f"{self.folder}/vault/")
        done = subprocess.run(  # noqa: S603  # the document's own commands
            [sys.executable, *shlex.split(placed)[1:]],
            cwd=self.program,
            env=self.environment(role),
            input="y\n",  # it asks before anything is replaced
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode != 0:
            raise DrillError(f"{words}: {done.returncode}\n{done.stdout}{done.stderr}")
        say(words)
        return done.stdout

    def start(self, name: str) -> None:
        """Start a process and wait until it works: `serve-0`, `serve-1`, `worker-0`, `worker-1`."""
        command, _, number = name.partition("-")
        environment = self.environment("portal")
        environment["PORTAL_PORT"] = str(self.ports[int(number)])
        log = self.folder / f"{name}.log"
        words = shlex.split(said(f"python -m portal {command}"))[1:]
        with log.open("ab") as file:
            self.running[name] = subprocess.Popen(  # noqa: S603  # our own program
                [sys.executable, *words], cwd=self.program, env=environment, stderr=file
            )
        if command == "serve":
            self._wait(self.ports[int(number)], log)

    def stop(self, name: str) -> None:
        """Ask a process to end, and wait for that."""
        process = self.running.pop(name)
        process.send_signal(signal.SIGTERM)
        if process.wait(PATIENCE_SECONDS) != 0:
            raise DrillError(f"{name} ended with {process.returncode}")

    def start_all(self) -> None:
        for name in ("serve-0", "serve-1", "worker-0", "worker-1"):
            self.start(name)

    def stop_all(self) -> None:
        for name in list(self.running):
            self.stop(name)

    def kill_all(self) -> None:
        for process in self.running.values():
            process.kill()
            process.wait()

    def renew(self, edge: Edge) -> None:
        """Start server by server anew, and then the workers, as "A new release" says."""
        for name in list(self.running):
            port = self.ports[int(name[-1])]
            is_server = name.startswith("serve")
            if is_server:
                change(edge, f":{port} max_fails=0;", f":{port} {said('max_fails=0 down;')}")
                time.sleep(2)  # as the document says
            self.stop(name)
            self.start(name)
            if is_server:
                change(edge, f":{port} max_fails=0 down;", f":{port} max_fails=0;")

    @contextmanager
    def parts(self) -> Iterator[Runtime]:
        """Open the portal in this process, as the role that runs it."""
        mine = {k: v for k, v in self.environment("portal").items() if k.startswith("PORTAL_")}
        parts = assemble(read_settings(mine), HELD, QUESTIONS)
        yield parts
        parts.sessions.engine.dispose()
        parts.keyring.engine.dispose()

    def _wait(self, port: int, log: Path) -> None:
        ends = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < ends:
            code = (
                "import http.client, sys; c = http.client.HTTPConnection('127.0.0.1',"
                f" {port}, timeout=5); c.request('GET', '/readyz', headers={{'Host': '{NAME}'}});"
                " sys.exit(c.getresponse().status != 200)"
            )
            done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=False)  # noqa: S603  # our own words
            if done.returncode == 0:
                return
            time.sleep(0.1)
        raise DrillError(f"it is not ready: {log.read_text()[-2000:]}")


def change(edge: Edge, before: str, after: str) -> None:
    """Change a line of nginx’s configuration, and have it read."""
    file, nginx = edge.folder / "nginx.conf", find_nginx()
    text = file.read_text("utf-8")
    if nginx is None or text.count(before) != 1:
        raise DrillError(f"nginx has no line with {before}")
    file.write_text(text.replace(before, after), "utf-8")
    where = ("-p", str(edge.folder), "-c", "nginx.conf", "-e", "start.log")
    _, *words = shlex.split(said("nginx -s reload"))
    subprocess.run([nginx, *where, *words], capture_output=True, check=True)  # noqa: S603  # of this machine


def make_roles(portal: Portal) -> None:
    """Say the document's own statements to the server, with passwords in their places."""
    text = (ROOT / "docs/operate.md").read_text("utf-8")
    block = re.search(r"```\n(CREATE ROLE .*?)```", text, re.DOTALL)
    if block is None:
        raise DrillError("docs/operate.md makes no roles")
    say_to_server(portal, *block[1].strip().splitlines())


def say_to_server(portal: Portal, *statements: str) -> None:
    where = portal.server.set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(where, autocommit=True) as connection:
        for statement in statements:
            role = re.search(r"ROLE (\w+)", statement)
            filled = statement.replace("…", role[1]) if role else statement
            connection.execute(sql.SQL(filled))  # the document's own words


def register(edge: Edge, postman: Postman, email: str) -> None:
    """Register a customer by the pages, and confirm the address by the email."""
    browser = Browser(edge, "127.66.1.5")
    secrets = {"password": PASSWORD, "question": "lost-place", "answer": ANSWER}
    led = browser.send(
        "/register",
        given_name="Alder",
        family_name="Example",
        email=email,
        kind="residential",
        services="broadband",
        **secrets,  # the release before asks for everything on one page
    )
    if led != "/register/sent":
        browser.send(led, **secrets)
    browser.send(find_in_email(postman, email, r"/register/confirm/[\w-]+"), password=PASSWORD)


def find_in_email(postman: Postman, email: str, pattern: str) -> str:
    """Wait for an email to somebody that has what is looked for; return that."""
    ends = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < ends:
        for one in postman.taken:
            message = message_from_bytes(one.content, policy=default)  # type: ignore[arg-type]  # bytes
            text = message.get_body(("plain",))
            found = re.search(pattern, text.get_content() if text else "", re.DOTALL)
            if found and email in one.rcpt_tos:
                return found[0]
        time.sleep(0.1)
    raise DrillError(f"no email came with {pattern}")


@dataclass(frozen=True)
class FromBefore:
    """What people have from the release before: it is to go on working."""

    session: Browser
    link: str
    receipt: str

    @classmethod
    def take(cls, edge: Edge, postman: Postman) -> "FromBefore":
        """Sign somebody in, send a link to their choices, and have somebody else leave."""
        session, leaving = Browser(edge, "127.82.1.5"), Browser(edge, "127.83.1.5")
        sign_in(session, PEOPLE[0])
        Browser(edge, "127.84.1.5").send("/choices", email=PEOPLE[0])
        register(edge, postman, GONE)
        sign_in(leaving, GONE)
        leaving.send("/registrations/cancel", when="now", confirm="y")
        return cls(
            session,
            find_in_email(postman, PEOPLE[0], r"/choices/[\w-]+"),
            find_in_email(postman, GONE, RECEIPT),
        )

    def use(self, edge: Edge) -> None:
        """Look whether all of it still works; raises `DrillError`."""
        for browser, path in (
            (self.session, "/account"),
            (Browser(edge, "127.85.1.5"), self.link),
        ):
            answer = browser.ask(path)
            if answer.status != HTTPStatus.OK:
                raise DrillError(f"{path} from before the upgrade: {answer.status}")
        answer = Browser(edge, "127.86.1.5").fill_in("/receipts", receipt=self.receipt)
        if "This receipt is genuine" not in answer.text:
            raise DrillError("a receipt from before the upgrade is not genuine any more")
        say("a session, a link and a receipt from before the upgrade go on working")


def erase(portal: Portal, email: str) -> None:
    """Have a customer delete everything now."""
    with portal.parts() as parts:
        with parts.reading() as work:
            found = find_customer_id(work, get_email_hash(work, email))
        if found is None:
            raise DrillError("there is no such customer")
        done = leave(parts.work, parts.context, found, When.NOW)
    if done.reference is None:
        raise DrillError("the erasure did not end")


def upgrade_under_load(portal: Portal, load: Load) -> None:
    """Go through "A new release", while people come."""
    portal.program = ROOT
    with load.going_on():
        portal.do("python -m portal migrate --grant-to portal", "portal_owner")
        portal.renew(load.edge)
    say(f"upgraded: {load.asked} requests meanwhile, none failed")


def lose_and_restore(portal: Portal, edge: Edge) -> None:
    """Lose the main database after somebody has left; put the copy back."""
    portal.do("python -m portal backup /backups/portal --keyring /vault/portal")
    erase(portal, PEOPLE[1])
    portal.stop_all()
    lost = ("DROP DATABASE portal", said("CREATE DATABASE portal OWNER portal_owner;"))
    say_to_server(portal, *lost)
    say("the main database is lost")
    portal.do("python -m portal restore /backups/portal", "portal_owner")
    portal.do("python -m portal migrate --grant-to portal", "portal_owner")
    portal.start_all()
    portal.do("python -m portal audit verify")
    sign_in(Browser(edge, "127.80.1.5"), PEOPLE[0])
    try:
        sign_in(Browser(edge, "127.81.1.5"), PEOPLE[1])
    except (AssertionError, DrillError):
        say("who stayed is there; who left after the copy is not in it any more")
        return
    raise DrillError("somebody who left signs in")


def wait_until_told(receiver: Listener, leavers: int) -> None:
    """Wait until the receiver was told, with a good signature, of everybody who left."""
    ends = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < ends:
        if sum(kind == "customer.left" for kind, _ in receiver.told()) >= leavers:
            say(f"the other system was told of {leavers} who left")
            return
        time.sleep(0.1)
    raise DrillError(f"the other system was told of {receiver.told()}")


def rotate(portal: Portal, load: Load) -> None:
    """Go through "Keys", while people come."""
    old = portal.keys["PORTAL_MASTER_KEY"]
    new = portal.do("python -m portal keys new").split()[-1]
    with load.going_on():
        portal.keys = {"PORTAL_MASTER_KEY": old, "PORTAL_OTHER_MASTER_KEYS": new}
        portal.renew(load.edge)
        portal.keys = {"PORTAL_MASTER_KEY": new, "PORTAL_OTHER_MASTER_KEYS": old}
        portal.renew(load.edge)
        portal.do("python -m portal keys rotate")
        portal.keys = {"PORTAL_MASTER_KEY": new}
        portal.renew(load.edge)
    say(f"another master key: {load.asked} requests meanwhile, none failed")


def drill(server: str, tools: Path, before: Path | None, folder: Path) -> None:
    """Do all of it; raises `DrillError`."""
    for name in ("instance", "backups", "vault"):
        (folder / name).mkdir(mode=0o700)
    with ExitStack() as ending:
        postman, mail_url = ending.enter_context(mail_server())
        receiver = ending.enter_context(listening())
        portal = Portal(server, tools, folder, mail_url)
        portal.settings |= {
            "PORTAL_WEBHOOK_URL": receiver.url,
            "PORTAL_WEBHOOK_SECRET": receiver.secret,
        }
        portal.program = before or ROOT
        make_roles(portal)
        portal.keys["PORTAL_MASTER_KEY"] = portal.do("python -m portal keys new").split()[-1]
        portal.do("python -m portal migrate --grant-to portal", "portal_owner")
        portal.do(
            'python -m portal staff add somebody@example.com --name "Somebody" --role administrator'
        )
        ending.callback(portal.kill_all)
        portal.start_all()
        edge = ending.enter_context(edge_before(portal.ports, folder / "nginx"))
        for email in PEOPLE:
            register(edge, postman, email)
        if before is not None:
            kept = FromBefore.take(edge, postman)
            upgrade_under_load(portal, Load(edge))
            kept.use(edge)
        lose_and_restore(portal, edge)
        rotate(portal, Load(edge))
        wait_until_told(receiver, 1 if before is None else 2)
        portal.stop_all()
    say("Everything went as the document says.")


def main() -> int:
    """Read the command line; 0 when everything went as it should."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("server", help="address of a superuser of a PostgreSQL")
    parser.add_argument("--tools", type=Path, required=True, help="folder with pg_dump")
    parser.add_argument("--before", type=Path, help="program of an earlier release")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="drill") as folder:
        try:
            drill(given.server, given.tools, given.before, Path(folder))
        except DrillError as fault:
            say(f"FAILED: {fault}")
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
