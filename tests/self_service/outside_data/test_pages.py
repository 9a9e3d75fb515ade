"""What other systems hold: said on pages, asked when it is opened, and named when they are away."""

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from portal.desk.case_records.models import CaseRow
from portal.desk.cases.rules import Step
from portal.desk.cases.service import answer_case
from portal.erasure.cancellation.rules import When
from portal.erasure.cancellation.service import leave
from portal.identity.accounts.service import change_email
from portal.identity.sessions.service import end_sessions
from portal.identity.staff_accounts.rules import Role
from portal.operations.demo_billing import OTHER_SYSTEMS, BillingSystem
from portal.platform.core.work import Actor
from portal.self_service.outside_data import service
from portal.self_service.outside_data.rules import PAGE
from portal.self_service.your_data.rules import DATA, MANIFEST
from portal.self_service.your_data.rules import PAGE as INDEX
from tests.billing import Liar, billing_system, connect, lying, serving
from tests.consent.webhooks.receiver import new_secret
from tests.pages import Page, Visitor
from tests.self_service.your_data.downloads import download
from tests.world import PASSWORD, Person, World, rows_with

CHECKS = "/your-data/elsewhere/credit-checks"
CALLS = "/your-data/elsewhere/calls"
NUMBER = "MB4471902265"
OWED = "We’ll send you this by 23 December 2026"


@pytest.fixture
def billing(world: World) -> Iterator[BillingSystem]:
    with billing_system(world.instance, world.clock, "rowan@example.com", calls=120) as system:
        connect(world, system.url)
        yield system


@pytest.fixture
def liar(world: World) -> Iterator[Liar]:
    with lying(world.clock) as server:
        connect(world, server.url)
        yield server


@pytest.fixture
def person(world: World) -> Person:
    return world.customer(account_number=NUMBER)


def open_items(visitor: Visitor, path: str = f"{CALLS}/items") -> Page:
    """Open what another system holds, with a fresh proof where it asks for one."""
    page = visitor.open(path)
    return page.send(password=PASSWORD) if page.path == "/prove" else page


def cases(world: World) -> list[CaseRow]:
    with world.work() as work:
        found: list[CaseRow] = rows_with(work, CaseRow)
        work.session.expunge_all()
    return found


def write(world: World, colleague: Person, text: str, step: Step) -> None:
    """A colleague writes in the only message there is, without the pages."""
    (row,) = cases(world)
    with world.work(Actor("staff", colleague.id)) as work:
        answer_case(work, row.reference, text, step, row.version)


@pytest.mark.usefixtures("billing")
def test_every_category_of_every_other_system_is_on_the_page_and_has_its_own(
    world: World, person: Person
) -> None:
    visitor = world.signed_in(person)
    overview = visitor.open("/your-data")
    for system in OTHER_SYSTEMS:
        for one in system["categories"]:
            assert one["name"] in overview.text
            page = visitor.open(f"/your-data/elsewhere/{one['slug']}")
            for words in (one["purpose"], one["source"], system["name"], one["kept_after"]):
                assert words in page.text
    visitor.open("/your-data/elsewhere/nothing", 404)


def test_it_is_asked_when_it_is_opened_after_a_fresh_proof_and_kept_nowhere(
    world: World, person: Person, billing: BillingSystem
) -> None:
    visitor = world.signed_in(person)
    world.clock.move(minutes=10)
    before = world.rows()
    page = visitor.open(f"{CALLS}/items")
    assert "Enter your password" in page.text, page.text
    page = page.send(password=PASSWORD)
    assert "Our billing system holds 120 records about you." in page.text
    assert len(page.soup.select("tbody tr")) == PAGE
    assert "Due to be deleted" in page.text
    assert visitor.open(f"{CALLS}/items?page=3").soup.select("tbody tr")
    visitor.open(f"{CALLS}/items?page=4", 404)
    visitor.open(f"{CALLS}/items?page=0", 404)
    visitor.open(f"{CALLS}/items?page=x", 404)
    changed = {name for name, number in world.rows().items() if number != before[name]}
    assert changed <= {"audit_entry", "audit_waiting", "audit_link"}
    assert billing.calls


@pytest.mark.usefixtures("billing")
def test_whom_it_does_not_know_reads_that_it_looked(world: World) -> None:
    other = world.customer("birch@example.com")
    page = open_items(world.signed_in(other))
    assert "Our billing system looked, and found nothing." in page.text


def test_a_billing_account_number_in_an_answer_is_masked(
    world: World, person: Person, liar: Liar
) -> None:
    item = {"label": f"Bill of {NUMBER}", "value": f"Account {NUMBER}", "at": None}
    liar.make = lambda said: json.dumps(
        {"person": said["person"][0], "category": said["category"], "total": 1, "items": [item]}
    ).encode()
    page = open_items(world.signed_in(person))
    assert "Account" in page.text
    assert NUMBER not in page.text


