import re
from collections.abc import Iterator
from dataclasses import replace

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from portal.platform.web.headers import NEVER_USED
from tests.world import ANSWER, PASSWORD, World

PROFILE = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Embedder-Policy": "require-corp",
    "Reporting-Endpoints": 'csp="/csp-report"',
}
POLICY = {
    "default-src": "'none'",
    "style-src": "'self'",
    "img-src": "'self'",
    "font-src": "'self'",
    "connect-src": "'self'",
    "form-action": "'self'",
    "frame-ancestors": "'none'",
    "base-uri": "'none'",
    "object-src": "'none'",
    "require-trusted-types-for": "'script'",
    "trusted-types": "'none'",
    "report-uri": "/csp-report",
    "report-to": "csp",
}
LINK = "/register/confirm/" + "a" * 43


def asset(world: World) -> str:
    found = re.search(r'href="(/assets/[^"]+\.css)"', world.visitor().client.get("/").text)
    assert found
    return found[1]


def answers(world: World) -> list[tuple[int, TestResponse]]:
    """One answer of every kind, with the status that it is to have."""
    client = world.visitor().client
    foreign = {"Sec-Fetch-Site": "cross-site"}
    return [
        (200, client.get("/")),
        (200, client.head("/")),
        (200, client.get("/healthz")),
        (200, client.get("/.well-known/security.txt")),
        (200, client.get(asset(world))),
        (204, client.post("/csp-report", data=b"{}")),
        (303, client.get("/account")),
        (303, client.get("/staff")),
        (400, client.post("/sign-in", data={})),
        (400, client.get("/", headers={"Host": "evil.example"})),
        (403, client.post("/sign-in", headers=foreign)),
        (404, client.get("/nothing-here")),
        (404, client.get("/assets/x/app.css")),
        (404, client.get("/staff/nothing-here")),
        (405, client.post("/privacy")),
        (405, client.options("/sign-in")),
        (405, client.open("/", method="TRACE")),
        (410, client.get(LINK)),
        (413, client.post("/contact", data={"message": "x" * 300_000})),
    ]


def read_policy(answer: TestResponse) -> dict[str, str]:
    pieces = answer.headers["Content-Security-Policy"].split("; ")
    return {name: value for name, _, value in (piece.partition(" ") for piece in pieces)}


def test_every_kind_of_answer_has_the_headers(world: World) -> None:
    for status, answer in answers(world):
        where = f"{answer.request.method} {answer.request.path}"
        assert answer.status_code == status, where
        for name, value in PROFILE.items():
            assert answer.headers.getlist(name) == [value], (where, name)
        policy = read_policy(answer)
        script = policy.pop("script-src")
        assert re.fullmatch(r"'nonce-[\w-]{22}' 'strict-dynamic'", script), where
        assert policy == POLICY, where
        for feature in NEVER_USED:
            assert f"{feature}=()" in answer.headers["Permissions-Policy"], where
        assert "Strict-Transport-Security" not in answer.headers, "there is no TLS here"
        assert "Server" not in answer.headers
        assert "X-Powered-By" not in answer.headers


def test_only_files_with_a_version_in_their_address_are_kept_by_browsers(world: World) -> None:
    for status, answer in answers(world):
        is_file = answer.request.path.startswith("/assets/") and status == 200
        kept = "public, max-age=31536000, immutable" if is_file else "no-store"
        assert answer.headers.getlist("Cache-Control") == [kept], answer.request.path


def test_pages_of_people_are_not_kept_by_browsers(world: World) -> None:
    for visitor, path in ((world.signed_in(), "/account"), (world.at_the_desk(), "/staff/cases")):
        assert visitor.client.get(path).headers["Cache-Control"] == "no-store"


def test_each_answer_has_a_nonce_of_its_own_which_its_script_carries(world: World) -> None:
    client = world.visitor().client
    seen = set()
    for _ in range(5):
        answer = client.get("/")
        found = re.search(r"'nonce-([^']+)'", answer.headers["Content-Security-Policy"])
        assert found
        assert set(re.findall(r'nonce="([^"]+)"', answer.text)) == {found[1]}
        seen.add(found[1])
    assert len(seen) == 5


def test_a_file_is_packed_for_whoever_can_unpack_it(world: World) -> None:
    client, path = world.visitor().client, asset(world)
    for coding in ("br", "gzip"):
        answer = client.get(path, headers={"Accept-Encoding": coding})
        assert answer.headers["Content-Encoding"] == coding
        assert "Accept-Encoding" in answer.headers["Vary"]
    assert "Content-Encoding" not in client.get(path).headers


@pytest.mark.parametrize(
    "host", ["evil.example", "localhost.evil.example", "localhost@evil.example", "127.0.0.2",
             "evil.example:80", "", "[::2]", "localhost."],
)  # fmt: skip
def test_a_forged_host_is_refused_and_not_repeated(world: World, host: str) -> None:
    for path in ("/", "/account", "/nothing", "/healthz"):
        answer = world.visitor().client.get(path, headers={"Host": host})
        assert answer.status_code == 400
        assert "evil" not in answer.text
        assert "evil" not in str(answer.headers)
        assert "Location" not in answer.headers


