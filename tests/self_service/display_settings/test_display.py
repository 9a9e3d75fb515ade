"""Text size, theme and contrast: drawn by the server, kept by the browser and with the profile."""

import pytest

from portal.identity.accounts.queries import get_customer
from portal.platform.core.display import Display
from tests.pages import Page, Visitor
from tests.self_service.your_data.downloads import copy_of
from tests.world import ANSWER, PASSWORD, Person, World

CHOSEN = {"text": "large-text", "theme": "dark", "contrast": "high-contrast"}
SAVED = "Your display settings are saved."


def drawn(page: Page) -> dict[str, str]:
    root = page.soup.select_one("html")
    assert root is not None
    return {name: str(value) for name, value in root.attrs.items() if name.startswith("data-")}


def sign_in(visitor: Visitor, person: Person) -> Page:
    visitor.open("/sign-in").send(email=person.email, password=PASSWORD)
    return visitor.open("/sign-in/question").send(answer=ANSWER)


def test_a_visitor_chooses_and_every_page_is_drawn_so_from_the_first_byte(world: World) -> None:
    visitor = world.visitor()
    page = visitor.open("/display")
    assert drawn(page) == {}
    page = page.send(None, 200, **CHOSEN)
    assert page.flashes == [SAVED]
    for path in ("/display", "/privacy", "/nothing", "/sign-in"):
        page = visitor.open(path, 404 if path == "/nothing" else 200)
        assert drawn(page) == {f"data-{name}": value for name, value in CHOSEN.items()}
    assert len(page.soup.select("meta[name=theme-color]")) == 1
    assert page.soup.select_one("meta[name=theme-color]:not([media])")
    assert drawn(world.visitor().open("/privacy")) == {}, "another browser"


def test_what_a_customer_chose_follows_them_to_another_browser(world: World) -> None:
    person = world.customer()
    world.signed_in(person).open("/display").send(None, 200, **CHOSEN)
    other = world.visitor()
    assert drawn(sign_in(other, person))["data-text"] == "large-text"
    other.send("/sign-out")
    assert drawn(other.open("/sign-in"))["data-theme"] == "dark", "the browser remembers"


def test_who_goes_back_to_the_devices_own_has_no_cookie_and_no_entry(world: World) -> None:
    person = world.customer()
    visitor = world.signed_in(person)
    page = visitor.open("/display").send(None, 200, **CHOSEN)
    assert visitor.cookie("display") == "large-text.dark.high-contrast"
    page = page.send(text="as-is", theme="as-is", contrast="as-is")
    assert drawn(page) == {}
    assert visitor.cookie("display") is None
    assert world.read(get_customer, person.customer_id).details.display == ""


def test_it_is_among_what_is_held(world: World) -> None:
    person = world.customer()
    world.signed_in(person).open("/display").send(None, 200, **CHOSEN)
    text: str = copy_of(world, person)
    assert "How pages look" in text
    assert "large text, dark, high contrast" in text


def test_saving_how_pages_look_takes_nothing_back_that_another_tab_saved(world: World) -> None:
    person = world.customer()
    visitor = world.signed_in(person)
    late = visitor.open("/profile/edit")
    visitor.open("/display").send(None, 200, **CHOSEN)
    late.send(town="Sampleford")
    now = world.read(get_customer, person.customer_id).details
    assert (now.town, Display.read(now.display).theme) == ("Sampleford", "dark")


@pytest.mark.parametrize(
    "sent", ["", "x", "..", "dark", "large-text.pink.", '"><script>', "9" * 99]
)
def test_a_cookie_that_nobody_can_have_chosen_changes_nothing(world: World, sent: str) -> None:
    assert Display.read(sent) in {Display(), Display("large-text")}
    visitor = world.visitor()
    visitor.client.set_cookie("display", sent)
    assert drawn(visitor.open("/privacy")).keys() <= {"data-text"}


@pytest.mark.parametrize("field", CHOSEN)
def test_a_choice_that_is_not_on_the_page_is_refused_beside_it(world: World, field: str) -> None:
    page = world.visitor().open("/display").send(None, 200, **{field: "enormous"})
    assert set(page.errors) == {field}


def test_whoever_is_greeted_by_another_name_is_forgotten_by_the_browser(world: World) -> None:
    person, visitor = world.customer(), world.visitor()
    visitor.open("/sign-in").send(email=person.email, password=PASSWORD, remember="y")
    visitor.open("/sign-in/question").send(answer=ANSWER)
    visitor.send("/sign-out")
    page = visitor.open("/sign-in")
    assert "Welcome back" in page.title
    page = page.send("/sign-in/not-you")
    assert (page.path, page.title) == ("/sign-in", "Sign in")
    assert world.rows()["remembered_browser"] == 0
