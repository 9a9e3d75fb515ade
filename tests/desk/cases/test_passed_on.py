"""An address that was passed on leads staff to nobody who had it before."""

import re

import pytest

from portal.identity.staff_accounts.rules import Role
from tests.self_service.email_change.test_changing import NEW, change
from tests.world import Person, World

ADDRESS = "rowan@example.com"
NOBODY = "No customer has this email address or reference."
SEARCHED = r'name="(who|q)"'
"""What the field of a search is called."""
SECRET = "The first owner of the address wrote this"


@pytest.fixture
def first(world: World) -> Person:
    """Whoever had the address first, wrote from it signed in and not, and has another by now."""
    found = world.customer(ADDRESS, family_name="Earlier")
    world.case(found, text=SECRET)
    world.case(email=ADDRESS, text=SECRET)
    world.clock.move(days=1)
    change(world, world.signed_in(found))
    world.clock.move(days=60)
    return found


def second(world: World, *, is_erased: bool) -> Person:
    """Whoever has the address after the first, and wrote from it."""
    found = world.customer(ADDRESS, family_name="Later")
    world.case(found, text="The second owner wrote this")
    world.clock.move(days=100)
    if is_erased:
        world.erase(found)
        world.clock.move(days=1)
    return found


def search_everywhere(world: World, typed: str) -> dict[str, str]:
    """What each page of the desk that has a search answers to an address."""
    officer = world.colleague("kit@example.com", role=Role.PRIVACY_OFFICER)
    desk, seen = world.at_the_desk(officer), dict[str, str]()
    for rule in world.app.url_map.iter_rules():
        is_page = rule.rule.startswith("/staff") and "GET" in (rule.methods or ())
        is_page = is_page and not rule.arguments
        if is_page and re.search(SEARCHED, desk.client.get(rule.rule).text):
            sent = {"who": typed, "q": typed, "csrf_token": desk.token()}
            answer = desk.client.post(rule.rule, data=sent)
            seen[rule.rule] = f"{answer.status_code} {answer.location} {answer.text}"
    return seen


def test_it_leads_to_nobody_once_a_later_owner_is_erased(world: World, first: Person) -> None:
    second(world, is_erased=True)
    stray = world.case(email=ADDRESS, text="Somebody wrote this afterwards")
    seen = search_everywhere(world, ADDRESS)
    for told in (str(first.id), "Earlier", NEW, SECRET):
        assert not [path for path, text in seen.items() if told in text], told
    saying = {path for path, text in seen.items() if NOBODY in text}
    assert saying == {"/staff/customers", "/staff/holds", "/staff/disclosures"}
    assert stray in seen["/staff/cases"]


def test_it_leads_to_its_present_owner_alone(world: World, first: Person) -> None:
    later = second(world, is_erased=False)
    seen = search_everywhere(world, ADDRESS)
    for told in (str(first.id), "Earlier", NEW, SECRET):
        assert not [path for path, text in seen.items() if told in text], told
    assert "Later" in seen["/staff/cases"]
    assert str(later.id) in seen["/staff/disclosures"]


def test_a_former_address_that_nobody_had_since_leads_to_whom_it_was(
    world: World, first: Person
) -> None:
    seen = search_everywhere(world, ADDRESS)
    assert "Earlier" in seen["/staff/cases"]
    for path in ("/staff/customers", "/staff/holds", "/staff/disclosures"):
        assert str(first.id) in seen[path]


@pytest.mark.usefixtures("first")
def test_whoever_only_typed_an_address_is_found_by_it(world: World) -> None:
    second(world, is_erased=False)
    typist = world.customer("jules@example.com", family_name="Typist")
    reference = world.case(typist, email=ADDRESS)
    assert reference in search_everywhere(world, ADDRESS)["/staff/cases"]


def test_both_colleagues_read_whom_a_disclosure_is_about(world: World) -> None:
    person = world.customer()
    for email, role in (
        ("lee@example.com", Role.SENIOR),
        ("kit@example.com", Role.PRIVACY_OFFICER),
    ):
        desk = world.at_the_desk(world.colleague(email, role=role))
        shown = desk.open(f"/staff/customers/{person.id}/disclosures").text
        assert "Rowan Example" in shown
        assert person.email in shown
    looks = world.audit("disclosures:register:viewed")
    assert [one.subject_id for one in looks] == [person.id] * 2
