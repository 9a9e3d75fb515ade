"""What the configuration says, beside what the portal says: one must not drift from the other."""

import ipaddress
import re
import string
from pathlib import Path

import pytest
from flask import Flask

from portal.operations.app import LARGEST_BODY
from portal.operations.server import Server
from portal.platform.settings import Settings
from portal.platform.web import headers
from portal.platform.web.device import shorten
from tests.deploy.edge import PLACE, REFUSALS, TEMPLATE, documented_places
from tests.everything import ROOT

PROFILE = (
    "ECDHE-ECDSA-AES128-GCM-SHA256",
    "ECDHE-RSA-AES128-GCM-SHA256",
    "ECDHE-ECDSA-AES256-GCM-SHA384",
    "ECDHE-RSA-AES256-GCM-SHA384",
    "ECDHE-ECDSA-CHACHA20-POLY1305",
    "ECDHE-RSA-CHACHA20-POLY1305",
)
"""Mozilla's "intermediate", guidelines 6.0."""
TEXT = TEMPLATE.read_text("utf-8")
UNITS = {"": 1, "k": 1024, "m": 1024 * 1024}
READ_AS = {
    "accept_encodings": "Accept-Encoding",
    "accept_languages": "Accept-Language",
    "accept_mimetypes": "Accept",
    "content_type": "Content-Type",
    "cookies": "Cookie",
    "form": "Content-Type",
    "if_none_match": "If-None-Match",
    "mimetype": "Content-Type",
    "origin": "Origin",
    "range": "Range",
    "referrer": "Referer",
    "user_agent": "User-Agent",
}
"""Attributes of a request, and the header that each is read from."""


def said(directive: str) -> str:
    """The value of a directive that is written once."""
    found = re.findall(rf"^ *{directive} ([^;]+);", TEXT, re.MULTILINE)
    assert len(found) == 1, (directive, found)
    return str(found[0])


def size_of(text: str) -> int:
    return int(text.rstrip("km")) * UNITS[text.lstrip(string.digits)]


def patterns_of(variable: str) -> list[tuple[re.Pattern[str], str]]:
    """The expressions of a `map`, in their order, and what each gives."""
    found = re.search(rf"map [^{{]+ \${variable} {{(.+?)\n    }}", TEXT, re.DOTALL)
    assert found
    pairs = re.findall(r'^ *"~(.+?)" +"(.*?)";', found[1], re.MULTILINE)
    return [(re.compile(pattern.replace("(?<", "(?P<")), value) for pattern, value in pairs]


def look_up(variable: str, text: str) -> str:
    """What a `map` gives for a text."""
    for pattern, value in patterns_of(variable):
        if match := pattern.search(text):
            names = sorted(match.groupdict(), key=len, reverse=True)
            for name in names:
                value = value.replace(f"${name}", match[name])  # noqa: PLW2901  # filled in, bit by bit
            return value
    return "-"


def longest_of(variable: str) -> int:
    """The longest text that a `map` of lengths lets through."""
    ((pattern, _),) = re.findall(rf'\${variable} {{\n *"~\^\.{{(\d+)}}" +(1);', TEXT)
    return int(pattern) - 1


def headers_read(source: str) -> set[str]:
    """The headers of requests that some source reads."""
    attributes = re.findall(r"request\.([a-z_]+)", source)
    named = re.findall(r"request\.headers(?:\.get\(|\[)\"([^\"]+)\"", source)
    return {READ_AS[name] for name in attributes if name in READ_AS} | set(named)


def headers_passed(text: str) -> set[str]:
    """The headers that nginx hands on."""
    return set(re.findall(r"proxy_set_header (\S+) \S", text))


def test_the_ciphers_are_those_of_the_profile_and_written_once() -> None:
    assert tuple(said("ssl_ciphers").split(":")) == PROFILE
    everywhere = "".join(path.read_text("utf-8") for path in sorted(TEMPLATE.parent.iterdir()))
    assert [everywhere.count(cipher) for cipher in PROFILE] == [1] * len(PROFILE)


