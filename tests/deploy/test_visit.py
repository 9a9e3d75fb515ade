"""Somebody signs in through nginx, and what is written down of it."""

import json
import re

from portal.identity.credentials.rules import QUESTIONS
from portal.identity.sessions.queries import list_sign_ins
from portal.operations.data_inventory import HELD
from portal.platform.runtime import assemble
from portal.platform.settings import read_settings
from tests.deploy.edge import Edge
from tests.deploy.visitor import CLAIM, Browser
from tests.world import Person

QUERY = "email=rowan@example.com"


def test_somebody_signs_in_and_the_portal_knows_where_from(
    edge: Edge, rowan: Person, instance: dict[str, str]
) -> None:
    browser = Browser(edge, "127.66.1.5")
    where = browser.send("/sign-in", email=rowan.email, password=rowan.password)
    assert where == "/sign-in/question"
    assert browser.send(where, answer=rowan.answer) == "/account"
    assert browser.ask("/account").status == 200
    assert set(browser.cookies) >= {"__Host-form", "__Host-session"}

    parts = assemble(read_settings(instance), HELD, QUESTIONS)
    with parts.work() as work:
        (sign_in,) = list_sign_ins(work, rowan.id, 9)
    parts.close()
    assert sign_in.device.network == "127.66.1.0/24", "and not where it claims to be"
    assert sign_in.device.name == "Firefox on Linux"


def test_a_line_of_the_access_log_says_little(edge: Edge) -> None:
    browser = Browser(edge, "127.67.1.5")
    browser.ask(f"/sign-in?{QUERY}")
    (line,) = edge.lines_from("127.67.1.0")
    told = json.loads(line)
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[+-]\d\d:\d\d", told.pop("at"))
    assert told.pop("bytes") > 1000
    assert told.pop("seconds") >= 0
    assert told == {
        "network": "127.67.1.0",
        "method": "GET",
        "page": "/sign-in",
        "status": 200,
        "portal": "200",
        "tls": "TLSv1.3",
    }


def test_nothing_of_a_person_is_in_any_log(edge: Edge, deserted: Edge) -> None:
    """Whole or refused, at the portal or before it, with TLS or without."""
    link = "/register/confirm/" + "Rowan_link-" * 4
    for one, source in ((edge, "127.68.1.5"), (deserted, "127.69.1.5")):
        browser = Browser(one, source)
        browser.cookies["seen"] = "rowan-cookie"
        browser.ask(f"/sign-in?{QUERY}")
        browser.ask(link)
        browser.ask("/rowan@example.com")
        browser.ask("/Rowan/Example")
        browser.ask(f"/sign-in?{QUERY}", "BREW_ROWAN")
        browser.ask(f"/sign-in?{QUERY}&" + "x" * 5000)
        browser.ask(f"/sign-in?{QUERY}", "POST", b"rowan" * 60_000)
        one.ask(f"/sign-in?{QUERY}", tls=False, source=source)
        one.send(f"GET /?{QUERY} HTTP/1.1\r\n rowan: x\r\n\r\n".encode(), source=source)
        network = source.removesuffix("5") + "0"
        assert len(one.lines_from(network)) >= 5
        for name in ("access.log", "error.log", "start.log"):
            text = one.log(name).lower()
            assert "rowan" not in text, name
            assert source not in text, name
            assert "firefox" not in text, name
            assert CLAIM not in text, name


def test_the_way_of_every_request_is_in_the_log(edge: Edge) -> None:
    browser = Browser(edge, "127.70.1.5")
    browser.ask("/nothing")
    browser.ask("/sign-in", "DELETE")
    edge.ask("/", tls=False, source="127.70.1.5")
    end = [(one["status"], one["method"], one["tls"]) for one in wait_for(edge, "127.70.1.0", 3)]
    assert sorted(end) == [(301, "GET", ""), (404, "GET", "TLSv1.3"), (405, "other", "TLSv1.3")]


def wait_for(edge: Edge, network: str, number: int) -> list[dict[str, object]]:
    """So many lines from a network."""
    while len(lines := edge.lines_from(network)) < number:
        pass
    return [json.loads(line) for line in lines]


def test_what_is_written_stays_out_of_files(edge: Edge) -> None:
    for name in ("client_body", "proxy"):
        assert list((edge.folder / name).rglob("*")) == []
