"""Every field that takes an address takes one address, whoever may open its page."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from bs4 import BeautifulSoup
from wtforms.fields.core import UnboundField

from portal.identity.staff_accounts.rules import Role
from portal.messaging.email.models import OutboxEmail
from portal.platform.core.addresses import WRONG_EMAIL, parse_email
from portal.platform.core.limits import RateLimiter
from portal.platform.web.field_checks import Parses
from portal.platform.web.forms import Form
from tests.messaging.email.test_addresses import NOT_ONE
from tests.pages import Visitor
from tests.world import World

PAGES = {
    "/choices",
    "/contact",
    "/forgotten",
    "/register",
    "/security/email",
    "/sign-in",
    "/staff/colleagues/add",
    "/staff/sign-in",
}


def browsers(world: World) -> Iterator[Visitor]:
    """Everybody who may open pages."""
    yield world.visitor()
    yield world.signed_in()
    yield world.at_the_desk(world.colleague(role=Role.ADMINISTRATOR))


def fields(world: World) -> dict[str, tuple[Visitor, str]]:
    """Every field for an address in every page with a fixed path: its name, and who sees it."""
    paths = sorted(
        rule.rule
        for rule in world.app.url_map.iter_rules()
        if "GET" in (rule.methods or ()) and not rule.arguments
    )
    found: dict[str, tuple[Visitor, str]] = {}
    for browser in browsers(world):
        for path in paths:
            answer = browser.client.get(path)
            if answer.mimetype == "text/html":
                for one in BeautifulSoup(answer.text, "html.parser").select("input[type=email]"):
                    found.setdefault(path, (browser, str(one["name"])))
    return found


def test_no_field_writes_to_anything_but_one_address(world: World) -> None:
    world.parts = replace(world.parts, limits=RateLimiter(times=1000))  # all come from one network
    world.app.extensions["portal"] = world.parts
    found = fields(world)
    assert set(found) >= PAGES
    world.deliver()
    before = world.rows()[OutboxEmail.__tablename__]
    for path, (browser, name) in found.items():
        for text in filter(None, NOT_ONE):
            page = browser.open(path).send(None, None, **{name: text})
            assert page.answer.status_code == 200, (path, text)
            assert page.errors[name] == WRONG_EMAIL, (path, text)
            assert page.path == path
    assert world.rows()[OutboxEmail.__tablename__] == before
    assert world.deliver() == []
    with world.work() as work:
        assert work.session.query(OutboxEmail).filter_by(state="waiting").count() == 0


def all_forms(base: type[Form]) -> Iterator[type[Form]]:
    for one in base.__subclasses__():
        yield one
        yield from all_forms(one)


def test_every_field_for_an_address_has_the_one_parser() -> None:
    checked = 0
    for form in all_forms(Form):
        for name in dir(form):
            field = getattr(form, name)
            if not isinstance(field, UnboundField):
                continue
            kind = (field.kwargs.get("render_kw") or {}).get("type")
            if kind == "email" or "email" in name:
                checks = field.kwargs.get("validators", [])
                parsers = [one.parser for one in checks if isinstance(one, Parses)]
                assert parsers == [parse_email], f"{form.__module__}.{form.__name__}.{name}"
                checked += 1
    assert checked >= len(PAGES)


@pytest.mark.parametrize("path", ["/forgotten", "/choices"])
def test_somebody_who_typed_a_list_is_told_so_and_it_stays(world: World, path: str) -> None:
    page = world.visitor().open(path).send(email="m1@example.com,m2@example.com")
    assert page.errors["email"] == WRONG_EMAIL
    assert page.value("email") == "m1@example.com,m2@example.com"
