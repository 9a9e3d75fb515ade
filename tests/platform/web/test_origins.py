"""What another site sends is refused in every browser, old ones too."""

from dataclasses import replace
from uuid import uuid4

import pytest

from portal.platform.web.origins import read_origin
from tests.identity.mfa.keys import SoftKey
from tests.identity.mfa.test_passkeys import ask, begin, keep, use
from tests.world import World

HERE = "http://localhost"
ELSEWHERE = [
    "https://evil.example", "http://localhost.evil.example", "http://evil.example/localhost",
    "https://localhost", "http://localhost:8001", "http://user@evil.example", "null", "x", "http://",
    "http://localhost:99999", "file://localhost", "http://[",
]  # fmt: skip


@pytest.mark.parametrize("header", ["Origin", "Referer"])
@pytest.mark.parametrize("origin", ELSEWHERE)
def test_nobody_is_signed_out_by_another_site_in_an_old_browser(
    world: World, header: str, origin: str
) -> None:
    visitor = world.signed_in()
    for path in ("/sign-out", "/profile/edit", "/contact"):
        data = {"csrf_token": visitor.token()}
        assert visitor.post(path, data, headers={header: origin}).status_code == 403, path
    assert visitor.open("/account").path == "/account"


def test_nobody_is_signed_out_by_a_form_that_brings_no_cookie(world: World) -> None:
    """A browser keeps the cookie of a session from what another site sends (`SameSite`)."""
    for headers in ({}, {"Origin": "https://evil.example"}):
        answer = world.visitor().post("/sign-out", headers=headers)
        assert "Clear-Site-Data" not in answer.headers
        assert "Set-Cookie" not in answer.headers


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Origin": HERE},
        {"Origin": f"{HERE}:80"},
        {"Origin": "HTTP://LOCALHOST"},
        {"Referer": f"{HERE}/account"},
        {"Origin": HERE, "Referer": "https://elsewhere.example/"},
        {"Sec-Fetch-Site": "same-origin", "Origin": "null"},
    ],
)
def test_what_our_own_pages_send_is_taken_in_every_browser(
    world: World, headers: dict[str, str]
) -> None:
    visitor = world.signed_in()
    answer = visitor.post("/sign-out", {"csrf_token": visitor.token()}, headers=headers)
    assert answer.status_code == 303
    assert "Clear-Site-Data" in answer.headers


def test_our_pages_are_at_the_public_address_behind_whatever_proxy(world: World) -> None:
    settings = replace(world.parts.settings, public_url="http://localhost:8443")
    world.app.extensions["portal"] = replace(world.parts, settings=settings)
    visitor = world.visitor()
    for origin, status in (("http://localhost:8443", 303), ("http://localhost:8444", 403)):
        data = {"csrf_token": visitor.token()}
        answer = visitor.post("/sign-out", data, headers={"Origin": origin})
        assert answer.status_code == status, origin


def test_an_origin_has_scheme_host_and_port() -> None:
    assert read_origin("https://Privacy.example.com/x?y") == ("https", "privacy.example.com", 443)
    assert read_origin("http://[::1]:8000") == ("http", "::1", 8000)


SPELLED = {
    "https://privacy.example.com": "https://privacy.example.com",
    "HTTPS://Privacy.Example.COM": "https://privacy.example.com",
    "https://privacy.example.com:443": "https://privacy.example.com",
    "https://Privacy.example.com:08443/": "https://privacy.example.com:8443",
    "https://privacy.example.com.": "https://privacy.example.com",
    "https://prïvacy.example.com": "https://xn--prvacy-jwa.example.com",
    "https://[2001:DB8:0:0::1]": "https://[2001:db8::1]",
}
"""Public addresses as an operator may type them, and as each browser sends and shows them."""


def at(world: World, public_url: str) -> None:
    """Have the portal stand at a public address, for pages and for verbs."""
    settings = replace(world.parts.settings, public_url=public_url)
    world.parts = replace(world.parts, settings=settings)
    world.app.extensions["portal"] = world.parts


@pytest.mark.parametrize(("public_url", "seen"), SPELLED.items())
def test_somebody_reads_and_sends_however_the_public_address_is_spelled(
    world: World, public_url: str, seen: str
) -> None:
    at(world, public_url)
    client = world.app.test_client()
    assert client.get("/sign-in", base_url=seen).status_code == 200
    answer = client.post("/sign-in", base_url=seen, headers={"Origin": seen})
    assert answer.status_code == 400, "ours, and without the token of a form"
    answer = client.post("/sign-in", base_url=seen, headers={"Origin": "https://evil.example"})
    assert answer.status_code == 403


@pytest.mark.parametrize(("public_url", "seen"), SPELLED.items())
def test_somebody_adds_a_passkey_and_signs_in_with_it_however_the_address_is_spelled(
    world: World, public_url: str, seen: str
) -> None:
    at(world, public_url)
    person, browser, key = world.customer(), uuid4(), SoftKey(seen)
    assert keep(world, person, key.enrol(begin(world, person)))
    assert use(world, browser, key.sign(ask(world, browser))) == person.id
