"""What is given to others: by two colleagues, told on its day, published as a rounded number."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text

from portal.desk.disclosures.models import DisclosureRow
from portal.desk.disclosures.queries import list_of_customer, list_told, list_yearly
from portal.desk.disclosures.rules import (
    FEWEST_TOLD,
    ROUNDED_TO,
    DisclosureKind,
    NewDisclosure,
    OwnProposalError,
    TakenBackError,
    YearlyNumber,
    round_number,
)
from portal.desk.disclosures.service import agree_to_disclose, ask_to_disclose, withdraw_disclosure
from portal.governance.retention.service import purge
from portal.identity.staff_accounts.rules import Role
from portal.platform.core.clock import london_day
from portal.platform.core.errors import NotAllowedError, NotFoundError
from portal.platform.core.work import Actor
from portal.self_service.your_data.queries import get_overview
from tests.pages import Visitor
from tests.self_service.your_data.downloads import copy_of
from tests.world import Person, World, rows_with

SENIOR, OFFICER = "lee@example.com", "kit@example.com"
GOOD: dict[str, Any] = {
    "kind": "police",
    "recipient_name": "Northtown Police",
    "power": "Data Protection Act 2018, Schedule 2, paragraph 2",
    "what": "your name and address",
    "document": "NP-2026-117",
    "told": "now",
}


@pytest.fixture
def senior(world: World) -> Person:
    return world.colleague(SENIOR, "Lee Senior", role=Role.SENIOR)


@pytest.fixture
def officer(world: World) -> Person:
    return world.colleague(OFFICER, "Kit Officer", role=Role.PRIVACY_OFFICER)


def new(told_from: date | None = None) -> NewDisclosure:
    return NewDisclosure(
        kind=DisclosureKind.POLICE,
        to="Northtown Police",
        power="Data Protection Act 2018, Schedule 2, paragraph 2",
        what="your name and address",
        document="NP-2026-117",
        told_from=told_from,
    )


def given(
    world: World, person: Person, senior: Person, officer: Person, told_from: date | None = None
) -> UUID:
    """Enter a disclosure and agree to it, as two colleagues."""
    with world.work(Actor("staff", senior.id)) as work:
        found = ask_to_disclose(work, senior.staff_id, person.customer_id, new(told_from))
    with world.work(Actor("staff", officer.id)) as work:
        agree_to_disclose(work, officer.staff_id, person.customer_id, found)
    return found


def told_on(visitor: Visitor) -> str:
    return visitor.open("/your-data/disclosures").text


def test_two_colleagues_decide_and_the_customer_reads_who_got_what_and_why(
    world: World, senior: Person, officer: Person
) -> None:
    person = world.customer()
    visitor, at_lees, at_kits = (
        world.signed_in(person),
        world.at_the_desk(senior),
        world.at_the_desk(officer),
    )
    page = at_lees.open("/staff/disclosures").send(who=person.email)
    path = f"/staff/customers/{person.id}/disclosures"
    assert page.path == path
    assert "Rowan Example" in page.text
    page = page.send(**GOOD)
    assert page.flashes[0].startswith("Entered. Don’t give anything out until")
    told = "Once a colleague agrees, the customer sees in “Your data” who gets what and under which"
    assert told in page.text
    assert "Agree" not in [one.get_text().strip() for one in page.soup.select("button")]
    assert "Northtown" not in told_on(visitor), "nobody agreed to it yet"
    assert path in at_kits.open("/staff/disclosures").links()
    (one,) = world.read(list_of_customer, person.customer_id)
    page = at_kits.open(path).send(f"{path}/{one.id}/agree")
    assert page.flashes == ["Agreed. You can give it out now. Then say here on which day."]
    said = told_on(visitor)
    assert "We agreed to give this to Northtown Police" in said
    assert "your name and address. Law or agreement: Data Protection Act 2018" in said
    assert "NP-2026-117" not in said, "the reference of the request is for colleagues"
    assert "We agreed to give this to Northtown Police" in copy_of(world, person)


def test_nobody_agrees_to_what_they_entered_and_a_senior_agrees_to_nothing(
    world: World, senior: Person, officer: Person
) -> None:
    person = world.customer()
    with world.work(Actor("staff", officer.id)) as work:
        found = ask_to_disclose(work, officer.staff_id, person.customer_id, new())
    with pytest.raises(OwnProposalError), world.work(Actor("staff", officer.id)) as work:
        agree_to_disclose(work, officer.staff_id, person.customer_id, found)
    with pytest.raises(NotAllowedError), world.work(Actor("staff", senior.id)) as work:
        agree_to_disclose(work, senior.staff_id, person.customer_id, found)
    desk = world.at_the_desk(officer)
    path = f"/staff/customers/{person.id}/disclosures"
    answer = desk.send(f"{path}/{found}/agree")
    assert answer.status_code == 403
    assert desk.open(path).send(f"{path}/{found}/withdraw").flashes[0].startswith("Withdrawn.")
    assert world.read(list_of_customer, person.customer_id) == []
    with pytest.raises(TakenBackError), world.work(Actor("staff", senior.id)) as work:
        withdraw_disclosure(work, senior.staff_id, person.customer_id, found)


def test_before_its_day_nothing_shows_that_there_is_anything_and_then_it_is_told_by_itself(
    world: World, senior: Person, officer: Person
) -> None:
    person, other = world.customer(), world.customer("jules@example.com")
    before = told_on(world.signed_in(person))
    day = london_day(world.clock()) + timedelta(days=30)
    given(world, person, senior, officer, told_from=day)
    assert told_on(world.signed_in(person)) == before == told_on(world.signed_in(other))
    assert "Northtown" not in copy_of(world, person)
    overview = world.read(get_overview, world.parts.register, person.customer_id)
    shown = {one.holding.slug: one.span.number for part in overview.parts.values() for one in part}
    assert shown["disclosures"] == 0
    assert world.signed_in(person).open("/your-data/looked").text.count("Northtown") == 0
    world.clock.move(days=30)
    assert "We agreed to give this to Northtown Police" in told_on(world.signed_in(person))


@pytest.mark.parametrize("is_told", [False, True])
def test_a_receipt_and_its_preview_say_nothing_of_what_must_not_be_told(
    world: World, senior: Person, officer: Person, *, is_told: bool
) -> None:
    person = world.customer()
    day = None if is_told else london_day(world.clock()) + timedelta(days=30)
    found = given(world, person, senior, officer, told_from=day)
    preview = world.signed_in(person).open("/registrations/cancel/check/no/now").text
    assert ("What we gave to the police" in preview) == is_told
    assert "can’t tell you about yet" not in preview
    world.deliver()
    world.erase(person)
    email = world.email("Your account is deleted")
    assert ("What we gave to the police" in email.text) == is_told
    assert "can’t tell you about yet" not in email.text
    with world.work() as work:
        (row,) = rows_with(work, DisclosureRow, id=found)
        assert (row.customer_id, row.sealed, row.kind) == (None, None, "police")


@pytest.mark.parametrize(
    ("typed", "field", "said"),
    [
        ({"kind": ""}, "kind", "Choose who’s asking for it"),
        ({"recipient_name": ""}, "recipient_name", "Enter the name of who’s asking"),
        ({"power": ""}, "power", "Enter the law or agreement"),
        ({"what": ""}, "what", "Enter what they get"),
        ({"document": ""}, "document", "Enter the reference of their written request"),
        ({"told": ""}, "told", "Choose whether the customer may be told"),
        ({"told": "later"}, "told_from", "Enter the day from which the customer may be told"),
        (
            {"told": "later", "told_from": "soon"},
            "told_from",
            "Enter the day like this: 1 March 2027",
        ),
        (
            {"told": "later", "told_from": "1 March 2020"},
            "told_from",
            "Enter a day after today, within five years",
        ),
        (
            {"told": "later", "told_from": "1 March 2099"},
            "told_from",
            "Enter a day after today, within five years",
        ),
        (
            {"told_from": "1 March 2027"},
            "told_from",
            "Leave the day empty, or choose “Not until a later day”",
        ),
    ],
)
def test_what_will_not_do_is_said_beside_the_field(
    world: World, senior: Person, typed: dict[str, Any], field: str, said: str
) -> None:
    person = world.customer()
    desk = world.at_the_desk(senior)
    page = desk.open(f"/staff/customers/{person.id}/disclosures").send(**{**GOOD, **typed})
    assert page.errors[field] == said
    assert world.read(list_of_customer, person.customer_id) == []


def test_nobody_discloses_anything_of_somebody_erased(world: World, senior: Person) -> None:
    person = world.customer()
    world.erase(person)
    world.at_the_desk(senior).open(f"/staff/customers/{person.id}/disclosures", 404)
    with pytest.raises(NotFoundError), world.work(Actor("staff", senior.id)) as work:
        ask_to_disclose(work, senior.staff_id, person.customer_id, new())


def test_a_year_that_is_over_is_published_rounded_and_small_numbers_are_withheld(
    world: World, senior: Person, officer: Person
) -> None:
    text = world.visitor().open("/privacy/disclosures").text
    assert "There are no numbers yet" in text
    assert "Two of our staff check each request before we give anything." in text
    person = world.customer()
    for _ in range(12):
        given(world, person, senior, officer)
    assert "There are no numbers yet" in world.visitor().open("/privacy/disclosures").text
    world.clock.move(days=60)
    page = world.visitor().open("/privacy/disclosures")
    assert "About 10" in page.text
    shown = [one.get_text().strip() for one in page.soup.select("dd")]
    withheld = f"Fewer than {FEWEST_TOLD}"
    assert shown.count(withheld) == len(DisclosureKind) - 1
    said = f"below {FEWEST_TOLD} as “{withheld}” and round the others to the nearest {ROUNDED_TO}"
    assert said in page.text
    world.erase(person)
    assert world.read(list_told, person.customer_id) == []
    assert {one.number for one in world.read(list_yearly)} == {0, 12}, "the number outlives them"


@pytest.mark.parametrize(
    ("number", "rounded"), [(10, 10), (12, 10), (13, 15), (17, 15), (18, 20), (102, 100)]
)
def test_a_number_is_rounded_to_the_nearest_five(number: int, rounded: int) -> None:
    assert round_number(number) == rounded


@pytest.mark.parametrize(
    ("number", "shown"), [(0, "Fewer than 10"), (9, "Fewer than 10"), (10, "About 10")]
)
def test_none_and_a_few_look_alike(number: int, shown: str) -> None:
    assert YearlyNumber(2026, DisclosureKind.COURT, number).shown == shown


def test_every_year_that_is_over_is_published_whether_or_not_there_were_any(
    world: World, senior: Person, officer: Person
) -> None:
    person = world.customer()
    world.clock.move(days=800)
    before = world.visitor().open("/privacy/disclosures").text
    assert [one.year for one in world.read(list_yearly)][:: len(DisclosureKind)] == [
        2028,
        2027,
        2026,
    ]
    assert before.count("Fewer than 10") == 3 * len(DisclosureKind) + 1
    given(world, person, senior, officer, told_from=london_day(world.clock()) + timedelta(days=900))
    assert world.visitor().open("/privacy/disclosures").text == before
    world.clock.move(days=366)
    after = world.visitor().open("/privacy/disclosures").text
    assert after.count("Fewer than 10") == 4 * len(DisclosureKind) + 1


@pytest.mark.parametrize(
    ("agreed_at", "year"),
    [
        (datetime(2027, 12, 31, 23, 59, tzinfo=UTC), 2027),
        (datetime(2028, 1, 1, 0, 1, tzinfo=UTC), 2028),
    ],
)
def test_a_year_is_that_of_london_whatever_the_database_takes_for_its_own(
    world: World, senior: Person, officer: Person, agreed_at: datetime, year: int
) -> None:
    person = world.customer()
    world.clock.now = agreed_at
    given(world, person, senior, officer)
    world.clock.now = datetime(2029, 6, 1, tzinfo=UTC)
    with world.work() as work:
        if work.session.get_bind().dialect.name == "postgresql":
            work.session.execute(text("SET LOCAL timezone TO 'Pacific/Auckland'"))
        assert [one.year for one in list_yearly(work) if one.number] == [year]


def test_what_was_not_given_after_all_is_told_as_that_and_counts_no_more(
    world: World, senior: Person, officer: Person
) -> None:
    person = world.customer()
    found = given(world, person, senior, officer)
    desk, path = world.at_the_desk(senior), f"/staff/customers/{person.id}/disclosures"
    page = desk.open(path).send(f"{path}/{found}/not-given")
    assert page.flashes == ["Saved. The customer reads that we agreed, and then didn’t give it."]
    assert "We agreed, and then didn’t give this to Northtown" in told_on(world.signed_in(person))
    world.clock.move(days=60)
    assert {one.number for one in world.read(list_yearly)} == {0}


def test_the_day_on_which_it_was_given_is_read_and_can_be_mended(
    world: World, senior: Person, officer: Person
) -> None:
    person = world.customer()
    found = given(world, person, senior, officer)
    world.clock.move(days=3)
    desk, path = world.at_the_desk(senior), f"/staff/customers/{person.id}/disclosures"
    form = desk.open(f"{path}/{found}/given")
    assert form.value("given_on") == "26 November 2026"
    for wrong in ("22 November 2026", "27 November 2026"):
        page = form.send(given_on=wrong)
        assert page.errors["given_on"] == "Enter a day from 23 November 2026 until today"
    assert form.send(given_on="").errors["given_on"] == "Enter the day on which it was given"
    for day in ("26 November 2026", "24 November 2026"):
        assert form.send(given_on=day).flashes == ["Saved. The customer reads the day."]
        assert f"Given to Northtown Police on {day}" in told_on(world.signed_in(person))


def test_one_copy_of_the_form_makes_one_entry_unless_other_words_are_in_it(
    world: World, senior: Person
) -> None:
    person = world.customer()
    page = world.at_the_desk(senior).open(f"/staff/customers/{person.id}/disclosures")
    for what in ("your name", "your name", "your address"):
        page.send(**{**GOOD, "what": what})
    found = world.read(list_of_customer, person.customer_id)
    assert sorted(one.what for one in found) == ["your address", "your name"]


@pytest.mark.parametrize(
    ("deeds", "said"),
    [
        ("agree agree", "a colleague has already agreed to it"),
        ("agree withdraw", "a colleague has already agreed to it"),
        ("withdraw agree", "a colleague has already refused it or taken it back"),
        ("withdraw withdraw", "a colleague has already refused it or taken it back"),
        ("withdraw not-given", "a colleague has already refused it or taken it back"),
        ("not-given", "no second colleague has agreed to it yet"),
    ],
)
def test_whoever_comes_second_reads_what_happened_meanwhile(
    world: World, senior: Person, officer: Person, deeds: str, said: str
) -> None:
    person = world.customer()
    with world.work(Actor("staff", senior.id)) as work:
        found = ask_to_disclose(work, senior.staff_id, person.customer_id, new())
    desk, path = world.at_the_desk(officer), f"/staff/customers/{person.id}/disclosures"
    for one in deeds.split():
        data = {"csrf_token": desk.token()}
        desk.client.post(f"{path}/{found}/{one}", data=data)
    assert said in desk.open(path).flashes[-1]


def test_a_refused_one_keeps_its_look_quiet_until_its_day_and_then_is_forgotten(
    world: World, senior: Person, officer: Person
) -> None:
    person = world.customer()
    day = london_day(world.clock()) + timedelta(days=90)
    world.at_the_desk(senior).open("/staff/disclosures").send(who=person.email)
    with world.work(Actor("staff", senior.id)) as work:
        found = ask_to_disclose(work, senior.staff_id, person.customer_id, new(day))
    with world.work(Actor("staff", officer.id)) as work:
        withdraw_disclosure(work, officer.staff_id, person.customer_id, found)
    world.clock.move(days=60)
    purge(world.parts.work, world.parts.register)
    looked = "found your account in a search"
    assert looked not in world.signed_in(person).open("/your-data/looked").text
    world.clock.move(days=70)
    purge(world.parts.work, world.parts.register)
    assert looked in world.signed_in(person).open("/your-data/looked").text
    with world.work() as work:
        assert rows_with(work, DisclosureRow, id=found) == []


def test_of_many_that_wait_each_is_on_the_list(world: World, senior: Person) -> None:
    people = [world.customer(f"p{number}@example.com") for number in range(51)]
    for person in people:
        with world.work(Actor("staff", senior.id)) as work:
            ask_to_disclose(work, senior.staff_id, person.customer_id, new())
    links = world.at_the_desk(senior).open("/staff/disclosures").links()
    assert all(f"/staff/customers/{one.id}/disclosures" in links for one in people)