def test_the_sizes_are_the_portals() -> None:
    gunicorn = Server(Settings()).cfg
    assert size_of(said("client_max_body_size")) == LARGEST_BODY
    _, each = said("large_client_header_buffers").split()
    assert size_of(each) == gunicorn.limit_request_field_size
    assert len("POST  HTTP/1.1") + longest_of("is_long") == gunicorn.limit_request_line
    cookie = len("Cookie: \r\n") + longest_of("is_heavy")
    assert cookie == gunicorn.limit_request_field_size


def test_nothing_that_is_sent_or_read_reaches_a_disk() -> None:
    assert size_of(said("client_body_buffer_size")) == size_of(said("client_max_body_size"))
    assert said("proxy_max_temp_file_size") == "0"


def test_nginx_hangs_up_before_the_portal_and_waits_longer_than_it() -> None:
    gunicorn = Server(Settings()).cfg
    upstream = TEXT.split("upstream portal {")[1].split("}")[0]
    kept = re.search(r"keepalive_timeout (\d+)s;", upstream)
    assert kept
    assert int(kept[1]) < gunicorn.keepalive
    assert int(said("proxy_read_timeout").rstrip("s")) > gunicorn.timeout


def test_refusals_have_the_headers_of_the_portal() -> None:
    text = REFUSALS.read_text("utf-8")
    told = dict(re.findall(r'add_header (\S+) "?(.+?)"? always;', text))
    wanted = {
        name: value for name, value in headers.ALWAYS.items() if name != "Reporting-Endpoints"
    }
    assert {name: told.get(name) for name in wanted} == wanted
    assert f"max-age={headers.TWO_YEARS}; includeSubDomains; preload" in TEXT


def test_the_portal_is_told_every_header_that_it_reads() -> None:
    sources = (path.read_text("utf-8") for path in (ROOT / "portal").rglob("*.py"))
    assert headers_read("".join(sources)) <= headers_passed(TEXT)


def test_a_header_that_nobody_hands_on_is_noticed() -> None:
    assert headers_read('request.headers.get("X-New")') == {"X-New"}
    assert headers_read('request.headers["X-New"]; request.range') == {"X-New", "Range"}
    assert not {"X-New", "Range"} & headers_passed(TEXT)
    assert headers_passed('proxy_set_header X-New $http_x_new;\nproxy_set_header Range "";') >= {
        "X-New"
    }


def test_the_documented_command_fills_every_place() -> None:
    assert set(documented_places()) == set(PLACE.findall(TEXT))


@pytest.mark.parametrize(
    "address",
    [
        "192.0.2.77",
        "203.0.113.255",
        "2001:db8:1:2:3:4:5:6",
        "2001:db8:1::9",
        "2001:db8::9",
        "2001:db8:0:1::9",
        "2001::9",
        "fd00:1:2:3::",
    ],
)
def test_the_log_keeps_as_much_of_an_address_as_the_portal(address: str) -> None:
    kept = ipaddress.ip_network(shorten(address))
    assert ipaddress.ip_address(look_up("network", address)) == kept.network_address


@pytest.mark.parametrize("address", ["::1", "::ffff:192.0.2.7", "unix:", "", "192.0.2.7.8"])
def test_of_any_other_address_the_log_keeps_nothing(address: str) -> None:
    assert look_up("network", address) == "-"


def test_no_link_and_no_reference_is_logged_of_any_page(app: Flask) -> None:
    seen = set()
    for rule in app.url_map.iter_rules():
        secret = "kQ7_aZ" + "b-x" * 13
        path = re.sub(r"<[^>]+>", secret, rule.rule)
        logged = look_up("page", f"200 {path}?email=rowan@example.com")
        assert path.startswith(logged) or logged == "-", path
        assert not {"?", "@", "_"} & set(logged), path
        assert secret not in logged, path
        seen.add(logged)
    assert {"/sign-in/question", "/register/confirm", "/staff/cases", "/"} <= seen
    assert "-" not in seen, "of every page there is something in the log"


@pytest.mark.parametrize("status", [301, 400, 404, 444])
def test_of_what_is_no_page_nothing_is_logged(status: int) -> None:
    assert look_up("page", f"{status} /rowan/example") == "-"


def test_a_small_folder_stays_small() -> None:
    assert {path.name for path in Path(TEMPLATE.parent).iterdir()} == {TEMPLATE.name, REFUSALS.name}
