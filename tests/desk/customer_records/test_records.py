"""A colleague opens a part of a record, having read what the customer will read of it."""

import re
from uuid import uuid4

import pytest

from portal.desk.case_outcomes.service import close_case
from portal.desk.case_records.queries import find_owner
from portal.desk.case_records.rules import CaseOutcome
from portal.desk.cases.queries import get_case
from portal.desk.customer_records.queries import HIDDEN, get_opened_part
from portal.desk.customer_records.rules import CHOSEN, READ, LookReason, LookWords, RecordRequest
from portal.desk.customer_records.service import open_record
from portal.identity.form_drafts.service import keep_draft
from portal.identity.staff_accounts.rules import Role
from portal.platform.core.errors import NotAllowedError, NotFoundError, StaleError
from portal.platform.core.work import Actor
from portal.self_service.your_data.rules import shown_categories
from tests.erasure.cancellation.test_service import furnish
from tests.pages import Page, Visitor
from tests.world import Person, World

AGENT, SENIOR, OFFICER = "sam@example.com", "lee@example.com", "kit@example.com"
LOOKED = "/your-data/looked"


def at_the_desk(world: World, role: Role, email: str = AGENT) -> Visitor:
    return world.at_the_desk(world.colleague(email, role=role))


def asked(desk: Visitor, person: Person, reason: LookReason, reference: str = "") -> Page:
    """Choose the profile and a reason: the page that says what will be read."""
    without = f"/staff/customers/{person.id}/record"
    page = desk.open(f"/staff/cases/{reference}/record" if reference else without)
    return page.send(record_part="profile", look_reason=reason.value)


def told_at(page: Page) -> tuple[str, str]:
    title, text = page.soup.select_one("#told"), page.soup.select_one(".said")
    assert title is not None
    assert text is not None
    return title.get_text(), text.get_text()


def newest(visitor: Visitor) -> tuple[str, str]:
    line = visitor.open(LOOKED).soup.select_one(".timeline li")
    assert line is not None
    title, text = line.select_one(".timeline__title"), line.select("p")
    assert title is not None
    return title.get_text(), " ".join(one.get_text() for one in text)


def test_the_customer_reads_the_very_sentence_that_the_colleague_read_before(
    world: World,
) -> None:
    person = world.customer(town="Exampleton")
    reference = world.case(person)
    visitor, desk = world.signed_in(person), at_the_desk(world, Role.AGENT)
    link = f"/staff/cases/{reference}/record"
    assert link in desk.open(f"/staff/cases/{reference}").links()
    world.clock.move(minutes=1)
    page = asked(desk, person, LookReason.CASE, reference)
    title, text = told_at(page)
    assert title == "A support agent opened “Your profile and contact details”"
    assert text.startswith(f"To answer your message {reference}.")
    assert "Exampleton" not in page.text, "nothing is shown before it is opened"
    assert world.audit("records:record:opened") == []
    opened = page.send(f"/staff/customers/{person.id}/record/open")
    assert "Exampleton" in opened.text
    assert person.email in opened.text
    read = newest(visitor)
    assert read[0] == title
    assert text in read[1]
    assert not [one for one in world.deliver() if "looked at your data" in one.subject]


def test_without_a_case_the_customer_and_the_privacy_officers_are_told_at_once(
    world: World,
) -> None:
    person = world.customer()
    world.colleague(OFFICER, role=Role.PRIVACY_OFFICER)
    desk = at_the_desk(world, Role.SENIOR, SENIOR)
    found = desk.open("/staff/customers").send(who=person.email)
    assert found.path == f"/staff/customers/{person.id}/record"
    world.clock.move(minutes=1)
    page = asked(desk, person, LookReason.CALLED)
    assert "we’ll email the customer and the privacy officers" in page.text
    title, text = told_at(page)
    page.send(f"/staff/customers/{person.id}/record/open")
    sent = {one.to: one for one in world.deliver()}
    assert title in sent[person.email].text
    assert text in " ".join(sent[person.email].text.split())
    report = sent[OFFICER]
    assert report.subject == "A colleague opened a customer’s record"
    assert title in report.text
    assert person.email not in report.text + report.html
    assert "Rowan" not in report.text
    told = newest(world.signed_in(person))
    assert told[0] == title
    assert "Someone called us about your account." in told[1]