def test_what_cannot_be_asked_from_here_is_asked_of_a_colleague_once_a_day(
    world: World, person: Person
) -> None:
    with lying(world.clock) as server:
        connect(world, server.url)
        visitor = world.signed_in(person)
        asking = visitor.open(CHECKS)
        for _ in range(2):
            page = asking.send()
            assert "We’ll send it by 23 December 2026." in page.text
            assert "Please send me what our credit team holds about me." in page.text
        assert len(cases(world)) == 1
        assert server.asked == 0
        world.clock.move(days=1)
        page = world.signed_in(person).open(CHECKS)
        assert "You asked for it on 23 November 2026" in page.text, "no second one is needed"


def test_whoever_asked_reads_when_the_answer_is_due_until_they_have_it(
    world: World, person: Person
) -> None:
    with lying(world.clock) as server:
        connect(world, server.url)
        visitor = world.signed_in(person)
        page = visitor.open(CHECKS)
        assert "You asked for it" not in page.text
        message = page.send()
        page = visitor.open(CHECKS)
        assert "You asked for it on 23 November 2026" in page.text
        assert "We’ll send it by 23 December 2026" in page.text
        assert message.path in page.links()
        assert not page.soup.select("main form"), "there is nothing to ask for again"
        other = world.signed_in(world.customer("birch@example.com"))
        assert "You asked for it" not in other.open(CHECKS).text
        officer = world.colleague("kit@example.com", "Kit Officer", Role.PRIVACY_OFFICER)
        write(world, officer, "Which year do you mean?", Step.ASKED)
        page = visitor.open(CHECKS)
        assert "We need an answer from you first." in page.text
        assert "We’ll send it by" not in page.text
        visitor.open(message.path).send(message="The last one")
        world.clock.move(days=60)
        visitor = world.signed_in(person)
        assert "Our answer is late, and we’re sorry." in visitor.open(CHECKS).text
        write(world, officer, "Here it is.", Step.REPLIED)
        page = visitor.open(CHECKS)
        assert "You asked for it" not in page.text
        assert page.soup.select("main form"), "it can be asked for again"


@pytest.mark.parametrize(
    ("status", "words"),
    [(503, "Our billing system didn’t answer."), (200, "gave an answer that we can’t trust")],
)
def test_a_system_that_is_away_or_answers_wrongly_is_named(
    status: int, words: str, world: World, person: Person, liar: Liar
) -> None:
    liar.status, liar.make = status, lambda _: b"<h1>Hello</h1>"
    page = open_items(world.signed_in(person))
    assert words in page.text
    assert "Hello" not in page.text
    assert not cases(world)
    page.send(CALLS)
    assert len(cases(world)) == 1


@pytest.mark.usefixtures("billing")
def test_a_download_has_all_of_what_other_systems_hold_and_says_the_same_everywhere(
    world: World, person: Person
) -> None:
    files = download(world.signed_in(person))
    document = {one["category"]: one for one in json.loads(files[DATA])["categories"]}
    places = {one["place"]: one for one in json.loads(files[MANIFEST])["places"]}
    calls = document["elsewhere-calls"]
    assert len(calls["items"]) == calls["records"] == places["elsewhere-calls"]["number"] == 120
    assert files["tables/elsewhere-calls.csv"].count("\n") == 121
    assert files[INDEX].count("01632 960") == 120
    assert calls["not_asked"] is None
    credit = places["elsewhere-credit-checks"]
    assert credit["number"] is None
    assert credit["not_asked"]["why"] == "Our credit team can’t be asked from this website."
    assert "Our credit team can’t be asked from this website." in files[INDEX]
    assert not cases(world), "nobody is bothered with what a page can ask for"


def test_a_download_names_what_did_not_come_and_a_colleague_sends_it(
    world: World, person: Person, liar: Liar
) -> None:
    liar.status = 503
    visitor = world.signed_in(person)
    files = download(visitor)
    (case,) = cases(world)
    document = {one["category"]: one for one in json.loads(files[DATA])["categories"]}
    for slug in ("elsewhere-calls", "elsewhere-bills", "elsewhere-cards"):
        assert document[slug]["not_asked"] == {
            "why": "Our billing system didn’t answer.",
            "answer_by": "2026-12-23",
            "message": case.reference,
        }
        assert f"tables/{slug}.csv" not in files
    assert files[INDEX].count(OWED) == 3
    assert case.due_on.isoformat() == "2026-12-23"
    assert liar.asked == 1, "whoever does not answer is not asked for more"
    download(visitor)
    assert len(cases(world)) == 1


def test_nothing_of_it_is_in_the_log_or_the_address(
    world: World, person: Person, billing: BillingSystem, capsys: pytest.CaptureFixture[str]
) -> None:
    page = open_items(world.signed_in(person))
    number = re.search(r"01632 960\d{3}", page.text)
    assert number
    said = "".join(capsys.readouterr())
    assert number[0] not in said
    assert billing.url not in str(page.soup)


