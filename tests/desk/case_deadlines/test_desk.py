"""A colleague asks who somebody is, notes what they showed, and takes longer with a reason."""

from typing import Any

import pytest

from portal.desk.case_records.rules import Topic
from portal.desk.cases.queries import get_case
from portal.desk.cases.rules import Status
from portal.erasure.cancellation.rules import When
from portal.erasure.cancellation.service import leave
from portal.governance.deadlines.rules import RequestKind, due_date
from portal.platform.core.clock import london_day, spell_day
from portal.platform.core.working_days import Nation, add_months, next_working_day
from tests.pages import Page, Visitor
from tests.world import Person, World

ENGLAND = Nation.ENGLAND_AND_WALES
ASKED = "Tell us the last four digits of your customer number."
CHECKED = "The date of the last bill and the tariff"
REASON = "You asked for seven years of calls."


@pytest.fixture
def person(world: World) -> Person:
    return world.customer()


@pytest.fixture
def reference(world: World, person: Person) -> str:
    return world.case(person, topic=Topic.COPY, text="All that you hold about me, please.")


def deadline_page(desk: Visitor, reference: str) -> Page:
    return desk.open(f"/staff/cases/{reference}/deadline")


def send(desk: Visitor, reference: str, to: str, **fields: Any) -> Page:
    return desk.open(f"/staff/cases/{reference}/deadline/{to}").send(**fields)


def due(world: World, reference: str) -> object:
    return world.read(get_case, reference).due_on


def test_the_page_says_why_the_last_day_is_that_day_in_the_customers_words(
    world: World, person: Person, reference: str
) -> None:
    page = deadline_page(world.at_the_desk(), reference)
    last = world.read(get_case, reference).due_on
    assert spell_day(last) in page.text
    theirs = world.signed_in(person).open(f"/cases/{reference}")
    said = [one.get_text(" ") for one in theirs.soup.select(".why span")]
    assert said
    assert said == [one.get_text(" ") for one in page.soup.select(".why span")]


def test_the_month_starts_when_somebody_has_shown_who_they_are(
    world: World, person: Person, reference: str
) -> None:
    desk = world.at_the_desk()
    page = send(desk, reference, "identity", to_show=ASKED)
    assert "The month hasn’t started" in page.text
    assert world.read(get_case, reference).status is Status.WAITING
    email = next(one for one in world.deliver() if "Show us who you are" in one.subject)
    assert ASKED in email.text
    theirs = world.signed_in(person).open(f"/cases/{reference}")
    assert "We need to know who you are first" in theirs.text
    assert ASKED in theirs.text
    world.clock.move(days=40)
    desk = world.at_the_desk(world.colleague("kit@example.com"))
    page = send(desk, reference, "identity/shown", shown_by="called-back", shown_words=CHECKED)
    shown_on = london_day(world.clock())
    day = due_date(RequestKind.ACCESS, shown_on, ENGLAND)
    assert due(world, reference) == day
    assert f"We must answer by {spell_day(day)}" in page.text
    theirs = world.signed_in(person).open(f"/cases/{reference}")
    assert "You showed us who you are" in theirs.text
    assert CHECKED not in theirs.text, "what a colleague noted of it is between colleagues"
    assert CHECKED in desk.open(f"/staff/cases/{reference}").text


def test_an_answer_alone_does_not_start_the_month(
    world: World, person: Person, reference: str
) -> None:
    desk = world.at_the_desk()
    send(desk, reference, "identity", to_show=ASKED)
    world.signed_in(person).open(f"/cases/{reference}").send(message="It is 1234")
    assert "The month hasn’t started" in deadline_page(desk, reference).text


def test_somebody_reads_why_it_takes_longer_and_by_when_they_have_it(
    world: World, person: Person, reference: str
) -> None:
    desk, received = world.at_the_desk(), london_day(world.clock())
    page = deadline_page(desk, reference)
    said = next(one.get_text() for one in page.soup.select("aside li") if "extend" in one.text)
    page = send(desk, reference, "longer", longer_because=REASON)
    last = next_working_day(add_months(received, 3), ENGLAND)
    assert due(world, reference) == last
    assert spell_day(last) in said, "what was said would come of it came of it"
    assert world.read(get_case, reference).status is not Status.CLOSED
    email = next(one for one in world.deliver() if "We need longer" in one.subject)
    for words in (REASON, spell_day(last), "ico.org.uk/make-a-complaint"):
        assert words in email.text
    theirs = world.signed_in(person).open(f"/cases/{reference}")
    assert REASON in theirs.text
    assert spell_day(last) in theirs.text
    assert f"{page.path}/longer" not in page.links(), "once"
    again = send(desk, reference, "longer", longer_because="Still complex.")
    assert again.errors == {
        "longer_because": "A colleague has done this already. Open the case to see what"
    }
    assert again.value("longer_because") == "Still complex."


