"""A correction: asked for with before and after, decided on, and told to whoever had the old."""

from datetime import timedelta

import pytest

from portal.desk.case_records.rules import KEPT_AFTER_CLOSING, Topic
from portal.desk.corrections.models import CorrectionRow
from portal.desk.corrections.queries import list_corrections, list_to_tell
from portal.operations.data_inventory import HELD
from portal.platform.core.recipients import NamedRecipient
from tests.billing import connect, lying
from tests.consent.list_screening.lists import agrees
from tests.consent.sharing.test_sharing import YES, given
from tests.desk.cases.test_asked_about import ask_about, open_part
from tests.pages import Page, Visitor
from tests.world import Person, World, rows_with

PATH = "/your-data/correct/registrations"
BRIGHTWAVE = "Brightwave Energy"
BEFORE, AFTER = "Broadband at 1 Sample Street", "Broadband at 2 Sample Street"


@pytest.fixture
def person(world: World) -> Person:
    return world.customer()


def ask(world: World, person: Person, path: str = PATH) -> str:
    """Ask for a correction; the reference of the message."""
    page = world.signed_in(person).open(path).send(value_before=BEFORE, value_after=AFTER)
    return page.path.rpartition("/")[2]


def page_of(visitor: Visitor, reference: str) -> Page:
    return visitor.open(f"/staff/cases/{reference}/correction")


def reply(desk: Visitor, reference: str) -> None:
    """Answer a message without a decision."""
    path = f"/staff/cases/{reference}"
    done = desk.open(path).send(path, step="replied", message="It’s right now.", outcome="done")
    assert done.flashes == ["Your answer is on its way."]


def rows(world: World) -> list[CorrectionRow]:
    with world.work() as work:
        found: list[CorrectionRow] = rows_with(work, CorrectionRow)
        work.session.expunge_all()
    return found


def test_a_customer_says_before_and_after_and_reads_them_again(
    world: World, person: Person
) -> None:
    reference = ask(world, person)
    page = world.signed_in(person).open(f"/cases/{reference}")
    for words in ("Please correct this: Your registrations", BEFORE, AFTER):
        assert words in page.text
    held = world.signed_in(person).open("/your-data/corrections")
    assert f"{BEFORE} → {AFTER}" in held.text
    (row,) = rows(world)
    assert b"Sample" not in row.sealed


def test_sent_twice_it_is_one(world: World, person: Person) -> None:
    visitor = world.signed_in(person)
    page = visitor.open(PATH)
    for _ in range(2):
        page.send(value_before=BEFORE, value_after=AFTER)
    assert len(rows(world)) == 1


def test_what_changes_nothing_is_refused_beside_the_field(world: World, person: Person) -> None:
    page = world.signed_in(person).open(PATH).send(value_before=BEFORE, value_after=BEFORE)
    assert page.errors == {
        "value_after": "What it should say must be different from what it says now"
    }
    assert not rows(world)
    world.signed_in(person).open("/your-data/correct/nothing", 404)
    world.signed_in(person).open("/your-data/correct/disclosures", 404)


def test_a_colleague_corrects_it_and_the_customer_reads_who_else_was_told(
    world: World, person: Person
) -> None:
    agrees(world, person, YES)
    given(world, person.email)
    reference = ask(world, person)
    desk = world.at_the_desk()
    page = page_of(desk, reference)
    assert BEFORE in page.text
    assert "Brightwave" in page.text, "a company that got details may have the old value"
    done = page.send(outcome="corrected", informed=[BRIGHTWAVE], informed_others="Our engineers")
    assert not done.errors
    email = world.email("We replied to your message")
    for words in (BEFORE, AFTER, "We’ve also told: Brightwave Energy, Our engineers"):
        assert words in email.text
    mine = world.signed_in(person).open(f"/cases/{reference}")
    assert "We’ve also told: Brightwave Energy, Our engineers" in mine.text
    assert "we also told: Brightwave Energy, Our engineers" in (
        world.signed_in(person).open("/your-data/corrections").text
    )
    (line,) = world.audit("corrections:value:decided")
    assert line.facts == {"outcome": "corrected", "told": 2, "role": "agent"}


def test_where_nobody_was_ticked_the_answer_claims_nothing_of_who_had_it(
    world: World, person: Person
) -> None:
    agrees(world, person, YES)
    given(world, person.email)
    page_of(world.at_the_desk(), ask(world, person)).send(outcome="corrected")
    text = world.email("We replied to your message").text
    assert "We haven’t told anyone else." in text
    assert "had the old details" not in text, "a company has them"


def test_a_refusal_needs_its_reason_and_names_where_to_complain(
    world: World, person: Person
) -> None:
    reference = ask(world, person)
    desk = world.at_the_desk()
    page = page_of(desk, reference).send(outcome="refused")
    assert page.errors == {"refusal": "Enter why it stays as it is. The customer reads it"}
    page.send(outcome="refused", refusal="The engineer was at number 1.")
    text = " ".join(world.email("We replied to your message").text.split())
    assert "Why: The engineer was at number 1." in text
    assert "Information Commissioner" in text


def test_it_is_decided_once(world: World, person: Person) -> None:
    reference = ask(world, person)
    first, second = (page_of(world.at_the_desk(one), reference) for one in _two(world))
    first.send(outcome="corrected")
    second.send(status=409, outcome="refused", refusal="No.")
    assert len(world.audit("corrections:value:decided")) == 1
    assert "This is decided" in page_of(world.at_the_desk(), reference).text


def _two(world: World) -> list[Person]:
    return [world.colleague(f"{name}@example.com", name) for name in ("kim", "ash")]


