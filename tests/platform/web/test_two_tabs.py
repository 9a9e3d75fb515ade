"""Two tabs, or two people, at one form: what was not touched stays as the other saved it."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from flask import Flask

from portal.consent.directories.queries import get_entries
from portal.consent.marketing.queries import get_choices
from portal.consent.marketing.routes import NOTED
from portal.consent.marketing.rules import NO_MORE
from portal.identity.accounts.queries import get_customer
from portal.identity.accounts.rules import CustomerKind
from portal.identity.form_drafts.models import Draft
from portal.identity.staff_accounts.rules import Role
from portal.platform.web.access import entry_of
from portal.platform.web.forms import CARRIED
from tests.desk.assisted_choices.test_desk import FACTS
from tests.pages import Page, Visitor
from tests.world import Person, World

EDIT, NUMBER, CHOICES = "/profile/edit", "/profile/account-number", "/preferences"
DIRECTORIES = "/preferences/directories"
HOME, MOBILE = "+441632960001", "+447700900123"
REACHED: dict[str, Any] = {"telephone": "01632 960001", "mobile": "07700 900123", "town": "Oldham"}
EMAIL, TEXT, POST = "offers:email", "surveys:text", "offers:post"
SHARE = "brightwave:yes"
SAVED, SAME = "Your details are saved.", "Nothing was changed."


def details(world: World, person: Person) -> Any:
    return world.read(get_customer, person.customer_id).details


def agreed(world: World, person: Person) -> list[str]:
    return sorted(one.value for one in world.read(get_choices, person.customer_id).agreed)


def listed(world: World, person: Person) -> list[str]:
    return sorted(world.read(get_entries, person.customer_id).boxes)


def tabs(world: World, person: Person, path: str) -> tuple[Page, Page]:
    """The same page in two browsers of somebody: the one that is late, and the quick one."""
    late, quick = world.signed_in(person).open(path), world.signed_in(person).open(path)
    world.clock.move(minutes=1)
    return late, quick


# ------------------------------------------------------------------------------------ details


def test_somebody_who_corrects_the_town_in_one_tab_keeps_the_mobile_of_the_other(
    world: World,
) -> None:
    person = world.customer(**REACHED)
    late, quick = tabs(world, person, EDIT)
    quick.send(mobile="07700 900456")
    done = late.send(town="Exampleton")
    assert done.flashes == [f"{SAVED} We also kept what was changed somewhere else: Mobile."]
    now = details(world, person)
    assert (now.town, now.mobile) == ("Exampleton", "07700 900456")


def test_somebody_who_changes_one_detail_in_two_ways_is_asked_about_that_alone(
    world: World,
) -> None:
    person = world.customer(**REACHED)
    late, quick = tabs(world, person, EDIT)
    quick.send(mobile="07700 900456", telephone="01632 960002")
    page = late.send(status=409, mobile="07700 900789", town="Exampleton")
    rows = [" ".join(one.get_text(" ").split()) for one in page.soup.select("table.diff tbody tr")]
    assert rows == ["Mobile 07700 900456 07700 900789"]
    assert (page.value("town"), page.value("telephone")) == ("Exampleton", "01632 960002")
    assert page.send().flashes == [SAVED]
    now = details(world, person)
    assert (now.mobile, now.town) == ("07700 900789", "Exampleton")
    assert now.telephone == "01632 960002"


def test_somebody_who_is_asked_twice_is_asked_about_what_is_new(world: World) -> None:
    person = world.customer(**REACHED)
    late, quick = tabs(world, person, EDIT)
    quick.send(mobile="07700 900456")
    page = late.send(status=409, mobile="07700 900789", town="Exampleton")
    world.signed_in(person).open(EDIT).send(town="Sampleford")
    again = page.send(status=409)
    assert len(again.soup.select("table.diff tbody tr")) == 1
    assert "Sampleford" in again.soup.select("table.diff tbody")[0].get_text()
    again.send()
    assert details(world, person).mobile == "07700 900789"


@pytest.mark.parametrize(
    ("quick", "late", "kept"),
    [
        ({"mobile": ""}, {"town": "Exampleton"}, ("", "Exampleton")),
        ({"mobile": "07700 900456"}, {"town": ""}, ("07700 900456", "")),
        ({"mobile": "", "town": ""}, {"mobile": ""}, ("", "")),
        ({"mobile": "07700 900456"}, {"mobile": "+447700900456"}, ("07700 900456", "Oldham")),
        ({}, {"mobile": ""}, ("", "Oldham")),
    ],
    ids=["cleared there", "cleared here", "cleared in both", "the same in both", "nothing there"],
)
def test_somebody_who_clears_a_detail_has_it_cleared_and_nothing_else(
    world: World, quick: dict[str, Any], late: dict[str, Any], kept: tuple[str, str]
) -> None:
    person = world.customer(**REACHED)
    first, second = tabs(world, person, EDIT)
    second.send(**quick)
    first.send(**late)
    now = details(world, person)
    assert (now.mobile, now.town) == kept


def test_somebody_whose_detail_went_there_and_back_is_not_asked(world: World) -> None:
    person = world.customer(**REACHED)
    late, quick = tabs(world, person, EDIT)
    quick.send(town="Sampleford")
    world.signed_in(person).open(EDIT).send(town="Oldham")
    assert late.send(town="Exampleton").flashes == [SAVED]
    assert details(world, person).town == "Exampleton"


def test_somebody_whose_account_number_was_added_meanwhile_corrects_the_town(world: World) -> None:
    person = world.customer(**REACHED)
    late, quick = tabs(world, person, EDIT)
    quick.visitor.open(NUMBER).send(number="AB 1234 5678")
    assert late.send(town="Exampleton").flashes == [SAVED]
    assert details(world, person).account_number == "AB12345678"


def test_somebody_who_adds_an_account_number_is_not_asked_about_the_town(world: World) -> None:
    person = world.customer(**REACHED)
    late, quick = tabs(world, person, NUMBER)
    quick.visitor.open(EDIT).send(town="Exampleton")
    assert late.send(number="AB 1234 5678").path == "/profile"
    assert details(world, person).town == "Exampleton"


def test_somebody_signed_out_half_way_keeps_what_the_other_tab_saved(world: World) -> None:
    person = world.customer(**REACHED)
    late = world.signed_in(person).open(EDIT)
    world.clock.move(hours=1)
    world.signed_in(person).open(EDIT).send(mobile="07700 900456")
    late.send(town="Exampleton")
    with world.work() as work:
        assert work.session.query(Draft).count() == 1
    again = world.signed_in(person).open(EDIT)
    assert again.value("town") == "Exampleton"
    assert again.send().flashes[0].startswith(SAVED)
    now = details(world, person)
    assert (now.town, now.mobile) == ("Exampleton", "07700 900456")


@pytest.mark.parametrize("made_from", ["", "town", "&&==", "town=%FF%00", "x" * 20_001])
def test_a_form_that_does_not_say_what_it_was_made_from_overwrites_nothing(
    world: World, made_from: str
) -> None:
    person = world.customer(**REACHED)
    late, quick = tabs(world, person, EDIT)
    quick.send(mobile="07700 900456")
    late.send(status=None, town="Exampleton", made_from=made_from)
    now = details(world, person)
    assert (now.town, now.mobile) == ("Oldham", "07700 900456")


# ------------------------------------------------------------------------------------ choices


def by_link(world: World, person: Person) -> Page:
    world.visitor().open("/choices").send(email=person.email)
    return world.visitor().open(world.email("Your marketing choices").link)


def on_the_page(world: World, person: Person) -> Page:
    return world.signed_in(person).open(CHOICES)


@pytest.fixture(params=[on_the_page, by_link], ids=["page", "link"])
def opened(request: pytest.FixtureRequest) -> Callable[[World, Person], Page]:
    """A page of choices, by whichever way."""
    found: Callable[[World, Person], Page] = request.param
    return found


def test_somebody_who_ticks_two_boxes_in_two_tabs_has_both(
    world: World, opened: Callable[[World, Person], Page]
) -> None:
    person = world.customer()
    late = opened(world, person)
    on_the_page(world, person).send(choices=[TEXT])
    done = late.send(choices=[EMAIL])
    told = "We also kept what was changed somewhere else: Surveys by text turned on."
    assert done.flashes == [f"We’ve saved your choices. {told}"]
    assert agreed(world, person) == [EMAIL, TEXT]


def test_somebody_who_ticks_one_box_in_two_tabs_has_it_once(
    world: World, opened: Callable[[World, Person], Page]
) -> None:
    person = world.customer()
    late = opened(world, person)
    on_the_page(world, person).send(choices=[EMAIL])
    assert late.send(choices=[EMAIL]).flashes == [NOTED]
    assert agreed(world, person) == [EMAIL]


def test_what_somebody_turned_off_in_one_tab_stays_off_when_another_is_saved(
    world: World, opened: Callable[[World, Person], Page]
) -> None:
    person = world.customer()
    on_the_page(world, person).send(choices=[EMAIL, TEXT])
    late = opened(world, person)
    world.signed_in(person).open("/preferences/off").send()
    late.send(choices=[EMAIL, TEXT, POST])
    assert agreed(world, person) == [POST]


def test_somebody_whose_no_is_younger_than_their_page_is_asked_before_it_is_a_yes(
    world: World, opened: Callable[[World, Person], Page]
) -> None:
    person = world.customer()
    late = opened(world, person)
    world.clock.move(minutes=1)
    page = on_the_page(world, person).send(choices=[EMAIL])
    world.clock.move(minutes=1)
    page.send(choices=[])
    page = late.send(status=409, choices=[EMAIL, TEXT])
    assert "Offers on your services by email: off now, would be on" in page.text
    assert "Surveys by text: off now, would be on" in page.text, "nothing was left on by then"
    assert "by post" not in page.soup.select("[role=alert]")[0].get_text()
    assert agreed(world, person) == []
    page.send()
    assert agreed(world, person) == [EMAIL, TEXT]


def test_somebody_who_refuses_companies_in_one_tab_agrees_to_none_in_another(
    world: World, opened: Callable[[World, Person], Page]
) -> None:
    person = world.customer()
    late = opened(world, person)
    on_the_page(world, person).send(choices=[NO_MORE.value])
    page = late.send(status=409, choices=[SHARE, EMAIL])
    assert page.soup.select("[name=ask_again]"), "as it is saved by now"
    page = page.send(choices=[SHARE, EMAIL, NO_MORE.value])
    assert "untick Brightwave Energy" in page.text
    page.send(choices=[EMAIL, NO_MORE.value])
    assert agreed(world, person) == [NO_MORE.value, EMAIL]


def test_a_colleague_who_sets_one_choice_leaves_what_the_customer_saved_meanwhile(
    world: World,
) -> None:
    person = world.customer()
    page = world.at_the_desk().open(f"/staff/cases/{world.case(person)}/choices")
    on_the_page(world, person).send(choices=[TEXT])
    page.send(**FACTS, choices=[EMAIL], was_read="y")
    assert agreed(world, person) == [EMAIL, TEXT]


def test_a_colleague_reads_out_only_what_they_turn_on_themselves(world: World) -> None:
    person = world.customer()
    on_the_page(world, person).send(choices=[EMAIL])
    page = world.at_the_desk().open(f"/staff/cases/{world.case(person)}/choices")
    on_the_page(world, person).send(choices=[EMAIL, TEXT])
    page.send(**FACTS, choices=[])
    assert agreed(world, person) == [TEXT]


def test_an_account_manager_is_named_though_the_customer_moved_meanwhile(world: World) -> None:
    person = world.customer(kind=CustomerKind.BUSINESS)
    page = world.at_the_desk().open(f"/staff/cases/{world.case(person)}/account-manager")
    world.signed_in(person).open(EDIT).send(town="Exampleton")
    page.send(manager="Robin Example")
    now = details(world, person)
    assert (now.account_manager, now.town) == ("Robin Example", "Exampleton")


# --------------------------------------------------------------------------------- directories


def test_somebody_who_lists_two_numbers_in_two_tabs_has_both_listed(world: World) -> None:
    person = world.customer(**REACHED)
    late, quick = tabs(world, person, DIRECTORIES)
    quick.send(entries=[f"{HOME}:printed"])
    assert late.send(entries=[f"{MOBILE}:online"]).path == DIRECTORIES
    assert listed(world, person) == [f"{HOME}:printed", f"{MOBILE}:online"]


def test_somebody_whose_number_went_meanwhile_keeps_the_other_listed(world: World) -> None:
    person = world.customer(**REACHED)
    world.signed_in(person).open(DIRECTORIES).send(entries=[f"{HOME}:printed"])
    late, quick = tabs(world, person, DIRECTORIES)
    quick.visitor.open(EDIT).send(telephone="")
    late.send(entries=[f"{HOME}:printed", f"{MOBILE}:online"])
    assert listed(world, person) == [f"{MOBILE}:online"]


def test_somebody_who_took_a_number_out_since_is_asked_before_it_is_listed(world: World) -> None:
    person = world.customer(**REACHED)
    late, quick = tabs(world, person, DIRECTORIES)
    page = quick.send(entries=[f"{HOME}:printed"])
    world.clock.move(minutes=1)
    page.send(entries=[])
    page = late.send(status=409, entries=[f"{HOME}:printed"])
    assert "01632 960001, printed directory: off now, would be on" in page.text
    assert listed(world, person) == []
    page.send()
    assert listed(world, person) == [f"{HOME}:printed"]


def test_somebody_who_took_the_last_entry_away_cannot_be_searched_by_an_old_tab(
    world: World,
) -> None:
    person = world.customer(**REACHED)
    world.signed_in(person).open(DIRECTORIES).send(entries=[f"{HOME}:printed"])
    late, quick = tabs(world, person, DIRECTORIES)
    quick.send(entries=[])
    page = late.send(entries=[f"{HOME}:printed", f"{HOME}:reverse"])
    assert "Reverse search only works with a directory" in page.text
    assert listed(world, person) == []


# ---------------------------------------------------------------------------------- catalogue


def test_an_officer_who_rewords_one_thing_leaves_what_a_colleague_published(world: World) -> None:
    desk = world.at_the_desk(world.colleague(role=Role.PRIVACY_OFFICER))
    late = desk.open("/staff/catalogue/surveys")
    late_for_offers = desk.open("/staff/catalogue/offers")
    desk.open("/staff/catalogue/offers").send(title="Offers for you", note="Shorter")
    assert late.send(title="Questions", note="Kinder").path == "/staff/catalogue"
    page = late_for_offers.send(why="Because.", note="Plainer")
    assert page.path == "/staff/catalogue"
    assert "Offers for you" in page.text
    assert "Questions" in page.text


def test_an_officer_is_asked_before_a_colleagues_words_are_replaced(world: World) -> None:
    desk = world.at_the_desk(world.colleague(role=Role.PRIVACY_OFFICER))
    late = desk.open("/staff/catalogue/offers")
    desk.open("/staff/catalogue/offers").send(title="Offers for you", why="Why.", note="Shorter")
    page = late.send(title="", why="Because.", note="Plainer")
    assert "title" in page.errors
    page = page.send(title="Good offers", why="Discounts and upgrades for what you already have.")
    assert "“Offers for you”" in page.errors["title"]
    assert (page.value("title"), page.value("why")) == ("Good offers", "Why.")
    assert "Good offers" in page.send().text


# ------------------------------------------------------------------------- the kind as a whole


@dataclass
class Carrier:
    """A form in a page that carries what it was made from."""

    path: str
    names: set[str]


def carriers(visitor: Visitor, paths: list[str]) -> list[Carrier]:
    """Find the forms in pages that say what they were made from."""
    found = []
    for path in paths:
        page = visitor.open(path)
        for form in page.soup.select("form:has(input[name=made_from])"):
            names = {
                str(one["name"]) for one in form.select("input[name], textarea[name], select[name]")
            }
            found.append(Carrier(path, names - {"csrf_token"}))
    return found


def test_whatever_is_kept_of_a_form_keeps_what_it_was_made_from(
    world: World, app_of_world: Flask
) -> None:
    person = world.customer(kind=CustomerKind.BUSINESS, **REACHED)
    case = world.case(person)
    mine = world.signed_in(person)
    desk = world.at_the_desk()
    found = carriers(mine, [EDIT, NUMBER, CHOICES, DIRECTORIES]) + carriers(
        desk, [f"/staff/cases/{case}/choices", f"/staff/cases/{case}/account-manager"]
    )
    assert len(found) == 6
    for one in found:
        with app_of_world.test_request_context():
            endpoint, _ = app_of_world.url_map.bind("").match(re.sub(r"\?.*", "", one.path))
            keeps = entry_of(endpoint).keeps
        assert keeps == one.names | {"choices", "entries"} & keeps, one.path
        assert set(CARRIED) <= keeps


@pytest.fixture
def app_of_world(world: World) -> Flask:
    return world.app


@pytest.mark.parametrize(
    "box", ["", ":", "x", f"{HOME}:x", f"{HOME}:printed:x", "+1:printed", "ü:ü"]
)
@pytest.mark.parametrize("path", [DIRECTORIES, CHOICES])
def test_a_box_that_is_none_in_an_old_form_is_refused_and_saves_nothing(
    world: World, path: str, box: str
) -> None:
    person = world.customer(**REACHED)
    late, quick = tabs(world, person, path)
    quick.visitor.open(DIRECTORIES).send(entries=[f"{MOBILE}:online"])
    quick.visitor.open(CHOICES).send(choices=[TEXT])
    page = late.send(status=None, entries=[box], choices=[box])
    assert page.answer.status_code in {200, 409}
    assert (listed(world, person), agreed(world, person)) == ([f"{MOBILE}:online"], [TEXT])
