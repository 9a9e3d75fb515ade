"""Every page is valid HTML, as the checker of the standard's own authors reads it."""

from pathlib import Path
from typing import Any

import pytest
from flask import Response, request_finished

from tests.everything import in_ci
from tests.journeys.conftest import Site
from tests.journeys.every_page import WALKS
from tests.journeys.nu import check, find_checker
from tests.pages import NEW_EACH_TIME, shape_of

pytestmark = [
    pytest.mark.journey,
    pytest.mark.nightly,
]
PAGE = '<!DOCTYPE html><html lang="en"><head><title>A page</title>{}</head><body>{}</body></html>'


@pytest.fixture
def checker() -> tuple[str, ...]:
    command = find_checker()
    if command is None and in_ci():
        pytest.fail("Java or the Nu HTML checker is missing")
    if command is None:
        pytest.skip("Java or the Nu HTML checker is missing")
    return command


@pytest.mark.parametrize("site", [True], indirect=True, ids=["scripts"])
@pytest.mark.parametrize("name", WALKS)
def test_every_page_is_valid(
    site: Site, checker: tuple[str, ...], tmp_path: Path, name: str
) -> None:
    pages: dict[str, str] = {}

    def keep(_: object, response: Response, **more: Any) -> None:
        del more
        if response.mimetype == "text/html" and not response.is_streamed and response.data:
            text = response.get_data(as_text=True)
            pages.setdefault(shape_of(NEW_EACH_TIME.sub("", text)), text)

    with request_finished.connected_to(keep, site.world.app):
        for _ in WALKS[name].lead(site):
            pages.setdefault(site.page.url + " as the scripts left it", site.page.content())
    assert pages
    assert check(checker, pages.values(), tmp_path / "pages") == []


@pytest.mark.parametrize(
    ("head", "body"),
    [
        ('<meta http-equiv="refresh" content="1831;url=/signed-out">', ""),
        ("", '<label>Topic <select><option value=""></option></select></label>'),
        ("", '<pre aria-label="Receipt">words</pre>'),
        ("", '<progress value="16" max="15">words</progress>'),
    ],
)
def test_what_is_not_valid_is_found(
    checker: tuple[str, ...], tmp_path: Path, head: str, body: str
) -> None:
    assert check(checker, [PAGE.format(head, body)], tmp_path / "wrong")
    assert check(checker, [PAGE.format("", "<p>words</p>")], tmp_path / "right") == []
