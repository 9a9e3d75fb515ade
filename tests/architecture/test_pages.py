"""Every page says who may see it, and is named like its view."""

import pytest
from flask import Flask

from portal.platform.web import access
from tests.architecture import declarations


def test_a_page_that_says_nothing_about_access_stops_the_portal(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(app.view_functions, "cases.loose", lambda: "anybody may read this")
    with pytest.raises(RuntimeError, match=r"cases\.loose"):
        access.refuse_silent_pages(app)


@pytest.mark.parametrize("endpoint", ["sign_in.loose", "staff_security.loose"])
def test_a_page_of_both_realms_asks_for_the_people_of_its_own(
    app: Flask, monkeypatch: pytest.MonkeyPatch, endpoint: str
) -> None:
    view = access.access(access.Access.SIGNED_IN, fresh=True)(lambda: "mine")
    monkeypatch.setitem(app.view_functions, endpoint, view)
    access.refuse_silent_pages(app)
    with app.app_context():
        entry = access.entry_of(endpoint)
    wanted = access.Access.STAFF if "staff" in endpoint else access.Access.CUSTOMER
    assert (entry.needed, entry.fresh) == (wanted, True)


@pytest.mark.parametrize("endpoint", ["cases.loose", "loose"])
def test_a_page_for_whoever_is_signed_in_stops_the_portal_where_it_is_of_no_realm(
    app: Flask, monkeypatch: pytest.MonkeyPatch, endpoint: str
) -> None:
    view = access.access(access.Access.SIGNED_IN)(lambda: "whose?")
    monkeypatch.setitem(app.view_functions, endpoint, view)
    with pytest.raises(RuntimeError, match="loose"):
        access.refuse_silent_pages(app)


def test_every_page_says_who_may_see_it(app: Flask) -> None:
    access.refuse_silent_pages(app)  # it would raise


def test_every_page_has_a_view_of_its_name(app: Flask) -> None:
    templates = app.jinja_env.list_templates(extensions=["html"])
    assert templates, "no templates: then this test cannot fail"
    assert declarations.loose_templates(templates, app.view_functions) == []


def test_a_page_without_a_view_is_found() -> None:
    templates = [
        "layouts/page.html",
        "messaging/email/welcome.html",
        "desk/cases/show.html",
        "desk/cases/lost.html",
    ]
    assert declarations.loose_templates(templates, ["cases.show"]) == ["desk/cases/lost.html"]
