"""What is true of all pages of somebody: a way out, no secrets of others, nothing said twice."""

import re
from collections.abc import Iterator
from dataclasses import replace

import pytest
from bs4 import BeautifulSoup
from werkzeug.datastructures import MultiDict

from portal.identity.accounts.queries import get_customer
from portal.identity.credentials.queries import find_secrets
from portal.identity.staff_accounts.rules import Role
from portal.platform.encryption.hashing import Hasher
from portal.platform.web.access import Access, entry_of
from tests.pages import Page, Visitor
from tests.world import World

PERSONAL = {"email", "name", "given_name", "family_name", "telephone", "mobile", "postcode", "q"}
pytestmark = pytest.mark.parametrize("world", ["sqlite"], indirect=True)  # the web alone
FEWEST_PAGES = 5
"""What is shown of each kind of person at least; otherwise a test would show nothing."""


def pages_of(world: World, visitor: Visitor, needed: Access) -> Iterator[Page]:
    """Every page that somebody sees and not everybody may."""
    for rule in world.app.url_map.iter_rules():
        path = rule.rule
        with world.app.app_context():
            is_theirs = entry_of(rule.endpoint).needed is needed
        if "GET" in (rule.methods or ()) and not rule.arguments and is_theirs:
            answer = visitor.client.get(path)
            if answer.status_code == 200 and answer.mimetype == "text/html":
                yield Page(visitor, answer)


def whoever_needs(world: World, needed: Access) -> Visitor:
    """A browser of somebody who sees all pages of a kind that need nothing more."""
    if needed is Access.CUSTOMER:
        return world.signed_in()
    return world.at_the_desk(world.colleague(role=Role.ADMINISTRATOR))


@pytest.mark.parametrize("needed", [Access.CUSTOMER, Access.STAFF])
def test_whoever_is_signed_in_finds_the_way_out_on_every_page(world: World, needed: Access) -> None:
    pages = list(pages_of(world, whoever_needs(world, needed), needed))
    assert len(pages) >= FEWEST_PAGES
    start = "/staff" if needed is Access.STAFF else ""
    for page in pages:
        assert page.soup.select(f"header form[method=post][action='{start}/sign-out']"), page.path


@pytest.mark.parametrize("role", list(Role))
def test_nobody_at_the_desk_is_shown_or_asked_a_customers_secret(world: World, role: Role) -> None:
    person = world.customer()
    reference = world.case(person, topic="cancel-registration", service="mobile")
    desk = world.at_the_desk(world.colleague(role=role))
    looked = 0
    for path in ("", "/holds", "/let-back-in"):
        answer = desk.client.get(f"/staff/cases/{reference}{path}")
        if answer.status_code == 200:
            looked += 1
            page = Page(desk, answer)
            assert page.soup.select("main input[type=password]") == []
            assert page.soup.select("main [name=password], main [name=answer]") == []
            assert person.answer not in page.text
            assert "argon2" not in answer.text
    assert looked


@pytest.mark.parametrize("needed", [Access.CUSTOMER, Access.STAFF])
def test_no_form_puts_what_people_type_into_an_address(world: World, needed: Access) -> None:
    pages = list(pages_of(world, whoever_needs(world, needed), needed))
    assert len(pages) >= FEWEST_PAGES
    for page in pages:
        forms = page.soup.select("form[method=get], form:not([method])")
        names = {str(one["name"]) for form in forms for one in form.select("[name]")}
        assert names & PERSONAL == set(), page.path
        assert "@" not in " ".join(page.links() - contact_links(page)), page.path


def contact_links(page: Page) -> set[str]:
    return {link for link in page.links() if link.startswith(("mailto:", "tel:"))}


