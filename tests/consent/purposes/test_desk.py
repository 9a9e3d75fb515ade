"""The privacy officer says what customers are asked; every version is kept."""

from dataclasses import replace
from hashlib import sha256
from typing import Any

import pytest

from portal.consent.purposes.queries import get_catalogue, list_versions
from portal.consent.purposes.rules import FIRST, PurposeKind, make_key
from portal.consent.purposes.service import change_purpose
from portal.identity.staff_accounts.rules import Role
from portal.platform.core.errors import NotFoundError
from portal.platform.core.ids import StaffId
from tests.pages import Visitor
from tests.world import World

NEW: dict[str, Any] = {
    "title": "Sport",
    "why": "Matches and tickets.",
    "kind": "marketing",
    "note": "Asked for",
}


@pytest.fixture
def officer(world: World) -> Visitor:
    return world.at_the_desk(world.colleague(role=Role.PRIVACY_OFFICER))


def test_something_new_is_asked_and_off_for_everybody(world: World, officer: Visitor) -> None:
    visitor = world.signed_in()
    page = officer.open("/staff/catalogue/add").send(**NEW)
    assert page.flashes[0].startswith("Published.")
    page = visitor.open("/preferences")
    assert "Matches and tickets." in page.text
    assert page.ticked("choices") == []
    assert page.send(choices=["sport:post"]).ticked("choices") == ["sport:post"]


def test_every_version_is_kept_with_its_reason(world: World, officer: Visitor) -> None:
    officer.open("/staff/catalogue/offers").send(title="Offers", note="Shorter")
    officer.open("/staff/catalogue/add").send(**NEW)
    found = world.read(list_versions)
    assert [(one.number, one.note) for one in found] == [
        (3, "Asked for"),
        (2, "Shorter"),
        (1, ""),
    ]
    assert found[-1] == FIRST
    page = officer.open("/staff/catalogue")
    assert "Version 3" in page.text
    assert "Shorter" in page.text
    assert [line.facts for line in world.audit("catalogue:version:published")] == [
        {"number": 2, "purpose": "offers"},
        {"number": 3, "purpose": "sport"},
    ]


def test_a_company_is_offered_with_its_country_and_what_protects_data_there(
    world: World, officer: Visitor
) -> None:
    abroad = {"kind": "sharing", "country": "IE", "safeguard": "UK adequacy regulations"}
    officer.open("/staff/catalogue/add").send(**{**NEW, **abroad, "title": "Example Energy"})
    where = "Country: Ireland. Your data is protected there by UK adequacy regulations."
    assert where in officer.open("/staff/catalogue").text
    assert where in world.signed_in().open("/preferences").text
    officer.open("/staff/catalogue/example-energy").send(country="GB", safeguard="", note="Moved")
    assert "Country: United Kingdom." in officer.open("/staff/catalogue").text
    first, second = world.read(list_versions)[1::-1]
    assert not second.says_same(first, "example-energy"), "where details go is part of the words"
    assert second.says_same(first, "brightwave")
    page = officer.open("/staff/catalogue/offers")
    assert not page.soup.select("[name=country]"), "what goes to nobody has no country"


@pytest.mark.parametrize(
    ("typed", "field", "said"),
    [
        ({"title": ""}, "title", "Say what it is called"),
        ({"why": ""}, "why", "Say what it is for"),
        ({"note": ""}, "note", "Say why you’re making this change, for the record"),
        ({"kind": ""}, "kind", "Choose what it is about"),
        ({"title": "Surveys"}, "title", "This name is already used, or was once"),
        ({"title": "No more companies"}, "title", "This name is already used, or was once"),
        ({"kind": "sharing"}, "country", "Choose the country the company is in"),
        ({"kind": "group", "country": "XX"}, "country", "Choose a country from the list"),
        (
            {"kind": "sharing", "country": "IE"},
            "safeguard",
            "Say what protects customers’ data in that country",
        ),
        ({"title": "!!"}, "title", "Say what it is called with at least one letter from a to z"),
    ],
)
def test_what_will_not_do_is_said_beside_the_field(
    world: World, officer: Visitor, typed: dict[str, Any], field: str, said: str
) -> None:
    page = officer.open("/staff/catalogue/add").send(**{**NEW, **typed})
    assert page.errors[field].startswith(said)
    assert world.read(get_catalogue) == FIRST


def test_of_two_who_publish_at_once_the_second_looks_again(world: World, officer: Visitor) -> None:
    late = officer.open("/staff/catalogue/surveys")
    officer.open("/staff/catalogue/surveys").send(title="Short surveys", note="Shorter")
    page = late.send(title="Questions", note="Kinder")
    assert "“Short surveys”" in page.errors["title"]
    assert page.value("title") == "Questions"
    assert page.send().path == "/staff/catalogue"
    assert world.read(get_catalogue).number == 3


def test_what_is_no_longer_asked_is_gone_for_good(world: World, officer: Visitor) -> None:
    officer.open("/staff/catalogue/surveys").send(retire="y", note="Nobody answers")
    assert "Surveys" not in world.signed_in().open("/preferences").text
    officer.open("/staff/catalogue/surveys", 404)
    page = officer.open("/staff/catalogue/add").send(**{**NEW, "title": "Surveys"})
    assert "already used, or was once" in page.errors["title"], "nobody's yes of then comes back"
    kept = world.read(get_catalogue).find("surveys")
    assert kept is not None
    assert not kept.is_offered


def test_no_version_asks_again_what_an_older_one_gave_up(world: World) -> None:
    surveys = FIRST.find("surveys")
    assert surveys is not None
    officer = StaffId(world.colleague(role=Role.PRIVACY_OFFICER).id)
    with world.work() as work:
        change_purpose(work, officer, replace(surveys, is_offered=False), "Enough", 1)
    with pytest.raises(NotFoundError), world.work() as work:
        change_purpose(work, officer, surveys, "Once more", 2)


def test_only_the_privacy_officer_is_led_there(world: World, officer: Visitor) -> None:
    assert "/staff/catalogue" in officer.open("/staff").links()
    senior = world.at_the_desk(world.colleague("senior@example.com", role=Role.SENIOR))
    assert "/staff/catalogue" not in senior.open("/staff").links()
    senior.open("/staff/catalogue", 403)


def test_the_first_version_never_changes() -> None:
    """People agreed to it: what is to be put in other words is published, not edited."""
    assert [one.key for one in FIRST.purposes] == [
        "offers", "new-products", "surveys", "partner-offers", "usage", "brightwave",
        "harbour-home", "merrow-tv",
    ]  # fmt: skip
    words = "".join(f"{one.title}|{one.why}|{one.often}|{one.stop};" for one in FIRST.purposes)
    assert sha256(words.encode()).hexdigest()[:16] == "d37d3ea36632804d"
    assert {one.kind for one in FIRST.purposes} == set(PurposeKind)


@pytest.mark.parametrize(
    ("title", "key"), [("Sport & Fun!", "sport-fun"), ("É", ""), ("x" * 90, "x" * 30), ("", "")]
)
def test_a_key_is_short_and_plain(title: str, key: str) -> None:
    assert make_key(title) == key