def test_a_list_that_goes_on_and_on_ends_with_the_time_that_the_page_names(
    world: World, person: Person, liar: Liar, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service, "LONGEST_ASKING", 0.5)
    item = {"label": "x", "value": "y", "at": None}
    liar.wait = 0.2
    liar.make = lambda said: json.dumps(
        {"person": said["person"][0], "category": said["category"], "total": 99, "items": [item]}
    ).encode()
    files = download(world.signed_in(person))
    assert liar.asked < 10, "not once for each of the 99"
    assert files[INDEX].count("Our billing system didn’t answer.") == 3


def move(world: World, person: Person, email: str) -> None:
    """A customer changes to another address."""
    with world.work() as work:
        change_email(work, person.customer_id, email)


def test_whoever_has_the_address_of_another_sees_and_erases_nothing_of_theirs(
    world: World, billing: BillingSystem
) -> None:
    first = world.customer()
    move(world, first, "rowan.new@example.com")
    second = world.customer(given_name="Bea")
    page = open_items(world.signed_in(second))
    assert "Our billing system can’t tell by your email address alone" in page.text
    assert not page.soup.select("tbody tr")
    assert "Try again" not in page.text
    files = download(world.signed_in(second))
    places = {one["place"]: one for one in json.loads(files[MANIFEST])["places"]}
    assert places["elsewhere-calls"]["number"] is None
    assert "can’t tell" in places["elsewhere-calls"]["not_asked"]["why"]
    assert not cases(world), "a page can ask for it"
    leave(world.parts.work, world.parts.context, second.customer_id, When.NOW)
    world.worker().do_all()
    assert second.email not in billing.erased, "it is the first one's"


def test_whom_another_system_knows_by_who_they_are_keeps_their_records_at_a_former_address(
    world: World, person: Person, billing: BillingSystem
) -> None:
    open_items(world.signed_in(person))
    move(world, person, "rowan.new@example.com")
    world.customer(given_name="Bea")
    moved = replace(person, email="rowan.new@example.com")
    assert "holds 120 records" in open_items(world.signed_in(moved)).text
    move(world, person, "rowan.newest@example.com")
    assert billing.calls


def test_a_change_of_the_secret_forgets_nobody(
    world: World, person: Person, billing: BillingSystem
) -> None:
    open_items(world.signed_in(person))
    secret = new_secret()
    file, calls = world.instance / "billing.json", billing.calls
    known = BillingSystem([person.email], secret, file, calls=calls, clock=world.clock)
    with serving(known) as system:
        connect(world, system.url, secret)
        assert "holds 120 records" in open_items(world.signed_in(person)).text
        leave(world.parts.work, world.parts.context, person.customer_id, When.NOW)
        world.worker().do_all()
        assert system.erased == {person.email}


def answered(world: World) -> str:
    """A colleague answers the one open message; its reference."""
    (case,) = [one for one in cases(world) if one.closed_at is None]
    path = f"/staff/cases/{case.reference}"
    desk = world.at_the_desk(world.colleague(f"{case.reference.lower()}@example.com"))
    desk.open(path).send(path, step="replied", message="Here it is.", outcome="done")
    return case.reference


def test_asked_for_again_after_the_answer_of_that_day_somebody_works_on_it(
    world: World, person: Person, liar: Liar
) -> None:
    credit = "/your-data/elsewhere/credit-checks"
    for number in (1, 2, 3):
        page = world.signed_in(person).open(credit).send()
        assert "We’ll send it by 23 December 2026." in page.text
        assert len(cases(world)) == number
        reference = answered(world)
        assert page.path == f"/cases/{reference}"
    liar.status = 503
    download(world.signed_in(person))
    answered(world)
    files = download(world.signed_in(person))
    (case,) = [one for one in cases(world) if one.closed_at is None]
    (calls,) = [one for one in json.loads(files[MANIFEST])["places"] if "calls" in one["place"]][:1]
    assert calls["not_asked"]["message"] == case.reference
    assert calls["not_asked"]["answer_by"] == case.due_on.isoformat()


def test_what_a_system_holds_is_not_shown_to_a_session_that_ended_while_it_was_asked(
    world: World, person: Person, liar: Liar
) -> None:
    visitor = world.signed_in(person)

    def make(said: dict[str, Any]) -> bytes:
        with world.work() as work:
            end_sessions(work, person.customer_id)
        item = {"label": "01632 960001", "value": "3 min", "at": None}
        head = {"person": said["person"][0], "category": said["category"]}
        return json.dumps({**head, "total": 1, "items": [item]}).encode()

    liar.make = make
    assert "01632 960001" not in visitor.open(f"{CALLS}/items").answer.text
    assert liar.asked == 1
