"""Legal holds at the desk: who may, what they hold, and until when."""

from typing import Any

import pytest
from sqlalchemy import select

from portal.desk.case_records.models import CaseRow
from portal.desk.cases.held import empty_unreadable
from portal.desk.cases.queries import get_case
from portal.governance.legal_holds.models import LegalHold
from portal.governance.legal_holds.queries import list_holds, list_holds_of_case
from portal.governance.retention.service import purge
from portal.identity.accounts.queries import find_customer
from portal.identity.staff_accounts.rules import Role
from tests.pages import Page, Visitor
from tests.world import Person, World

WHY = "A claim about the bill of March, asked for by our lawyers."
GOOD: dict[str, Any] = {"on": "case", "why": WHY, "until": "1 March 2027"}


def senior(world: World) -> Visitor:
    return world.at_the_desk(world.colleague("kit@example.com", "Kit Senior", Role.SENIOR))


def place(world: World, reference: str, **changes: str) -> Page:
    page = senior(world).open(f"/staff/cases/{reference}/holds")
    return page.send(**{**GOOD, **changes})


def test_a_senior_colleague_places_a_hold_and_everybody_at_the_desk_sees_it(
    world: World,
) -> None:
    reference = world.case()
    assert place(world, reference).path == f"/staff/cases/{reference}"
    found = world.read(get_case, reference)
    (hold,) = world.read(list_holds_of_case, found.id, None, ())
    assert (hold.why, hold.until.isoformat(), hold.customer_id) == (WHY, "2027-03-01", None)
    desk = world.at_the_desk()
    assert "Under a legal hold" in desk.open(f"/staff/cases/{reference}").text
    page = desk.open(f"/staff/cases/{reference}/holds")
    assert WHY in page.text
    assert "Placed by Kit Senior" in page.text
    assert len(world.audit("holds:hold:placed")) == 1


def test_the_reason_is_sealed(world: World) -> None:
    reference = world.case()
    place(world, reference)
    with world.work() as work:
        (row,) = work.session.scalars(select(LegalHold))
    assert b"lawyers" not in row.sealed


def test_everything_of_a_customer_can_be_held_by_way_of_a_case(world: World) -> None:
    person = world.customer()
    reference = world.case(person)
    place(world, reference, on="customer")
    (hold,) = world.read(list_holds, person.customer_id)
    assert hold.customer_id == person.id


def test_a_visitors_case_offers_no_customer_to_hold(world: World) -> None:
    reference = world.case()
    page = senior(world).open(f"/staff/cases/{reference}/holds")
    assert [one["value"] for one in page.soup.select("input[name=on]")] == ["case"]
    page.send(**{**GOOD, "on": "customer"})
    (hold,) = world.read(list_holds_of_case, world.read(get_case, reference).id, None)
    assert hold.customer_id is None


def test_an_agent_may_look_and_neither_place_nor_lift(world: World) -> None:
    reference = world.case()
    place(world, reference)
    (hold,) = world.read(list_holds_of_case, world.read(get_case, reference).id, None)
    desk = world.at_the_desk()
    page = desk.open(f"/staff/cases/{reference}/holds")
    assert "Ask a senior colleague" in page.text
    assert not page.soup.select("main form")
    path = f"/staff/cases/{reference}/holds"
    assert desk.send(path, **GOOD, version="2").status_code == 403
    assert desk.send(f"{path}/{hold.id}/lift", version="2").status_code == 403
    assert len(world.read(list_holds_of_case, world.read(get_case, reference).id, None)) == 1


def test_a_case_that_is_closed_can_be_held_too(world: World) -> None:
    reference = world.case()
    path = f"/staff/cases/{reference}"
    page = world.at_the_desk().open(f"{path}/close").send(ended="thanks")
    assert f"{path}/holds" in page.links()
    place(world, reference)
    assert len(world.read(list_holds_of_case, world.read(get_case, reference).id, None)) == 1


def test_where_no_words_are_left_there_is_nothing_to_hold(world: World) -> None:
    person = world.customer()
    reference = world.case(person)
    world.erase(person)
    desk = senior(world)
    page = desk.open(f"/staff/cases/{reference}/holds")
    assert "Nothing is left to hold" in page.text
    assert not page.soup.select("main form")
    version = str(world.read(get_case, reference).version)
    sent = desk.send(f"/staff/cases/{reference}/holds", **GOOD, version=version)
    assert sent.status_code == 404