@pytest.mark.parametrize("site", ["cross-site", "same-site", "CROSS-SITE", "x", ""])
def test_what_another_site_sends_is_refused_before_anything_is_looked_at(
    world: World, site: str
) -> None:
    visitor = world.signed_in()
    before = world.rows()
    for path in ("/sign-out", "/profile/edit", "/preferences/off", "/sign-in", "/contact"):
        data = {"csrf_token": visitor.token()}
        answer = visitor.post(path, data, headers={"Sec-Fetch-Site": site})
        assert answer.status_code == 403, path
    assert world.rows() == before
    assert visitor.open("/account").path == "/account"


@pytest.mark.parametrize("site", ["same-origin", "none"])
def test_what_our_own_pages_send_is_taken(world: World, site: str) -> None:
    visitor = world.signed_in()
    headers = {"Sec-Fetch-Site": site}
    answer = visitor.post("/sign-out", {"csrf_token": visitor.token()}, headers=headers)
    assert answer.status_code == 303


def test_other_sites_may_lead_to_us(world: World) -> None:
    headers = {"Sec-Fetch-Site": "cross-site"}
    assert world.visitor().client.get("/sign-in", headers=headers).status_code == 200


@pytest.mark.parametrize("method", ["TRACE", "CONNECT", "PUT", "DELETE", "PATCH", "BREW"])
@pytest.mark.parametrize("path", ["/", "/profile/edit", "/staff/cases"])
def test_a_method_that_no_page_knows_is_refused(world: World, method: str, path: str) -> None:
    answer = world.signed_in().client.open(path, method=method)
    assert answer.status_code == 405
    assert "Allow" in answer.headers
    assert "Page not found" in answer.text


@pytest.fixture
def secure(world: World) -> Iterator[World]:
    """The same portal behind TLS."""
    settings = replace(world.parts.settings, public_url="https://privacy.example.com")
    world.app.extensions["portal"] = replace(world.parts, settings=settings)
    names = {"SESSION_COOKIE_NAME": "__Host-form", "SESSION_COOKIE_SECURE": True}
    before = {name: world.app.config[name] for name in names}
    world.app.config.update(names)
    yield world
    world.app.config.update(before)


HTTPS = "https://privacy.example.com"


def sign_in_over_tls(
    app: Flask, email: str, step: str, second: dict[str, str]
) -> list[TestResponse]:
    prefix = step.partition("/sign-in")[0]
    client = app.test_client()
    result: list[TestResponse] = []
    for path, fields in (
        (f"{prefix}/sign-in", {"email": email, "password": PASSWORD, "remember": "y"}),
        (step, second),
    ):
        page = client.get(path, base_url=HTTPS)
        found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page.text)
        assert found
        fields["csrf_token"] = found[1]
        headers = {"Referer": HTTPS + path}
        answer = client.post(path, base_url=HTTPS, data=fields, headers=headers)
        assert answer.status_code == 303
        result += [page, answer]
    return [*result, client.get(result[-1].location, base_url=HTTPS)]


@pytest.mark.parametrize(("prefix", "path"), [("", "/account"), ("/staff", "/staff")])
def test_over_tls_every_cookie_is_bound_to_the_host(secure: World, prefix: str, path: str) -> None:
    if prefix:
        person = secure.colleague()
        step, answer = "/staff/sign-in/authenticator", {"code": secure.code(person)}
    else:
        person = secure.customer()
        step, answer = "/sign-in/question", {"answer": ANSWER}
    result = sign_in_over_tls(secure.app, person.email, step, answer)
    assert (result[-1].status_code, result[-1].request.path) == (200, path)
    cookies = [one for answer in result for one in answer.headers.getlist("Set-Cookie")]
    names = {one.partition("=")[0] for one in cookies}
    kinds = {"__Host-desk"} if prefix else {"__Host-session", "__Host-remember"}
    assert names == kinds | {"__Host-form"}
    for cookie in cookies:
        parts = set(cookie.split("; "))
        assert {"Secure", "HttpOnly", "Path=/"} <= parts, cookie
        assert parts & {"SameSite=Lax", "SameSite=Strict"}, cookie
        assert not [part for part in parts if part.startswith("Domain")], cookie


def test_over_tls_browsers_are_told_to_stay_there(secure: World) -> None:
    for path in ("/", "/account", "/nothing"):
        answer = secure.app.test_client().get(path, base_url=HTTPS)
        value = answer.headers["Strict-Transport-Security"]
        assert value == "max-age=63072000; includeSubDomains; preload"
        assert "upgrade-insecure-requests" in answer.headers["Content-Security-Policy"]


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "evil.example"])
def test_over_tls_only_the_public_name_is_answered(secure: World, host: str) -> None:
    client = secure.app.test_client()
    assert client.get("/", base_url=f"https://{host}").status_code == 400
    assert client.get("/", base_url=HTTPS).status_code == 200
