import gzip
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Request

from tests.journeys.conftest import Site

pytestmark = pytest.mark.journey

READ = ("/", "/privacy", "/cookies", "/accessibility")
KIB = 1024
BUDGET = {"document": 9 * KIB, "stylesheet": 11 * KIB, "script": 5 * KIB, "font": 22 * KIB}
MOST_REQUESTS = 6


def test_whoever_only_reads_gets_no_cookie_and_nothing_comes_from_elsewhere(site: Site) -> None:
    hosts = set()
    site.page.on("request", lambda request: hosts.add(urlsplit(request.url).netloc))
    for path in READ:
        site.open(path)
        site.page.wait_for_load_state("networkidle")
        site.page.evaluate("scrollTo(0, document.body.scrollHeight)")
    assert site.context.cookies() == []
    assert site.page.evaluate("localStorage.length + sessionStorage.length") == 0
    assert hosts == {urlsplit(site.address).netloc}


def test_a_first_visit_is_small(site: Site) -> None:
    requests: list[Request] = []
    site.page.on("requestfinished", lambda request: requests.append(request))  # noqa: PLW0108  # it wants a function
    site.open("/")
    site.page.wait_for_load_state("networkidle")
    assert len(requests) <= MOST_REQUESTS, [one.url for one in requests]
    sizes = {"document": 0, "stylesheet": 0, "script": 0, "font": 0}
    for request in requests:
        answer = request.response()
        assert answer is not None
        body = gzip.compress(answer.body()) if request.resource_type == "document" else b""
        size = len(body) or request.sizes()["responseBodySize"]
        if request.resource_type in sizes:
            sizes[request.resource_type] += size
    wanted = {*BUDGET} if site.has_scripts else {*BUDGET} - {"script"}
    assert {kind for kind, size in sizes.items() if size} >= wanted, sizes
    assert {kind: size for kind, size in sizes.items() if size > BUDGET[kind]} == {}
