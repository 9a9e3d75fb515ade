"""What a customer may have of a case is decided once: for the page, the copy and emails alike."""

from collections.abc import Iterable
from typing import Any

from portal.desk.case_records.models import CaseEntry, CaseRow
from portal.desk.case_records.service import lock_case
from portal.desk.cases.held import list_items
from portal.desk.cases.queries import get_own_case
from portal.desk.cases.rules import FROM_US, IN_WORDS, TOLD, UNTOLD, Step
from portal.desk.cases.service import answer_case, enter
from portal.platform.core.work import Actor
from tests.world import World, rows_with


def faults_of(told: Iterable[Step], untold: Iterable[Step], in_words: Iterable[Step]) -> set[Step]:
    """Return the steps of which nobody has decided, once, what a customer may have."""
    named, private = set(told), set(untold)
    return (set(Step) - named - private) | (named & private) | (set(in_words) - named)


def test_of_every_step_it_is_decided_what_the_customer_has() -> None:
    assert faults_of(TOLD, UNTOLD, IN_WORDS) == set()


def test_a_step_that_nobody_has_decided_on_is_found() -> None:
    assert faults_of(TOLD, UNTOLD - {Step.NOTED}, IN_WORDS) == {Step.NOTED}
    assert faults_of({*TOLD, Step.HELD}, UNTOLD, IN_WORDS) == {Step.HELD}
    assert faults_of(TOLD, UNTOLD, IN_WORDS | {Step.NOTED}) == {Step.NOTED}


def test_nobody_reads_what_colleagues_say_among_themselves(world: World) -> None:
    """The kind: whatever a step says is where it is for the customer, and nowhere else."""
    person, kit = world.customer(), world.colleague()
    browser = world.signed_in(person)
    for step in Step:
        reference, words = world.case(person), f"The words of {step}."
        with world.work(Actor("staff", kit.id)) as work:
            enter(work, lock_case(work, reference, 1), step, words)
        copied = {item.value for item in world.read(list_items, person.customer_id)}
        page = browser.open(f"/cases/{reference}").text
        assert (words in copied, words in page) == ((step in IN_WORDS),) * 2, step
        own = world.read(get_own_case, person.customer_id, reference)
        told = [one for entry in own.entries if (one := entry.as_told()) is not None]
        assert (words in {one.text for one in told}) == (step in IN_WORDS), step
        assert not any(one.role or one.by not in {"", "us"} for one in told), step


def test_no_email_says_more_than_the_page(world: World) -> None:
    person, kit = world.customer(), world.colleague()
    for step in Step:
        reference, words = world.case(person), f"The words of {step}."
        world.deliver()
        with world.work(Actor("staff", kit.id)) as work:
            answer_case(work, reference, words, step, 1)
        assert any(words in one.text for one in world.deliver()) == (step in FROM_US), step


def test_a_private_note_is_kept_for_colleagues(world: World) -> None:
    person, desk = world.customer(), world.at_the_desk()
    reference, path = world.case(person), "/staff/cases/{}"
    fields: dict[str, Any] = {"step": "noted", "message": "Sounds cross on the telephone."}
    page = desk.open(path.format(reference)).send(path.format(reference), **fields)
    assert fields["message"] in page.text
    with world.work() as work:
        (case,) = rows_with(work, CaseRow, reference=reference)
        assert len(rows_with(work, CaseEntry, case_id=case.id)) == 2
