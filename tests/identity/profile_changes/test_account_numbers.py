"""Whoever changes or removes their billing account number has the former one masked as before."""

import re
from collections.abc import Iterator
from datetime import date

import pytest
from flask import Flask

from portal.desk.cases.queries import get_case
from portal.desk.cases.rules import Step
from portal.desk.cases.service import answer_case
from portal.desk.customer_holds.service import hold_customer
from portal.desk.disclosures.rules import DisclosureKind, NewDisclosure
from portal.desk.disclosures.service import ask_to_disclose
from portal.governance.legal_holds.rules import NewHold
from portal.identity.profile_changes.queries import list_account_numbers
from portal.identity.staff_accounts.rules import Role
from portal.operations.data_inventory import HELD
from portal.platform.core.work import Actor
from tests.pages import Visitor
from tests.self_service.your_data.downloads import copy_in
from tests.world import PASSWORD, Person, World

FIRST, SECOND = "20461357", "31975842"
SAID = "It is {}, as you know."
"""Words that nothing but the person's own number gives away."""
NUMBER_PAGE = "/profile/account-number"


@pytest.fixture(params=["", SECOND, f"MB{SECOND}"], ids=["removed", "changed", "lettered"])
def person(world: World, request: pytest.FixtureRequest) -> Person:
    """Whoever had a first number, and has none or another by now."""
    found = world.customer(kind="business")
    visitor = world.signed_in(found)
    for number in (FIRST, request.param):
        visitor.open(NUMBER_PAGE).send(number=number)
        world.clock.move(minutes=1)
    return found


def senior(world: World) -> Person:
    return world.colleague("lee@example.com", "Lee Senior", role=Role.SENIOR)


def say_everywhere(world: World, person: Person, staff: Person) -> str:
    """Let everybody who can write something about a person write both numbers there."""
    words = SAID.format(FIRST) + SAID.format(SECOND)
    reference = world.case(person, text=words)
    officer = Actor("staff", staff.id)
    for step in (Step.NOTED, Step.ASKED):
        with world.work(officer) as work:
            answer_case(work, reference, words, step, get_case(work, reference).version)
    with world.work(officer) as work:
        new = NewHold(why=words, until=date(2027, 3, 1))
        hold_customer(work, staff.staff_id, person.customer_id, new)
    with world.work(officer) as work:
        given = dict.fromkeys(("to", "power", "what", "document"), words)
        asked = NewDisclosure(kind=DisclosureKind.COURT, told_from=None, **given)
        ask_to_disclose(work, staff.staff_id, person.customer_id, asked)
    return reference


def list_paths(app: Flask, names: dict[str, str], *, is_desk: bool) -> Iterator[str]:
    """Give the address of every page that an address alone opens."""
    for rule in app.url_map.iter_rules():
        is_theirs = rule.rule.startswith("/staff") == is_desk and rule.rule != NUMBER_PAGE
        is_page = "GET" in (rule.methods or ()) and not rule.rule.endswith("/in-full")
        if is_theirs and is_page and rule.arguments <= names.keys():
            yield re.sub(r"<(?:\w+:)?(\w+)>", lambda found: names[found[1]], rule.rule)


def list_had(world: World, person: Person) -> list[str]:
    """The digits of every number that was ever somebody's."""
    return [one[-8:] for one in world.read(list_account_numbers, person.customer_id)]


def shows(text: str, numbers: list[str]) -> bool:
    return any(one in text for one in numbers)


def test_no_page_of_theirs_shows_a_number_that_they_had(world: World, person: Person) -> None:
    reference = say_everywhere(world, person, senior(world))
    visitor = world.signed_in(person)
    had = list_had(world, person)
    paths = [*list_paths(world.app, {"reference": reference}, is_desk=False)]
    for path in (*paths, *(f"/your-data/{slug}" for slug in slugs())):
        assert not shows(visitor.client.get(path).text, had), path
    found = visitor.open("/your-data").send("/your-data", words="as you know")
    assert "•••• 357" in found.text
    assert not shows(found.text, had)


@pytest.mark.nightly
def test_no_page_of_the_desk_shows_a_number_that_they_had(world: World, person: Person) -> None:
    staff = senior(world)
    reference = say_everywhere(world, person, staff)
    had = list_had(world, person)
    desk = world.at_the_desk(staff)
    names = {"reference": reference, "customer_id": str(person.id)}
    seen = {path: desk.client.get(path).text for path in list_paths(world.app, names, is_desk=True)}
    seen |= {slug: open_part(desk, person, reference, slug) for slug in slugs()}
    assert not [where for where, text in seen.items() if shows(text, had)]
    hidden = [where for where, text in seen.items() if "•••• 357" in text]
    wanted = {"messages", "profile-changes", f"/staff/cases/{reference}"}
    wanted |= {f"/staff/customers/{person.id}/disclosures", f"/staff/customers/{person.id}/holds"}
    assert wanted | {f"/staff/cases/{reference}/holds"} <= set(hidden)


def slugs() -> list[str]:
    return [one.slug for one in HELD if one.slug]


def open_part(desk: Visitor, person: Person, reference: str, slug: str) -> str:
    page = desk.open(f"/staff/cases/{reference}/record").send(record_part=slug, look_reason="case")
    return page.send(f"/staff/customers/{person.id}/record/open").text


def test_no_email_carries_a_number_that_they_had(world: World, person: Person) -> None:
    say_everywhere(world, person, senior(world))
    for email in world.deliver():
        assert not shows(email.text + email.html, list_had(world, person))


def test_a_half_filled_number_is_masked_before_it_is_theirs(world: World) -> None:
    person = world.customer()
    visitor = world.signed_in(person)
    page = visitor.open(NUMBER_PAGE)
    world.clock.move(minutes=6)
    assert page.send(number=FIRST).path == "/prove"
    shown = visitor.open("/your-data/sign-in").text
    assert "•••• 357" in shown
    assert FIRST not in shown


def test_they_get_all_their_numbers_themselves_after_fresh_proof(
    world: World, person: Person
) -> None:
    reference = world.case(person, text=SAID.format(FIRST))
    visitor = world.signed_in(person)
    copied = str(copy_in(visitor))
    assert copied.count(FIRST) > 1
    world.clock.move(minutes=6)
    page = visitor.open(f"/cases/{reference}/in-full").send(password=PASSWORD)
    assert SAID.format(FIRST) in page.text


@pytest.mark.usefixtures("person")
def test_a_strangers_number_is_not_taken_for_theirs(world: World) -> None:
    other = world.customer("jules@example.com")
    assert not list_had(world, other)
    reference = world.case(other, text=SAID.format(FIRST))
    assert SAID.format(FIRST) in world.signed_in(other).open(f"/cases/{reference}").text
