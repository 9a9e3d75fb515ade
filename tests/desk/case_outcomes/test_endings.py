"""A case ends with an outcome that fits it, or for a reason; and can be opened again."""

from datetime import date

import pytest

from portal.desk.case_outcomes.service import close_case, reopen_case
from portal.desk.case_records.models import CaseRow
from portal.desk.case_records.rules import (
    OUTCOMES,
    REFUSALS,
    WITHOUT_ANSWER,
    CaseOutcome,
    Topic,
    kind_of,
    list_outcomes,
)
from portal.desk.cases.held import list_items
from portal.desk.cases.queries import get_case
from portal.desk.cases.rules import Step
from portal.desk.cases.service import answer_case
from portal.platform.core.errors import NotAllowedError, StaleError
from tests.pages import Page, Visitor
from tests.world import World

WORDS = "We looked at everything you sent."
REGULATOR = "ico.org.uk/make-a-complaint"


def reply(desk: Visitor, reference: str, outcome: str) -> Page:
    page = desk.open(f"/staff/cases/{reference}")
    return page.send(f"/staff/cases/{reference}", step="replied", message=WORDS, outcome=outcome)


@pytest.mark.parametrize("topic", Topic)
def test_each_kind_is_offered_how_it_can_end_and_nothing_else(world: World, topic: Topic) -> None:
    reference = world.case(topic=topic)
    page = world.at_the_desk().open(f"/staff/cases/{reference}")
    offered = [one["value"] for one in page.soup.select("select[name=outcome] option")]
    assert offered == ["", *list_outcomes(kind_of(topic))]


def test_every_outcome_is_one_of_some_kind_or_a_reason_to_close_without_an_answer() -> None:
    fitting = {one for topic in Topic for one in list_outcomes(kind_of(topic))}
    assert fitting | set(WITHOUT_ANSWER) == set(CaseOutcome) == set(OUTCOMES)
    assert not fitting & set(WITHOUT_ANSWER)
    assert {one for one in OUTCOMES if OUTCOMES[one].startswith("Refused")} == set(REFUSALS)


@pytest.mark.parametrize("outcome", REFUSALS)
def test_whoever_is_refused_reads_why_and_where_to_complain_on_the_page_in_the_email_and_the_copy(
    world: World, outcome: CaseOutcome
) -> None:
    topic = next(one for one in Topic if outcome in list_outcomes(kind_of(one)))
    person = world.customer()
    reference = world.case(person, topic=topic)
    world.deliver()
    reply(world.at_the_desk(), reference, outcome)
    email = world.email("We replied to your message").text
    page = world.signed_in(person).open(f"/cases/{reference}").text
    copy = "\n".join(one.value for one in world.read(list_items, person.customer_id))
    for text in (email, page, copy):
        for part in (WORDS, REFUSALS[outcome], REGULATOR, "go to court"):
            assert part in text, (outcome, part)


def test_whoever_is_not_refused_reads_only_what_was_written(world: World) -> None:
    person = world.customer()
    reference = world.case(person, topic=Topic.COPY)
    reply(world.at_the_desk(), reference, "done")
    assert world.read(get_case, reference).entries[0].text == WORDS
    assert world.read(get_case, reference).ending == "Done as asked"


def test_an_answer_that_closes_says_how_it_ended_and_keeps_what_was_typed(world: World) -> None:
    reference = world.case(topic=Topic.OBJECTION)
    page = reply(world.at_the_desk(), reference, "")
    assert "Choose how it ended" in page.errors.values()
    assert WORDS in page.text
    assert world.read(get_case, reference).is_open


def test_a_question_ends_as_answered_where_nobody_chooses_otherwise(world: World) -> None:
    reference, desk = world.case(), world.at_the_desk()
    page = desk.open(f"/staff/cases/{reference}")
    page.send(f"/staff/cases/{reference}", step="replied", message=WORDS)
    assert world.read(get_case, reference).outcome is CaseOutcome.ANSWERED