def test_nobody_is_told_of_their_own_look_as_a_privacy_officer(world: World) -> None:
    person = world.customer()
    desk = at_the_desk(world, Role.PRIVACY_OFFICER, OFFICER)
    asked(desk, person, LookReason.SECURITY).send(f"/staff/customers/{person.id}/record/open")
    assert [one.to for one in world.deliver()] == [person.email]


def test_an_agent_needs_a_case_of_that_customer_that_is_open(world: World) -> None:
    person, other = world.customer(), world.customer("jules@example.com")
    mine, theirs, closed = world.case(person), world.case(other), world.case(person)
    world.read(close_case, closed, world.read(get_case, closed).version, CaseOutcome.THANKS)
    desk = at_the_desk(world, Role.AGENT)
    nobodys = world.case(email="nobody@example.com")
    desk.open("/staff/customers", 403)
    desk.open(f"/staff/customers/{person.id}/record", 403)
    for reference in (closed, nobodys, "PC-2222-222"):
        desk.open(f"/staff/cases/{reference}/record", 404)
    desk.open(f"/staff/customers/{person.id}/record/profile/case?case={theirs}", 404)
    page = desk.open(f"/staff/cases/{mine}/record")
    assert [one["value"] for one in page.soup.select("main [name=look_reason]")] == ["case"]
    assert "Why? To answer this message" in page.text
    page = page.send(record_part="profile", look_reason="called", status=200)
    assert page.errors == {"look_reason": "Choose why you need to see it"}


@pytest.mark.parametrize(
    ("part", "reason", "status"),
    [("legal", "case", 404), ("nothing", "case", 404), ("profile", "called", 403)],
)
def test_a_made_up_request_opens_nothing(world: World, part: str, reason: str, status: int) -> None:
    person = world.customer()
    reference = world.case(person)
    desk = at_the_desk(world, Role.AGENT)
    page = asked(desk, person, LookReason.CASE, reference)
    fields = {"record_part": part, "look_reason": reason, "case_at_hand": reference}
    page.send(f"/staff/customers/{person.id}/record/open", status=status, **fields)
    assert world.audit("records:record:opened") == []


def test_a_reason_that_is_none_is_no_page(world: World) -> None:
    person = world.customer()
    desk = at_the_desk(world, Role.AGENT)
    page = asked(desk, person, LookReason.CASE, world.case(person))
    page.send(f"/staff/customers/{person.id}/record/open", status=404, look_reason="curious")


def test_whoever_read_another_sentence_reads_the_new_one_first(world: World) -> None:
    person = world.customer()
    reference = world.case(person)
    sam = world.colleague(AGENT)
    page = asked(world.at_the_desk(sam), person, LookReason.CASE, reference)
    again = page.send(f"/staff/customers/{person.id}/record/open", told_title="Nobody looked")
    assert told_at(again)[0].startswith("A support agent opened")
    assert world.audit("records:record:opened") == []
    wanted = RecordRequest("profile", LookReason.CASE, reference)
    given = world.parts.register, sam.staff_id, person.customer_id, wanted
    with pytest.raises(StaleError), world.work(Actor("staff", sam.id)) as work:
        open_record(work, *given, LookWords("Nobody looked", ""))


def test_whoever_is_asked_about_opens_nothing_for_that_question(world: World) -> None:
    person = world.customer()
    sam = world.colleague(AGENT)
    desk = world.at_the_desk(sam)
    desk.open(f"/staff/cases/{world.case(person)}")
    visitor = world.signed_in(person)
    ask = next(
        one for one in visitor.open(LOOKED).links() if re.search(r"looked/[0-9a-f-]{36}", one)
    )
    question = visitor.open(ask).send(message="Why?").path.removeprefix("/cases/")
    refused = desk.open(f"/staff/cases/{question}/record", 403)
    assert "someone else answers it" in refused.text
    assert world.read(find_owner, world.read(get_case, question).id).id == person.id


