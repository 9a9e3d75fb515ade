from datetime import datetime, timedelta

import pytest

from tests.pages import Visitor
from tests.world import World


@pytest.mark.parametrize("path", ["/", "/privacy", "/help", "/cookies", "/accessibility"])
@pytest.mark.parametrize("who", ["stranger", "customer"])
def test_everybody_may_read_the_notices(world: World, path: str, who: str) -> None:
    visitor = world.visitor() if who == "stranger" else world.signed_in()
    assert visitor.open(path).path == path


def test_every_page_has_a_way_to_the_notices(world: World) -> None:
    links = world.visitor().open("/sign-in").links()
    assert {"/privacy", "/help", "/cookies", "/accessibility"} <= links


def test_the_privacy_notice_names_every_category_that_is_held(world: World) -> None:
    text = world.visitor().open("/privacy").text
    for holding in (one for one in world.parts.register if one.fate != "passing"):
        assert holding.category in text
        for rule in holding.rules:
            assert rule.what in text
            assert rule.text in text


def test_the_cookies_page_names_exactly_the_cookies_that_are_set(world: World) -> None:
    person, colleague = world.customer(), world.colleague()
    visitor = world.visitor()
    visitor.open("/sign-in").send(email=person.email, password=person.password, remember="y")
    visitor.open("/sign-in/question").send(answer=person.answer)
    visitor.open("/staff/sign-in").send(email=colleague.email, password=colleague.password)
    names = {name for name in ("session", "desk", "form", "remember") if visitor.cookie(name)}
    named = {one.get_text() for one in visitor.open("/cookies").soup.select("main code")}
    assert names <= named
    assert count_cookies(visitor) == len(names) == 4


def count_cookies(visitor: Visitor) -> int:
    return len(visitor.client._cookies or {})


def test_reading_a_notice_sets_no_cookie(world: World) -> None:
    visitor = world.visitor()
    for path in ("/", "/privacy", "/help", "/cookies", "/accessibility"):
        assert visitor.client.get(path).headers.getlist("Set-Cookie") == []


def test_security_txt_says_where_to_report_and_expires_within_a_year(world: World) -> None:
    answer = world.visitor().client.get("/.well-known/security.txt")
    assert answer.mimetype == "text/plain"
    fields = dict(line.split(": ", 1) for line in answer.text.splitlines())
    assert fields["Contact"] == world.parts.settings.security_contact
    assert fields["Canonical"].endswith("/.well-known/security.txt")
    expires = datetime.fromisoformat(fields["Expires"])
    assert timedelta(days=30) < expires - world.clock() < timedelta(days=365)


def test_a_password_manager_is_led_to_where_a_password_is_changed(world: World) -> None:
    path = "/.well-known/change-password"
    assert world.visitor().client.get(path).location == "/security/password"
    assert world.visitor().open(path).path == "/sign-in"
    assert world.signed_in().open(path).path == "/security/password"


def test_a_password_manager_is_told_where_passkeys_are_made(world: World) -> None:
    answer = world.visitor().client.get("/.well-known/passkey-endpoints")
    start = world.parts.settings.address
    assert answer.mimetype == "application/json"
    assert answer.json == {
        "enroll": f"{start}/security/passkeys/add",
        "manage": f"{start}/security",
    }


def test_the_health_checks_answer_without_a_page(world: World) -> None:
    for path, status in (("/healthz", "ok"), ("/readyz", "ready")):
        answer = world.visitor().client.get(path)
        assert (answer.status_code, answer.json and answer.json["status"]) == (200, status)


def test_a_report_of_a_browser_is_counted_and_not_kept(world: World) -> None:
    before = world.rows()
    answer = world.visitor().post("/csp-report", b'{"csp-report": {"document-uri": "x"}}')
    assert answer.status_code == 204
    assert world.rows() == before
