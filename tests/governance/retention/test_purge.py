"""The purge follows the schedule: in batches, resumable, twice at once, never what is held."""

import threading
from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import delete, func, select

from portal.desk.case_outcomes.service import close_case
from portal.desk.case_records.models import CaseRow
from portal.desk.case_records.rules import CaseOutcome
from portal.governance.legal_holds.rules import NewHold
from portal.governance.legal_holds.service import place_hold
from portal.governance.retention import service
from portal.governance.retention.models import PurgeRun
from portal.governance.retention.rules import read_schedule
from portal.governance.retention.service import count_due, purge
from portal.identity.accounts.models import UnconfirmedRow
from portal.identity.form_drafts.models import Draft
from portal.identity.one_time_tokens.models import OneTimeToken
from portal.identity.sessions.models import SignInRecord
from portal.messaging.email.models import OutboxEmail
from portal.messaging.email.outbox import queue
from portal.platform.core.ids import CaseId
from portal.platform.core.work import Actor
from portal.self_service.email_change.models import EmailChange
from portal.self_service.public_pages.rules import COOKIES
from tests.identity.accounts.registering import register
from tests.messaging.email.test_transport import EMAIL
from tests.world import Person, World


def fill(world: World, number: int) -> None:
    """Registrations that nobody confirmed, and now it is too late."""
    for one in range(number):
        register(world, email=f"person{one}@example.com")
    with world.work() as work:
        for table in (Draft, OneTimeToken):  # what was typed goes by rules of its own
            work.session.execute(delete(table))
    world.clock.move(hours=25)


def forms(world: World) -> int:
    with world.work() as work:
        return work.session.scalar(select(func.count()).select_from(UnconfirmedRow)) or 0


def runs(world: World) -> list[PurgeRun]:
    with world.work() as work:
        found = list(work.session.scalars(select(PurgeRun)))
        work.session.expunge_all()
    return found


DAYS_OF_THEIR_OWN = {"survey-answers"}
"""Of each of these the day was said when it was given."""


def test_every_rule_says_what_goes_when_and_why(world: World) -> None:
    schedule = read_schedule(world.parts.register)
    names = [line.rule.name for line in schedule]
    assert len(names) == len(set(names)) > 10
    for line in schedule:
        assert line.rule.text.startswith("when ") == (line.rule.length is None)
        assert line.rule.basis.count("UK GDPR") == 1, line.rule.name
        assert (line.rule.count is None) == (line.rule.purge is None)
        assert (line.rule.purge is None) or line.rule.length or line.rule.name in DAYS_OF_THEIR_OWN


def test_counting_changes_nothing_and_the_purge_then_takes_as_many(world: World) -> None:
    fill(world, 3)
    before = world.rows()
    due = count_due(world.parts.work, world.parts.register)
    assert world.rows() == before
    assert due["unconfirmed"] == 3
    went = purge(world.parts.work, world.parts.register)
    assert went["unconfirmed"] == 3
    assert forms(world) == 0
    again = count_due(world.parts.work, world.parts.register)
    assert set(again.values()) == {0}
    assert purge(world.parts.work, world.parts.register) == {}


def test_a_run_is_recorded_with_its_counts_and_an_empty_one_is_not(world: World) -> None:
    purge(world.parts.work, world.parts.register)
    assert runs(world) == []
    fill(world, 2)
    counts = purge(world.parts.work, world.parts.register)
    (run,) = runs(world)
    assert run.counts == counts
    assert run.ended_at is not None


def test_it_goes_in_batches_and_a_run_that_was_stopped_goes_on(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service, "BATCH", 2)
    fill(world, 5)
    heard: list[int] = []

    def stop(_: str, number: int) -> None:
        heard.append(number)
        if len(heard) == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        purge(world.parts.work, world.parts.register, stop)
    assert heard == [2, 2]
    assert forms(world) == 1
    (stopped,) = runs(world)
    assert stopped.ended_at is None
    assert stopped.counts == {"unconfirmed": 4}, "what went is on record"
    purge(world.parts.work, world.parts.register)
    assert forms(world) == 0