def test_one_that_came_by_the_contact_form_is_written_down_by_the_colleague(
    world: World, person: Person
) -> None:
    reference = world.case(person, topic=Topic.CORRECTION, text="My address is wrong.")
    page = page_of(world.at_the_desk(), reference)
    page.send(category="profile", value_before=BEFORE, value_after=AFTER, outcome="corrected")
    assert f"{BEFORE} → {AFTER}" in world.signed_in(person).open("/your-data/corrections").text


def test_nobody_decides_on_what_is_no_customers(world: World) -> None:
    reference = world.case(topic=Topic.CORRECTION)
    world.at_the_desk().open(f"/staff/cases/{reference}/correction", 404)


def test_what_another_system_holds_is_corrected_by_a_colleague_too(
    world: World, person: Person
) -> None:
    with lying(world.clock) as server:
        connect(world, server.url)
        reference = ask(world, person, "/your-data/correct/calls")
        assert "Calls you made" in page_of(world.at_the_desk(), reference).text


def test_it_goes_a_year_after_the_decision_and_with_its_person(
    world: World, person: Person
) -> None:
    reference = ask(world, person)
    page_of(world.at_the_desk(), reference).send(outcome="corrected")
    world.clock.now += KEPT_AFTER_CLOSING + timedelta(days=1)
    world.worker().do_all()
    assert not rows(world)
    ask(world, person)
    world.erase(person)
    assert not rows(world)


def test_who_may_have_the_old_value_is_whom_the_category_goes_to(
    world: World, person: Person
) -> None:
    about = next(one for one in HELD if one.slug == "directories")
    known = {"directories": (NamedRecipient("Example Directories", "GB"),)}
    found = world.read(list_to_tell, known, person.customer_id, about)
    assert found == {"Example Directories": "Example Directories"}


NUMBER, OTHER = "MB4471902265", "MB4471902266"


def test_a_billing_account_number_in_a_correction_is_masked_and_kept_whole(world: World) -> None:
    person = world.customer(account_number=NUMBER)
    page = world.signed_in(person).open(PATH)
    page = page.send(value_before=f"Account {NUMBER}", value_after=f"Account {OTHER}")
    reference, desk = page.path.rpartition("/")[2], world.at_the_desk()
    page = page_of(desk, reference)
    assert "Account •••• 265" in page.text
    assert f"/staff/cases/{reference}/in-full" in page.links(), "with fresh proof, and recorded"
    page.send(outcome="corrected")
    for shown in (page, page_of(desk, reference), desk.open(f"/staff/cases/{reference}")):
        assert NUMBER not in str(shown.soup)
        assert OTHER not in str(shown.soup)
    found = world.read(list_corrections, person.customer_id)[0]
    assert (found.before, found.after) == (f"Account {NUMBER}", f"Account {OTHER}")


def test_what_nobody_decided_on_goes_a_year_after_its_message_was_closed(
    world: World, person: Person
) -> None:
    reference, desk = ask(world, person), world.at_the_desk()
    held = world.signed_in(person).open("/your-data/corrections")
    assert "Due to be deleted on" not in held.text, "somebody works on it"
    reply(desk, reference)
    held = world.signed_in(person).open("/your-data/corrections")
    assert "Due to be deleted on 23 November 2027" in held.text
    world.clock.now += KEPT_AFTER_CLOSING + timedelta(hours=1)
    held = world.signed_in(person).open("/your-data/corrections")
    assert BEFORE not in held.text, "also before the purge comes"
    assert "0 records" in held.text
    world.worker().do_all()
    assert not rows(world)


def test_a_correction_is_kept_while_its_message_is_open(world: World, person: Person) -> None:
    reference = ask(world, person)
    desk = world.at_the_desk()
    reply(desk, reference)
    world.clock.now += timedelta(days=300)
    world.signed_in(person).open(f"/cases/{reference}").send(message="It isn’t.")
    world.clock.now += timedelta(days=100)
    world.worker().do_all()
    assert rows(world)


def test_nobody_is_offered_to_decide_on_a_closed_message(world: World, person: Person) -> None:
    reference, desk = ask(world, person), world.at_the_desk()
    reply(desk, reference)
    page = page_of(desk, reference)
    assert "The message is closed" in page.text
    assert not page.soup.select("main [name=outcome]")


def test_the_colleague_who_is_asked_about_reads_no_correction_made_of_the_question(
    world: World, person: Person
) -> None:
    sam = world.colleague()
    first, question = ask_about(world, person, sam)
    page = page_of(world.at_the_desk(world.colleague("ash@example.com", "Ash")), question)
    page.send(category="profile", value_before="Sam says A", value_after="B", outcome="corrected")
    desk = world.at_the_desk(sam)
    assert "Sam says A" not in open_part(desk, person, first, "corrections", "case")
    assert "Sam says A" in world.signed_in(person).open("/your-data/corrections").text


def test_what_it_is_about_is_kept_while_a_colleague_signs_in_again(
    world: World, person: Person
) -> None:
    sam = world.colleague()
    reference, desk = world.case(person, topic=Topic.CORRECTION), world.at_the_desk(sam)
    page = page_of(desk, reference)
    world.clock.move(minutes=31)
    page.send(category="profile", value_before=BEFORE, value_after=AFTER, outcome="corrected")
    desk.open("/staff/sign-in").send(email=sam.email, password=sam.password)
    desk.open("/staff/sign-in/authenticator").send(code=world.code(sam))
    assert page_of(desk, reference).value("category") == "profile"