def test_no_request_ends_as_another_kind_does(world: World) -> None:
    reference, desk = world.case(topic=Topic.OBJECTION), world.at_the_desk()
    page = reply(desk, reference, CaseOutcome.NOTHING_HELD)
    assert "Choose how it ended" in page.errors.values()
    with world.work() as work, pytest.raises(NotAllowedError):
        answer_case(work, reference, WORDS, Step.REPLIED, 1, outcome=CaseOutcome.NOTHING_HELD)
    with world.work() as work, pytest.raises(NotAllowedError):
        close_case(work, reference, 1, CaseOutcome.DONE)
    assert world.read(get_case, reference).is_open


@pytest.mark.parametrize("outcome", WITHOUT_ANSWER)
def test_a_case_is_closed_without_an_email_and_says_why(world: World, outcome: CaseOutcome) -> None:
    reference, desk = world.case(), world.at_the_desk()
    world.deliver()
    desk.open(f"/staff/cases/{reference}/close").send(ended=outcome)
    assert world.deliver() == []
    page = desk.open(f"/staff/cases/{reference}")
    assert OUTCOMES[outcome] in page.text
    assert not world.read(get_case, reference).is_open


def test_nobody_closes_without_saying_why(world: World) -> None:
    reference = world.case()
    page = world.at_the_desk().open(f"/staff/cases/{reference}/close").send()
    assert "Choose why no answer is needed" in page.errors.values()
    assert world.read(get_case, reference).is_open


def test_a_case_opened_again_is_due_when_it_was_and_a_customer_reads_only_that(
    world: World,
) -> None:
    person, desk = world.customer(), world.at_the_desk()
    reference = world.case(person, topic=Topic.COPY)
    before = world.read(get_case, reference).due_on
    world.clock.move(days=3)
    desk = world.at_the_desk(world.colleague("kit@example.com"))
    reply(desk, reference, "done")
    page = desk.open(f"/staff/cases/{reference}/reopen").send(reopened_because="Half is missing.")
    assert page.flashes[0].startswith("The case is open again.")
    found = world.read(get_case, reference)
    assert (found.is_open, found.due_on, found.outcome) == (True, before, None)
    assert "Half is missing." in page.text
    theirs = world.signed_in(person).open(f"/cases/{reference}").text
    assert "We opened it again" in theirs
    assert "Half is missing." not in theirs
    (event,) = world.audit("outcomes:case:reopened")
    assert "missing" not in str(vars(event))


def test_a_case_whose_words_are_gone_stays_closed(world: World) -> None:
    person = world.customer()
    reference = world.case(person)
    world.read(close_case, reference, 1, CaseOutcome.THANKS)
    version = world.read(get_case, reference).version
    world.erase(person)
    for seen in (version, world.read(get_case, reference).version):
        with world.work() as work, pytest.raises(StaleError):
            reopen_case(work, reference, seen, "More")
    page = world.at_the_desk().open(f"/staff/cases/{reference}")
    assert f"/staff/cases/{reference}/reopen" not in page.links()


def test_an_open_case_is_not_opened_again_and_a_closed_one_not_closed(world: World) -> None:
    reference, desk = world.case(), world.at_the_desk()
    assert desk.open(f"/staff/cases/{reference}/reopen").path == f"/staff/cases/{reference}"
    closing = desk.open(f"/staff/cases/{reference}/close")
    closing.send(ended="thanks")
    assert closing.send(ended="junk", status=409).flashes
    assert world.read(get_case, reference).outcome is CaseOutcome.THANKS
    assert desk.open(f"/staff/cases/{reference}/close").path == f"/staff/cases/{reference}"


def test_what_is_overdue_is_overdue_still_when_it_is_opened_again(world: World) -> None:
    reference = world.case(topic=Topic.COPY)
    due_on: date = world.read(get_case, reference).due_on
    world.read(close_case, reference, 1, CaseOutcome.THANKS)
    world.clock.move(days=60)
    version = world.read(get_case, reference).version
    assert world.read(reopen_case, reference, version, "More") == due_on
    assert world.read(get_case, reference).is_late(world.clock().date())


def test_whoever_adds_to_a_closed_message_takes_its_outcome_away(world: World) -> None:
    person = world.customer()
    reference = world.case(person)
    world.read(close_case, reference, 1, CaseOutcome.THANKS)
    world.signed_in(person).open(f"/cases/{reference}").send(message="One more thing.")
    with world.work() as work:
        row = work.session.query(CaseRow).filter_by(reference=reference).one()
        assert row.outcome is None