def test_two_at_once_take_each_record_once(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(service, "BATCH", 3)
    fill(world, 20)
    counts: list[int] = []
    faults: list[Exception] = []

    def run() -> None:
        try:
            went = purge(world.parts.work, world.parts.register)
            counts.append(went.get("unconfirmed", 0))
        except Exception as fault:  # noqa: BLE001  # whatever it is, it is the finding
            faults.append(fault)

    crowd = [threading.Thread(target=run) for _ in range(3)]
    for one in crowd:
        one.start()
    for one in crowd:
        one.join()
    assert faults == []
    assert sum(counts) == 20
    assert forms(world) == 0


def test_the_key_of_what_lapsed_goes_with_it(world: World) -> None:
    fill(world, 2)
    with world.work() as work:
        ids = list(work.session.scalars(select(UnconfirmedRow.id)))
    assert len(world.parts.keyring.read(ids)) == 2
    purge(world.parts.work, world.parts.register)
    assert world.parts.keyring.read(ids) == {}


@pytest.fixture
def colleague(world: World) -> Person:
    return world.colleague()


def hold(world: World, colleague: Person, person_id: object, new: NewHold) -> None:
    with world.work(Actor("staff", colleague.id)) as work:
        work.note_locked(person_id)
        place_hold(work, colleague.staff_id, person_id, new)  # type: ignore[arg-type]  # a row's id


def test_a_case_under_a_hold_keeps_its_words_until_the_hold_ends(
    world: World, colleague: Person
) -> None:
    references = [world.case(), world.case()]
    with world.work(Actor("staff", colleague.id)) as work:
        rows = {row.reference: row.id for row in work.session.scalars(select(CaseRow))}
        for reference in references:
            close_case(work, reference, 1, CaseOutcome.THANKS)
    held, other = (rows[reference] for reference in references)
    until = date(2028, 11, 23)
    hold(world, colleague, held, NewHold(why="A claim", until=until, case_id=CaseId(held)))
    world.clock.move(days=366)
    purge(world.parts.work, world.parts.register)
    assert has_words(world, held)
    assert not has_words(world, other)
    world.clock.now = world.clock.now.replace(year=2028, month=11, day=24)
    purge(world.parts.work, world.parts.register)
    assert not has_words(world, held)


def has_words(world: World, case_id: object) -> bool:
    with world.work() as work:
        row = work.session.get(CaseRow, case_id)
        return row is not None and row.sealed is not None


def test_what_was_sent_to_somebody_under_a_hold_stays(world: World, colleague: Person) -> None:
    held, other = world.customer(), world.customer("jules@example.com")
    until = world.clock().date() + timedelta(days=90)
    new = NewHold(why="A claim", until=until, customer_id=held.customer_id)
    hold(world, colleague, held.id, new)
    for person in (held, other):
        with world.work() as work:
            queue(work, person.id, EMAIL)
    world.deliver()
    world.clock.move(days=31)
    purge(world.parts.work, world.parts.register)
    with world.work() as work:
        assert list(work.session.scalars(select(OutboxEmail.person_id))) == [held.id]
    world.clock.move(days=60)
    purge(world.parts.work, world.parts.register)
    with world.work() as work:
        assert list(work.session.scalars(select(OutboxEmail.person_id))) == []


def test_sign_ins_and_changes_of_address_of_somebody_under_a_hold_stay(
    world: World, colleague: Person
) -> None:
    held, other = world.customer(), world.customer("jules@example.com")
    until = world.clock().date() + timedelta(days=120)
    new = NewHold(why="A claim", until=until, customer_id=held.customer_id)
    hold(world, colleague, held.id, new)
    for person in (held, other):
        page = world.signed_in(person).open("/security/email")
        page.send(email=f"new-{person.email}")
    world.clock.move(days=91)
    due = count_due(world.parts.work, world.parts.register)
    assert (due["sign-ins"], due["email-changes"]) == (1, 1)
    purge(world.parts.work, world.parts.register)
    with world.work() as work:
        for owner in (SignInRecord.owner_id, EmailChange.customer_id):
            assert list(work.session.scalars(select(owner))) == [held.id]


def test_the_number_of_a_message_goes_two_years_after_it_was_closed(
    world: World, colleague: Person
) -> None:
    reference = world.case()
    with world.work(Actor("staff", colleague.id)) as work:
        close_case(work, reference, 1, CaseOutcome.THANKS)
    for days, is_there in ((366, True), (363, True), (2, False)):
        world.clock.move(days=days)
        purge(world.parts.work, world.parts.register)
        assert bool(world.rows()["case_file"]) is is_there
    assert world.rows()["case_entry"] == 0


def test_a_browser_is_forgotten_when_its_time_is_over(world: World) -> None:
    person = world.customer()
    visitor = world.visitor()
    visitor.open("/sign-in").send(email=person.email, password=person.password, remember="y")
    visitor.open("/sign-in/question").send(answer=person.answer)
    assert any("180 days" in str(cookie) for cookie in COOKIES)
    world.clock.move(days=179)
    purge(world.parts.work, world.parts.register)
    assert world.rows()["remembered_browser"] == 1
    world.clock.move(days=2)
    purge(world.parts.work, world.parts.register)
    assert world.rows()["remembered_browser"] == 0


@pytest.mark.parametrize("part", ["purge", "count"])
def test_emails_are_forgotten_though_another_rule_cannot_be_followed(
    world: World, part: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with world.work() as work:
        queue(work, world.customer().id, EMAIL)
    world.deliver()
    world.clock.move(days=40)
    lines = list(read_schedule(world.parts.register))
    others = [one for one in lines if one.rule.purge and one.rule.name != "letters"]

    def broken(*_: object) -> int:
        raise RuntimeError("what does not go")

    for other in others[:3]:
        rule = replace(other.rule, count=lambda _: 1)
        rule = replace(rule, purge=broken) if part == "purge" else replace(rule, count=broken)
        lines[lines.index(other)] = replace(other, rule=rule)
    monkeypatch.setattr(service, "read_schedule", lambda _: lines)
    world.worker().do_all()
    with world.work() as work:
        assert work.session.scalars(select(OutboxEmail)).all() == []
    assert '"purge-failed"' in capsys.readouterr().err
    with pytest.raises(RuntimeError):
        purge(world.parts.work, world.parts.register, reading=world.parts.reading)