def test_what_the_desk_opens_is_what_its_person_sees_but_for_what_is_theirs_alone(
    world: World,
) -> None:
    """Page, download, erasure and record read one declaration of each category."""
    person = furnish(world)
    with world.work() as work:
        keep_draft(work, person.id, "/profile", {"given_name": ["Not sent"]})
    hidden = set()
    for holding in shown_categories(world.parts.register):
        seen = world.read(get_opened_part, holding, person.customer_id).items
        own = world.read(lambda work, of=holding: list(of.list_items(work, person.customer_id)))
        assert [(one.label, one.at) for one in seen] == [(one.label, one.at) for one in own]
        assert bool(seen) == bool(world.read(holding.count, person.customer_id)), holding.slug
        for shown, real in zip(seen, own, strict=True):
            assert shown.value == (HIDDEN if real.is_private else real.value)
            hidden |= {real.label} if real.is_private else set()
    assert hidden == {"Security question", "Typed and not sent yet"}


def test_a_billing_account_number_is_masked_in_a_record(world: World) -> None:
    person = world.customer(account_number="MB4471902265")
    reference = world.case(person)
    page = asked(at_the_desk(world, Role.AGENT), person, LookReason.CASE, reference)
    opened = page.send(f"/staff/customers/{person.id}/record/open")
    assert "4471902265" not in opened.answer.text


def test_nobody_opens_the_record_of_somebody_who_is_erased_or_with_a_role_of_before(
    world: World,
) -> None:
    person, sam = world.customer(), world.colleague(AGENT)
    wanted = RecordRequest("profile", LookReason.CALLED)
    given = world.parts.register, sam.staff_id, person.customer_id, wanted, LookWords("", "")
    with pytest.raises(NotAllowedError), world.work(Actor("staff", sam.id)) as work:
        open_record(work, *given)
    lee = world.colleague(SENIOR, role=Role.SENIOR)
    desk = world.at_the_desk(lee)
    world.erase(person)
    desk.open(f"/staff/customers/{person.id}/record", 404)
    given = world.parts.register, lee.staff_id, person.customer_id, wanted, LookWords("", "")
    with pytest.raises(NotFoundError), world.work(Actor("staff", lee.id)) as work:
        open_record(work, *given)


def test_a_search_that_finds_nobody_says_so_and_one_that_finds_somebody_is_told(
    world: World,
) -> None:
    person = world.customer()
    desk = at_the_desk(world, Role.SENIOR, SENIOR)
    page = desk.open("/staff/customers").send(who="nobody@example.com")
    assert page.errors["who"].startswith("No customer has this email address")
    desk.open("/staff/customers").send(who=person.email)
    assert newest(world.signed_in(person))[0] == (
        "A senior support agent found your account in a search"
    )


def test_every_reason_has_words_for_the_colleague_and_for_the_customer() -> None:
    assert set(CHOSEN) == set(READ) == set(LookReason)


def test_a_reference_typed_in_another_way_is_told_as_it_is(world: World) -> None:
    """The sentence before the look and the one after it name the message alike."""
    person = world.customer()
    reference = world.case(person)
    desk = at_the_desk(world, Role.AGENT)
    typed = f"/staff/customers/{person.id}/record/profile/case?case={reference.lower()}"
    assert told_at(desk.open(typed))[1].startswith(f"To answer your message {reference}.")


def test_the_sentence_before_a_look_is_shown_of_nobody(world: World) -> None:
    desk = world.at_the_desk(world.colleague("senior@example.com", role=Role.SENIOR))
    desk.open(f"/staff/customers/{uuid4()}/record/profile/called", 404)
