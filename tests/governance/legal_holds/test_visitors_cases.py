"""Legal holds on what somebody wrote without signing in: kept as long as they hold, no longer."""

from datetime import timedelta

import pytest
from sqlalchemy import update

from portal.desk.case_outcomes.service import close_case
from portal.desk.case_records.rules import CaseOutcome
from portal.desk.cases.queries import get_case
from portal.desk.cases.rules import Step
from portal.desk.cases.service import answer_case, hold_case, lift_hold_of_case
from portal.desk.customer_holds.service import hold_customer
from portal.governance.legal_holds.queries import list_holds_of_case
from portal.governance.legal_holds.rules import NewHold
from portal.governance.legal_holds.service import lift_hold
from portal.governance.receipts.rules import ReceiptVerdict, join, normalise
from portal.governance.receipts.service import check_receipt
from portal.governance.retention.service import purge
from portal.identity.accounts.service import change_email
from portal.identity.staff_accounts.rules import Role
from portal.platform.core.errors import StaleError
from portal.platform.core.work import Actor
from portal.platform.encryption.models import ErasureRow
from tests.world import Person, World

EMAIL, WORDS = "rowan@example.com", "My words are evidence."
KEPT = "Messages that a court or an authority may ask for: until the legal hold ends"
EMPTIED = "Your messages to us and our answers: "


@pytest.fixture
def officer(world: World) -> Person:
    return world.colleague("kit@example.com", "Kit Senior", Role.PRIVACY_OFFICER)


def new_hold(world: World, days: int) -> NewHold:
    until = world.clock().date() + timedelta(days=days)
    return NewHold(why="A court asked us to.", until=until)


def as_visitor(world: World, email: str = EMAIL) -> str:
    return world.case(email=email, name="Rowan", text=WORDS)


def hold(world: World, officer: Person, reference: str, days: int = 100) -> None:
    with world.parts.work(Actor("staff", officer.id)) as work:
        hold_case(work, officer.staff_id, reference, 1, new_hold(world, days))


def has_words(world: World, reference: str) -> bool:
    found = world.read(get_case, reference)
    return bool(found.name) and WORDS in {entry.text for entry in found.entries}


def receipt(world: World) -> str:
    return " ".join(world.email("Your account is deleted").text.split())


def test_whoever_leaves_is_told_of_the_message_that_a_hold_keeps_and_not_that_it_went(
    world: World, officer: Person
) -> None:
    person, held = world.customer(EMAIL), as_visitor(world)
    hold(world, officer, held)
    world.erase(person)
    assert has_words(world, held)
    assert not world.read(get_case, held).is_open, "nobody waits for an answer"
    text = receipt(world)
    assert KEPT in text
    assert EMPTIED not in text


def test_whoever_leaves_a_message_that_a_hold_keeps_is_nowhere_told_that_nobody_can_read_it(
    world: World, officer: Person
) -> None:
    person, held = world.customer(EMAIL), as_visitor(world)
    hold(world, officer, held)
    reference = world.erase(person)
    assert has_words(world, held)
    email = receipt(world)
    assert "may ask for that, so it can still be read until the hold ends." in email
    assert "except what is listed below as kept until the legal hold ends." in email
    assert "Nobody can read them, in any backup either." not in email
    gone = world.visitor().open(f"/registrations/gone/{reference}")
    assert (
        "except those a legal hold keeps for a court or an authority. Your receipt lists them."
        in gone.text
    )
    page = world.visitor().open(f"/receipts/{reference}")
    assert "except what is listed below as kept until the legal hold ends." in page.text
    assert "can be read until the hold ends." in page.text
    line = world.parts.keyring.ledger.find_by_reference(reference)
    assert line is not None
    assert line.receipt is not None
    with world.work() as work:
        assert check_receipt(work, line.receipt)[0] is ReceiptVerdict.GENUINE


def test_whoever_leaves_nothing_that_is_held_reads_that_nobody_can_read_their_details(
    world: World,
) -> None:
    reference = world.erase(world.customer(EMAIL))
    assert "Nobody can read them, in any backup either." in receipt(world)
    page = world.visitor().open(f"/receipts/{reference}")
    assert "legal hold" not in page.text
    gone = world.visitor().open(f"/registrations/gone/{reference}")
    assert "Nobody can read your details any more, and we can’t bring them back." in gone.text
    assert "legal hold" not in gone.text


def test_somebody_without_a_receipt_yet_is_not_told_what_nobody_knows_yet(world: World) -> None:
    page = world.visitor().open("/registrations/gone")
    assert "Nobody can read" not in page.text
    assert "Your receipt will list what we deleted, and what stays and until when." in page.text


def test_a_receipt_counts_the_messages_that_were_emptied_and_no_others(
    world: World, officer: Person
) -> None:
    person, held = world.customer(EMAIL), as_visitor(world)
    as_visitor(world)
    world.case(person)
    hold(world, officer, held)
    world.erase(person)
    text = receipt(world)
    assert f"{EMPTIED}2" in text
    assert KEPT in text