def test_of_a_field_that_is_sent_twice_what_was_checked_is_kept(world: World) -> None:
    person = world.customer()
    visitor = world.signed_in(person)
    fields = [("csrf_token", visitor.token()), ("version", "1"), ("family_name", "Example")]
    twice = [("given_name", "Robin"), ("given_name", "x" * 200), ("given_name", "")]
    answer = visitor.client.post("/profile/edit", data=MultiDict([*fields, *twice]))
    assert answer.status_code == 303
    assert world.read(get_customer, person.customer_id).details.given_name == "Robin"


def test_a_field_in_the_address_is_no_field_of_the_form(world: World) -> None:
    person = world.customer()
    visitor = world.signed_in(person)
    query = "?given_name=Mallory&family_name=Mallory&version=1"
    visitor.client.post(f"/profile/edit{query}", data={"csrf_token": visitor.token()})
    kept = world.read(get_customer, person.customer_id)
    assert (kept.details.given_name, kept.version) == ("Rowan", 1)


def test_a_token_in_the_address_is_no_token(world: World) -> None:
    visitor = world.signed_in()
    answer = visitor.post(f"/preferences/off?csrf_token={visitor.token()}", {})
    assert answer.status_code == 400


def test_a_new_portal_knows_nobody(world: World) -> None:
    assert {name: count for name, count in world.rows().items() if count} == {}
    for path in ("/sign-in", "/staff/sign-in"):
        for email, password in (("admin@example.com", "admin"), ("root", "root")):
            page = world.visitor().open(path).send(email=email, password=password)
            assert page.path == path


SCRIPT = "<script>alert(1)</script>"
EVIL = f"\"'><img src=x onerror=alert(1)>{SCRIPT}{{{{7*191}}}}"


def test_scripts_in_what_people_write_run_nowhere(world: World) -> None:
    person = world.customer(given_name=EVIL, family_name=EVIL, town=EVIL, address_line_1=EVIL)
    mine = world.case(person, name=EVIL, text=EVIL)
    theirs = world.case(name=EVIL, text=EVIL)
    visitor, desk = world.signed_in(person), world.at_the_desk()
    said = re.sub("[{}]", "", EVIL)  # brackets are refused: they are fields of a ready-made reply
    desk.open(f"/staff/cases/{mine}").send(f"/staff/cases/{mine}", step="replied", message=said)
    seen = [
        *pages_of(world, visitor, Access.CUSTOMER),
        visitor.open(f"/cases/{mine}"),
        *(desk.open(f"/staff/cases{one}") for one in ("", f"/{mine}", f"/{theirs}")),
        desk.open("/staff/cases").send("/staff/cases", q=person.email),
    ]
    assert sum("alert(1)" in page.text for page in seen) >= FEWEST_PAGES, "it is shown as words"
    for page in seen:
        assert find_alive(page.soup) == [], page.path
        assert "1337" not in page.answer.text, page.path
    emails = world.deliver()
    assert any("alert(1)" in email.text for email in emails)
    for email in emails:
        assert find_alive(BeautifulSoup(email.html, "html.parser")) == [], email.subject


def find_alive(soup: BeautifulSoup) -> list[str]:
    """What would run, or be fetched, that no page or email of ours has."""
    scripts = [one for one in soup.select("script") if one.get_text() or not one.has_attr("nonce")]
    return [str(one) for one in [*scripts, *soup.select("img[src=x], [onerror], [onload]")]]


def test_hashes_are_made_anew_at_sign_in_when_the_settings_have_changed(world: World) -> None:
    person = world.customer()
    costly = replace(world.parts, hasher=Hasher(128, 2))
    world.app.extensions["portal"] = costly
    before = world.read(find_secrets, person.id)
    visitor = world.visitor()
    visitor.open("/sign-in").send(email=person.email, password=person.password)
    visitor.open("/sign-in/question").send(answer=person.answer)
    after = world.read(find_secrets, person.id)
    assert before.password_hash.startswith("$argon2id$v=19$m=64,t=1,p=1$")
    assert after.password_hash.startswith("$argon2id$v=19$m=128,t=2,p=1$")
    assert world.signed_in(person).open("/account").path == "/account"