def test_whoever_is_about_to_leave_is_not_promised_an_answer_for_after_that(
    world: World, person: Person, reference: str
) -> None:
    leave(world.parts.work, world.parts.context, person.customer_id, When.LATER)
    send(world.at_the_desk(), reference, "longer", longer_because=REASON)
    email = next(one for one in world.deliver() if "We need longer" in one.subject)
    assert "We’ll answer by" not in email.text
    gone = "We delete your account on 30 November 2026, and this message with it."
    assert gone in " ".join(email.text.split())


def test_after_the_month_nothing_makes_it_longer(world: World, reference: str) -> None:
    desk = world.at_the_desk()
    world.clock.move(days=32)
    desk = world.at_the_desk(world.colleague("kit@example.com"))
    page = deadline_page(desk, reference)
    assert f"{page.path}/longer" not in page.links()
    before = due(world, reference)
    page = send(desk, reference, "longer", longer_because=REASON)
    assert "That was possible until" in page.errors["longer_because"]
    assert page.value("longer_because") == REASON
    assert due(world, reference) == before


def test_what_is_overdue_stays_overdue_whoever_is_asked_who_they_are(
    world: World, reference: str
) -> None:
    before = due(world, reference)
    world.clock.move(days=40)
    desk = world.at_the_desk()
    page = deadline_page(desk, reference)
    assert f"{page.path}/identity" not in page.links()
    page = send(desk, reference, "identity", to_show=ASKED)
    assert "That was possible until" in page.errors["to_show"]
    assert page.value("to_show") == ASKED
    assert due(world, reference) == before


def test_a_request_that_begins_anew_has_no_question_of_before(
    world: World, person: Person, reference: str
) -> None:
    desk, customer = world.at_the_desk(), world.signed_in(person)
    path, theirs = f"/staff/cases/{reference}", f"/cases/{reference}"
    send(desk, reference, "identity", to_show=ASKED)
    desk.open(path).send(
        path, step="replied", message="We know you from your call.", outcome="done"
    )
    customer.open(theirs).send(message="And the calls of May?")
    assert "The month hasn’t started" not in deadline_page(desk, reference).text
    desk.open(path).send(path, step="asked", message="Of which number?")
    assert "We need your answer first" in customer.open(theirs).text
    assert "We need to know who you are" not in customer.open(theirs).text
    customer.open(theirs).send(message="Of mine.")
    page = send(desk, reference, "identity", to_show=ASKED)
    assert page.errors == {}
    assert "We need to know who you are first" in customer.open(theirs).text


def test_nobody_is_promised_a_day_or_told_we_are_late_while_the_month_has_not_begun(
    world: World, person: Person, reference: str
) -> None:
    send(world.at_the_desk(), reference, "identity", to_show=ASKED)
    done = world.signed_in(person).open(f"/cases/{reference}").send(message="It is 1234")
    assert done.flashes == [
        "We’ve added it to your message. The month to answer starts when you show us who you are."
    ]
    assert "nswer by" not in done.text
    world.clock.move(days=45)
    theirs = world.signed_in(person)
    page = theirs.open(f"/cases/{reference}")
    assert "We need to know who you are first" in page.text
    assert "late" not in page.text
    assert "late" not in theirs.open("/account").text


def test_a_visitor_is_promised_no_day_either_while_the_month_has_not_begun(world: World) -> None:
    reference = world.case(text="All that you hold about me, please.")
    email = world.email("We’ve got your message")
    send(world.at_the_desk(), reference, "identity", to_show=ASKED)
    page = world.visitor().open(email.link).send()
    done = page.send(page.path, message="It is 1234")
    assert "starts when you show us who you are" in done.flashes[0]
    assert "nswer by" not in done.text


@pytest.mark.parametrize("what", ["identity", "question"])
def test_no_colleague_reads_that_a_case_is_late_while_its_month_stands_still(
    world: World, person: Person, reference: str, what: str
) -> None:
    desk, path = world.at_the_desk(), f"/staff/cases/{reference}"
    if what == "identity":
        send(desk, reference, "identity", to_show=ASKED)
    else:
        desk.open(path).send(path, step="asked", message="Of which number?")
    world.clock.move(days=45)
    desk = world.at_the_desk(world.colleague("kit@example.com"))
    for page in (desk.open("/staff/cases"), desk.open(path)):
        assert "late" not in page.text
    assert reference not in desk.open("/staff/cases?view=overdue").text
    if what == "question":
        world.signed_in(person).open(f"/cases/{reference}").send(message="Of mine.")
        assert reference not in desk.open("/staff/cases?view=overdue").text
        world.clock.move(days=35)
        desk = world.at_the_desk(world.colleague("lee@example.com"))
        assert reference in desk.open("/staff/cases?view=overdue").text