def test_whoever_leaves_with_nothing_held_is_told_of_no_hold(world: World) -> None:
    person = world.customer(EMAIL)
    as_visitor(world)
    world.erase(person)
    text = receipt(world)
    assert f"{EMPTIED}1" in text
    assert "legal hold" not in text


def test_a_receipt_from_before_stays_genuine_and_its_page_excepts_what_a_hold_keeps(
    world: World,
) -> None:
    reference = world.erase(world.customer(EMAIL))
    ledger = world.parts.keyring.ledger
    line = ledger.find_by_reference(reference)
    assert line is not None
    words = f"""Merrow: receipt of erasure {reference}

Erased: 23 November 2026, 12:00 (London)
We destroyed the key to the details. Nobody can read them, in any backup either.

Kept
- {KEPT}"""
    text = join(words, ledger.sign(normalise(words)))
    with world.parts.keyring.engine.begin() as connection:
        connection.execute(update(ErasureRow).values(receipt=text))
    with world.work() as work:
        assert check_receipt(work, text)[0] is ReceiptVerdict.GENUINE
    page = world.visitor().open(f"/receipts/{reference}")
    assert "The receipt lists what the legal hold keeps. That can be read until the hold ends." in (
        page.text
    )


def test_a_message_kept_for_a_hold_goes_when_the_hold_is_over(
    world: World, officer: Person
) -> None:
    person, held = world.customer(EMAIL), as_visitor(world)
    hold(world, officer, held, days=600)
    world.erase(person)
    world.clock.move(days=599)
    purge(world.parts.work, world.parts.register)
    assert has_words(world, held)
    world.clock.move(days=2)
    purge(world.parts.work, world.parts.register)
    assert not has_words(world, held)


def test_a_message_kept_for_a_hold_goes_when_the_hold_is_lifted(
    world: World, officer: Person
) -> None:
    person, held = world.customer(EMAIL), as_visitor(world)
    hold(world, officer, held)
    world.erase(person)
    case_id = world.read(get_case, held).id
    (placed,) = world.read(list_holds_of_case, case_id, None)
    with world.parts.work(Actor("staff", officer.id)) as work:
        lift_hold(work, officer.staff_id, placed.id)
    purge(world.parts.work, world.parts.register)
    assert not has_words(world, held)
    assert world.parts.keyring.read([case_id]) == {}


def test_nobody_writes_to_somebody_who_has_left_about_a_message_that_is_held(
    world: World, officer: Person
) -> None:
    person, held = world.customer(EMAIL), as_visitor(world)
    hold(world, officer, held)
    world.erase(person)
    world.deliver()
    version = world.read(get_case, held).version
    for step in (Step.REPLIED, Step.ASKED):
        with pytest.raises(StaleError), world.parts.work(Actor("staff", officer.id)) as work:
            answer_case(work, held, "Are you there?", step, version)
    assert not world.deliver()


def test_a_hold_on_a_customer_keeps_what_they_wrote_without_signing_in(
    world: World, officer: Person
) -> None:
    person = world.customer(EMAIL)
    references = {as_visitor(world), world.case(person, text=WORDS)}
    strangers = as_visitor(world, "jules@example.com")
    world.clock.move(hours=1)
    world.read(change_email, person.customer_id, "rowan.new@example.com")
    world.clock.move(hours=1)
    references |= {as_visitor(world, "rowan.new@example.com")}
    later = as_visitor(world)  # from the address that is theirs no more
    with world.parts.work(Actor("staff", officer.id)) as work:
        for reference in (*references, strangers, later):
            close_case(work, reference, 1, CaseOutcome.THANKS)
        hold_customer(work, officer.staff_id, person.customer_id, new_hold(world, 600))
    world.clock.move(days=500)
    purge(world.parts.work, world.parts.register)
    assert all(has_words(world, reference) for reference in references)
    assert not has_words(world, strangers)
    assert not has_words(world, later)
    world.clock.move(days=101)
    purge(world.parts.work, world.parts.register)
    assert not any(has_words(world, reference) for reference in references)


def test_the_desk_sees_on_a_visitors_case_that_a_hold_on_its_customer_keeps_it(
    world: World, officer: Person
) -> None:
    person, sent = world.customer(EMAIL), as_visitor(world)
    with world.parts.work(Actor("staff", officer.id)) as work:
        hold_customer(work, officer.staff_id, person.customer_id, new_hold(world, 100))
    desk = world.at_the_desk(officer)
    page = desk.open(f"/staff/cases/{sent}/holds")
    assert "A court asked us to." in page.text
    found = world.read(get_case, sent)
    (one,) = world.read(list_holds_of_case, found.id, found.owner_id)
    with world.parts.work(Actor("staff", officer.id)) as work:
        lift_hold_of_case(work, officer.staff_id, sent, found.version, one.id)
    assert not world.read(list_holds_of_case, found.id, found.owner_id)
