"""Pages say what is so: to whoever is signed in already, and where nothing had to be done."""

import pytest

from portal.consent.marketing.routes import NOTED
from portal.identity.contact_index.rules import Channel
from portal.identity.staff_accounts.rules import Role
from tests.consent.list_screening.lists import agrees
from tests.consent.unsubscribe.steps import path_for
from tests.consent.unsubscribe.test_routes import ADDRESS, ONE_CLICK
from tests.pages import Page
from tests.world import World


@pytest.mark.parametrize(
    ("path", "leads_to"),
    [
        ("/register", "/account"),
        ("/forgotten", "/security/password"),
        ("/choices", "/preferences"),
    ],
)
def test_whoever_is_signed_in_is_told_so_where_visitors_begin(
    world: World, path: str, leads_to: str
) -> None:
    visitor = world.signed_in()
    page = visitor.open(path)
    assert "You’re already signed in" in page.text
    assert leads_to in page.links()
    assert not page.soup.select("main form")
    before = world.rows()
    typed = {"email": "else@example.com", "given_name": "Robin"}
    assert visitor.submit(path, typed | {"csrf_token": visitor.token()}).path == path
    assert world.rows() == before
    assert "You’re already signed in" not in world.visitor().open(path).text
    assert visitor.open("/sign-in").path == "/account"


def banner_of(page: Page) -> tuple[str, bool]:
    """What is said at the top of a page, and whether it is green."""
    (banner,) = page.soup.select("[data-flash]")
    classes = str(banner.get("class"))
    return page.flashes[0], "banner--ok" in classes


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("/profile/edit", "Nothing was changed."),
        ("/preferences", NOTED),
        ("/preferences/directories", "Nothing was changed."),
    ],
)
def test_nothing_was_changed_is_news_and_no_success(world: World, path: str, said: str) -> None:
    visitor = world.signed_in(world.customer(telephone="01632 960077"))
    visitor.open(path).send()
    assert banner_of(visitor.open(path).send()) == (said, False)


def test_a_colleague_reads_that_a_role_was_so_already(world: World) -> None:
    boss = world.at_the_desk(world.colleague("boss@example.com", role=Role.ADMINISTRATOR))
    other = world.colleague("kit@example.com", "Kit")
    page = boss.open(f"/staff/colleagues/{other.id}/role")
    assert banner_of(page.send(role="agent")) == ("Nothing was changed.", False)
    assert banner_of(page.send(role="senior"))[1]


@pytest.mark.parametrize("who", ["customer", "stranger"])
def test_an_unsubscribe_link_that_is_used_twice_says_that_it_was_off(
    world: World, who: str
) -> None:
    if who == "customer":
        agrees(world, world.customer(ADDRESS), ("offers", Channel.EMAIL))
    path, visitor = path_for(world, ADDRESS), world.visitor()
    assert visitor.submit(path, ONE_CLICK).title == "Done: no more of these emails"
    again = visitor.submit(path, ONE_CLICK)
    assert again.title == "These emails were already off"
    assert "We send no emails about" in again.text


def test_whoever_writes_signed_in_reads_where_the_answer_goes_and_is_asked_for_no_address(
    world: World,
) -> None:
    person = world.customer()
    page = world.signed_in(person).open("/contact")
    assert f"We’ll reply to {person.email}" in page.text
    assert not page.soup.select("input[name=email]:not([type=hidden])")
    assert "You don’t need an account" not in page.text
    assert page.send(topic="other", message="Hello").path == "/contact/sent"
    assert "You don’t need an account" in world.visitor().open("/contact").text


@pytest.mark.parametrize(("path", "has_secrets"), [("/sign-in", True), ("/choices", False)])
def test_only_where_a_password_was_typed_one_reads_that_it_is_gone(
    world: World, path: str, *, has_secrets: bool
) -> None:
    page = world.visitor().open(path).send(status=400, csrf_token="old", email="v@example.com")
    assert ("except passwords" in page.text) is has_secrets
    assert "What you typed is still here" in page.text
