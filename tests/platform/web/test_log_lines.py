"""Nobody writes the log but the portal: what people send breaks no line and is in none."""

import json
from collections.abc import Iterator
from dataclasses import replace

import pytest

from portal.platform.core.log import get_logger, set_up
from portal.platform.web import limiting
from tests.platform.web.test_bad_input import PATHS, every_form
from tests.platform.web.test_corners import SECRET, broken
from tests.world import World

EVIL = 'a\r\n{"event": "forged"}\n\x1b[2J\u2028\x00\u202e'
ONE_DATABASE = pytest.mark.parametrize("world", ["sqlite"], indirect=True)  # the web alone
TYPED = "typed-by-somebody-9f2c"


def read_lines(capsys: pytest.CaptureFixture[str]) -> Iterator[dict[str, object]]:
    said = capsys.readouterr().err
    for line in said.split("\n"):
        if line:
            assert all(sign.isprintable() for sign in line), line
            yield json.loads(line)


def test_a_line_stays_one_line_whatever_is_in_it(capsys: pytest.CaptureFixture[str]) -> None:
    set_up()
    get_logger("portal.x").warning("something", place=EVIL, endpoint=EVIL)
    (line,) = read_lines(capsys)
    assert line["event"] == "something"
    assert line["place"] == EVIL


@ONE_DATABASE
@pytest.mark.nightly
def test_what_people_send_is_in_no_line(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    set_up()
    agent = {"User-Agent": f"{TYPED} \x1b[2J", "Referer": f"http://localhost/{TYPED}"}
    for form in every_form(world):
        form.send(form.filled(f"{TYPED}{EVIL}".encode()))
    visitor = world.visitor()
    for path in PATHS:
        visitor.client.get(f"{path}{TYPED}", headers=agent)
    visitor.post("/csp-report", f"{TYPED}{EVIL}".encode(), headers=agent)
    with broken(world.app, ZeroDivisionError(f"{SECRET} {TYPED}{EVIL}")) as other:
        other.client.get(f"/cookies?{TYPED}", headers=agent)
    lines = list(read_lines(capsys))
    assert {"csp-report", "request-failed"} <= {line["event"] for line in lines}
    assert [line for line in lines if TYPED in str(line) or SECRET in str(line)] == []


@ONE_DATABASE
def test_a_refused_attack_leaves_its_line(
    world: World, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    set_up()
    strict = {pace: replace(limit, most=1) for pace, limit in limiting.LIMITS.items()}
    monkeypatch.setattr(limiting, "LIMITS", strict)
    visitor = world.visitor()
    for _ in range(3):
        visitor.open("/sign-in").send(status=None, email="a@example.com", password=TYPED)
    lines = [line for line in read_lines(capsys) if line["event"] == "limit-reached"]
    assert lines
    assert {"timestamp", "level", "pace", "endpoint"} <= set(lines[0])
    assert str(lines[0]["timestamp"]).endswith("Z"), "UTC"


@ONE_DATABASE
def test_what_is_refused_leaves_its_line(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    set_up()
    agent, forger = world.at_the_desk(), world.signed_in()
    agent.client.get("/staff/colleagues")
    forger.post("/profile/edit", {"given_name": TYPED})
    forger.post("/profile/edit", {}, headers={"Sec-Fetch-Site": "cross-site"})
    forger.client.get("/", headers={"Host": "evil.example"})
    forger.client.get("/nothing")
    lines = [line for line in read_lines(capsys) if line["event"] == "request-refused"]
    assert [line["status"] for line in lines] == [403, 400, 403, 400]
    assert [line["endpoint"] for line in lines][:2] == ["staff_admin_desk.show", "profile.edit"]
