"""docs/routes.md says of each page what the page says of itself."""

import pytest
from flask import Flask

from portal.platform.web.access import Access, access
from tests.architecture import routes_table
from tests.architecture.routes_table import DOCUMENT, PAGES, TASKS


@pytest.fixture(scope="module")
def text() -> str:
    return DOCUMENT.read_text("utf-8")


def test_the_document_says_who_may_see_each_page(app: Flask, text: str) -> None:
    drawn = routes_table.put_in(text, PAGES, routes_table.draw_pages(app))
    assert drawn == text, "write it anew: python -m tests.architecture.routes_table"


def test_the_document_says_which_role_may_do_what(text: str) -> None:
    drawn = routes_table.put_in(text, TASKS, routes_table.draw_tasks())
    assert drawn == text, "write it anew: python -m tests.architecture.routes_table"


def test_every_address_has_a_row(app: Flask, text: str) -> None:
    for rule in app.url_map.iter_rules():
        assert f"| `{rule.rule}` |" in text, rule.rule


def test_a_page_that_opens_itself_to_others_changes_the_table(
    app: Flask, text: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    loose = access(Access.ANYONE)(lambda: "anybody may read this")
    monkeypatch.setitem(app.view_functions, "cases_desk.show", loose)
    assert routes_table.put_in(text, PAGES, routes_table.draw_pages(app)) != text


def test_a_document_without_a_place_for_the_table_is_refused() -> None:
    twice = "<!-- pages -->\n<!-- end of pages -->\n" * 2
    for text in ("", "<!-- pages -->\n", twice):
        with pytest.raises(LookupError):
            routes_table.put_in(text, PAGES, "| a |")


def test_a_table_takes_the_place_of_the_old_one() -> None:
    text = "a\n<!-- pages -->\n| old |\n<!-- end of pages -->\nb\n"
    new = routes_table.put_in(text, PAGES, "| new |")
    assert new == "a\n<!-- pages -->\n| new |\n<!-- end of pages -->\nb\n"