def test_a_question_stays_open_when_somebody_has_shown_who_they_are(
    world: World, person: Person, reference: str
) -> None:
    desk, path = world.at_the_desk(), f"/staff/cases/{reference}"
    desk.open(path).send(path, step="asked", message="Of which number?")
    send(desk, reference, "identity", to_show=ASKED)
    send(desk, reference, "identity/shown", shown_by="called-back")
    assert world.read(get_case, reference).status is Status.WAITING
    assert "We need your answer first" in world.signed_in(person).open(f"/cases/{reference}").text


def test_what_comes_too_early_is_said_to_be_so(world: World, reference: str) -> None:
    desk = world.at_the_desk()
    early = "It’s too early for this. Open the page on when we must answer to see why"
    page = send(desk, reference, "identity/shown", shown_by="called-back")
    assert page.errors == {"shown_by": early}
    send(desk, reference, "identity", to_show=ASKED)
    page = send(desk, reference, "longer", longer_because=REASON)
    assert page.errors == {"longer_because": early}


def test_nobody_is_offered_to_move_the_day_of_a_closed_case(world: World, reference: str) -> None:
    desk, path = world.at_the_desk(), f"/staff/cases/{reference}"
    desk.open(path).send(path, step="replied", message="Here it is.", outcome="done")
    for to in ("identity", "identity/shown", "longer"):
        page = desk.open(f"{path}/deadline/{to}")
        assert page.path == f"{path}/deadline"
        assert "This case is closed." in page.text


def test_whoever_gets_a_link_to_confirm_is_not_told_that_days_are_added(
    world: World, person: Person
) -> None:
    reference = world.case(person, topic="cancel-registration", service="everything")
    desk, path = world.at_the_desk(), f"/staff/cases/{reference}"
    desk.open(path).send(f"{path}/link")
    text = world.signed_in(person).open(f"/cases/{reference}").text
    assert "Use the link we emailed you" in text
    assert "are added to the month" not in text


def test_what_was_done_meanwhile_is_said_and_what_was_typed_is_still_there(
    world: World, reference: str
) -> None:
    kit = world.at_the_desk(world.colleague("kit@example.com"))
    sam = world.at_the_desk(world.colleague("sam@example.com"))
    page = sam.open(f"/staff/cases/{reference}/deadline/longer")
    send(kit, reference, "longer", longer_because="It is complex.")
    page = page.send(status=409, longer_because=REASON)
    assert "changed while you had it open" in page.text
    assert page.value("longer_because") == REASON


def test_what_will_not_do_is_said_beside_the_field(world: World, reference: str) -> None:
    desk = world.at_the_desk()
    assert send(desk, reference, "identity", to_show="").errors == {
        "to_show": "Enter what they have to show, and how"
    }
    assert send(desk, reference, "longer", longer_because=" ").errors == {
        "longer_because": "Enter why it takes longer"
    }
    send(desk, reference, "identity", to_show=ASKED)
    page = send(desk, reference, "identity/shown", shown_by="other", shown_words="")
    assert page.errors == {"shown_words": "Enter what you checked"}
    assert page.ticked("shown_by") == ["other"]
    assert send(desk, reference, "identity/shown").errors == {
        "shown_by": "Choose how they showed who they are"
    }


def test_a_visitor_reads_it_all_by_their_link(world: World) -> None:
    reference = world.case(text="All that you hold about me, please.")
    send(world.at_the_desk(), reference, "identity", to_show=ASKED)
    email = next(one for one in world.deliver() if "Show us who you are" in one.subject)
    visitor = world.visitor()
    page = visitor.open(email.link).send()
    assert ASKED in page.text
    assert "We need to know who you are first" in page.text


def test_each_is_recorded_and_nothing_that_was_typed_is_in_the_record(
    world: World, person: Person, reference: str
) -> None:
    desk = world.at_the_desk()
    send(desk, reference, "identity", to_show=ASKED)
    send(desk, reference, "identity/shown", shown_by="in-a-shop", shown_words=CHECKED)
    world.clock.move(minutes=5)
    send(desk, reference, "longer", longer_because=REASON)
    (asked,), (proved,) = (world.audit(f"deadlines:identity:{one}") for one in ("asked", "proved"))
    (longer,) = world.audit("deadlines:deadline:extended")
    for one in (asked, proved, longer):
        assert one.subject_id == person.id
        assert not any(words in str(one.facts) for words in (ASKED, CHECKED, REASON))
    assert proved.facts["proof"] == "in-a-shop"


def test_only_a_request_with_a_month_of_the_law_takes_longer(world: World, person: Person) -> None:
    question, desk = world.case(person, topic=Topic.OTHER), world.at_the_desk()
    assert "Take longer to answer" not in deadline_page(desk, question).text
    page = send(desk, question, "longer", longer_because=REASON)
    assert "Only a request for which the law sets the month can take longer" in page.text
    assert REASON in page.text
    assert not world.audit("deadlines:deadline:extended")