def test_the_number_of_a_case_stays_as_long_as_it_is_held(world: World) -> None:
    references = [world.case(), world.case()]
    place(world, references[0], until="1 March 2029")
    with world.work() as work:
        empty_unreadable(work, [get_case(work, reference).id for reference in references])
    for moment, left in (
        (world.clock().replace(year=2029, month=3, day=1), references[:1]),
        (world.clock().replace(year=2029, month=3, day=2), []),
    ):
        world.clock.now = moment
        purge(world.parts.work, world.parts.register)
        with world.work() as work:
            assert list(work.session.scalars(select(CaseRow.reference))) == left


def test_a_hold_is_lifted_by_a_senior_colleague(world: World) -> None:
    reference = world.case()
    place(world, reference)
    found = world.read(get_case, reference)
    (hold,) = world.read(list_holds_of_case, found.id, None)
    desk = world.at_the_desk(world.colleague("rae@example.com", role=Role.PRIVACY_OFFICER))
    page = desk.open(f"/staff/cases/{reference}/holds")
    page.send(f"/staff/cases/{reference}/holds/{hold.id}/lift")
    assert world.read(list_holds_of_case, found.id, None) == []
    assert len(world.audit("holds:hold:lifted")) == 1
    again = desk.send(f"/staff/cases/{reference}/holds/{hold.id}/lift", version="3")
    assert again.status_code == 404


def test_anothers_hold_cannot_be_lifted_from_here(world: World) -> None:
    mine, theirs = world.case(), world.case()
    place(world, theirs)
    (hold,) = world.read(list_holds_of_case, world.read(get_case, theirs).id, None)
    desk = world.at_the_desk(world.colleague("rae@example.com", role=Role.SENIOR))
    answer = desk.send(f"/staff/cases/{mine}/holds/{hold.id}/lift", version="1")
    assert answer.status_code == 404
    assert len(world.read(list_holds_of_case, world.read(get_case, theirs).id, None)) == 1


@pytest.mark.parametrize(
    ("field", "typed", "said"),
    [
        ("why", "", "Enter the reason"),
        ("why", "claim", "Say more about the reason"),
        ("until", "", "Enter the last day of the hold"),
        ("until", "soon", "like this: 1 March 2027"),
        ("until", "31 February 2027", "like this: 1 March 2027"),
        ("until", "23 November 2026", "within the next six years"),
        ("until", "1 January 2040", "within the next six years"),
        ("on", "", "Choose what must not be deleted"),
    ],
)
def test_what_does_not_fit_is_said_beside_the_field(
    world: World, field: str, typed: str, said: str
) -> None:
    person = world.customer()
    reference = world.case(person)
    page = place(world, reference, **{field: typed})
    assert said in page.errors[field]
    assert world.read(list_holds, person.customer_id) == []


@pytest.mark.parametrize("spelling", ["1 March 2027", "2027-03-01", "01/03/2027", " 1 Mar 2027 "])
def test_a_day_may_be_spelled_as_people_do(world: World, spelling: str) -> None:
    reference = world.case()
    place(world, reference, until=spelling)
    (hold,) = world.read(list_holds_of_case, world.read(get_case, reference).id, None)
    assert hold.until.isoformat() == "2027-03-01"


def test_a_visitors_case_under_a_hold_outlives_the_customer_of_its_address(
    world: World,
) -> None:
    person: Person = world.customer()
    held, free = world.case(email=person.email), world.case(email=person.email)
    place(world, held)
    reference = world.erase(person)
    assert world.read(find_customer, person.customer_id) is None
    kept, gone = world.read(get_case, held), world.read(get_case, free)
    assert [entry.text for entry in kept.entries if entry.text][-1] == "Where is Exampleton?"
    assert not any(entry.text for entry in gone.entries)
    line = world.parts.keyring.ledger.find_by_reference(reference)
    assert line is not None
    assert line.receipt is not None, "nothing leads from it to the customer"
