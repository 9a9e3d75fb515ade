"""Cancelling everything: whatever is interrupted is finished, and nothing is left."""

from datetime import timedelta

import pytest
from sqlalchemy import select, text

from portal.account.queries import find_customer, list_registrations
from portal.account.rules import Service
from portal.audit.models import AuditEntry
from portal.cancellation import service
from portal.cancellation.models import CancellationUnderway
from portal.cases.models import CaseEntry, CaseRow
from portal.cases.rules import Message, Status, Topic
from portal.cases.service import open_case
from portal.kernel.errors import NotFoundError
from portal.kernel.work import VISITOR
from portal.preferences.rules import EVERY_CHOICE
from portal.preferences.service import save_choices
from portal.profile.service import change_profile
from portal.tables import Base
from portal.vault.models import Erasure, PersonKey
from tests.world import Person, World, act, fail_after

PLAIN_TABLES = {"audit_entry", "try_count"}


def furnish(world: World) -> Person:
    """A customer with something in every table."""
    person = world.customer(telephone="01632 960001")
    customer_id = person.customer_id
    act(world, person, save_choices, customer_id, frozenset(EVERY_CHOICE))
    details = world.read(find_customer, customer_id).details
    changed = type(details)(**{**details.words(), "kind": details.kind, "town": "Exampleton"})
    act(world, person, change_profile, customer_id, changed, 1)
    for sender, owner in ((world.parts.work(), customer_id), (world.work(VISITOR), None)):
        with sender as work:
            open_case(work, message(person), owner)
    return person


def message(person: Person) -> Message:
    return Message(
        name="Rowan Example",
        email=person.email,
        topic=Topic.OTHER,
        service="",
        text="Where is Exampleton?",
        once="",
    )


def rows_of(world: World) -> dict[str, int]:
    with world.work() as work:
        return {
            table.name: work.session.scalar(text(f"SELECT count(*) FROM {table.name}")) or 0  # noqa: S608
            for table in Base.metadata.sorted_tables
        }


def test_cancelling_everything_leaves_no_row_of_the_person(world: World) -> None:
    person = furnish(world)
    world.signed_in(person)
    service.cancel_everything(world.parts.work, world.parts.register, person.customer_id)
    left = {name: count for name, count in rows_of(world).items() if count}
    assert set(left) <= {"audit_entry", "case_file", "case_entry", "letter", "doomed_key"}
    with world.work() as work:
        for row in work.session.scalars(select(CaseRow)):
            assert (row.person_id, row.customer_id, row.email_hash, row.sealed) == (None,) * 4
            assert row.status == Status.CLOSED
        assert {row.sealed for row in work.session.scalars(select(CaseEntry))} == {None}
    with world.parts.keyring.engine.connect() as connection:
        assert len(connection.execute(select(Erasure)).all()) == 1


def test_the_last_letter_goes_out_and_takes_its_key_along(world: World) -> None:
    person = furnish(world)
    world.deliver()
    service.cancel_everything(world.parts.work, world.parts.register, person.customer_id)
    letter = world.letter("Your account is deleted")
    assert letter.to == person.email
    world.deliver()
    with world.parts.keyring.engine.connect() as connection:
        assert connection.execute(select(PersonKey.id)).all() == []


@pytest.mark.parametrize("step", ["decided", "key destroyed", "half the rows"])
def test_a_crash_between_two_steps_is_finished_by_the_worker(world: World, step: str) -> None:
    person = furnish(world)
    world.deliver()
    with world.work() as work:
        service.decide(work, person.customer_id)
    if step != "decided":
        with world.work() as work:
            work.vault.erase_person(person.customer_id)
    if step == "half the rows":
        first = world.parts.register[:3]
        fail_after(world, lambda work: [one.erase(work, person.customer_id) for one in first])
    world.deliver()
    assert rows_of(world)["customer"] == 1, "it is left alone while the request may still run"
    world.clock.move(seconds=11)
    assert [letter.subject for letter in world.deliver()] == ["Your account is deleted"]
    counts = rows_of(world)
    assert (counts["customer"], counts["cancellation_underway"]) == (0, 0)


def test_nobody_can_sign_in_once_it_is_decided(world: World) -> None:
    person = world.customer()
    with world.work() as work:
        service.decide(work, person.customer_id)
        work.vault.erase_person(person.customer_id)
    page = world.visitor().open("/sign-in").send(email=person.email, password=person.password)
    assert page.path == "/sign-in"


def test_deciding_twice_is_deciding_once(world: World) -> None:
    person = world.customer()
    for _ in range(2):
        with world.work() as work:
            service.decide(work, person.customer_id)
    with world.work() as work:
        assert len(work.session.scalars(select(CancellationUnderway)).all()) == 1
    service.finish(world.parts.work, world.parts.register, person.customer_id)
    service.finish(world.parts.work, world.parts.register, person.customer_id)
    assert [letter.subject for letter in world.deliver()] == ["Your account is deleted"]


def test_one_service_goes_and_the_others_stay(world: World) -> None:
    person = world.customer(services=(Service.BROADBAND, Service.MOBILE))
    first, second = world.read(list_registrations, person.customer_id)
    act(world, person, service.cancel_registration, person.customer_id, first.id)
    assert world.read(list_registrations, person.customer_id) == [second]
    assert "Broadband" in world.letter("Your registration is cancelled").subject


def test_another_customers_registration_is_not_there(world: World) -> None:
    mine, theirs = world.customer(), world.customer("jules@example.com")
    wanted = world.read(list_registrations, theirs.customer_id)[0]
    with pytest.raises(NotFoundError):
        act(world, mine, service.cancel_registration, mine.customer_id, wanted.id)
    assert len(world.read(list_registrations, theirs.customer_id)) == 2


def test_the_audit_trail_outlives_the_person_and_names_nobody(world: World) -> None:
    person = furnish(world)
    service.cancel_everything(world.parts.work, world.parts.register, person.customer_id)
    with world.work() as work:
        rows = work.session.scalars(select(AuditEntry).order_by(AuditEntry.occurred_at)).all()
    names = {row.name for row in rows}
    assert {"account:customer:registered", "cancellation:customer:erased"} <= names
    everything = " ".join(str(row.facts) for row in rows)
    for word in ("rowan", "example.com", "01632", "Exampleton"):
        assert word not in everything


def test_an_erased_person_can_come_back_as_somebody_new(world: World) -> None:
    person = world.customer()
    service.cancel_everything(world.parts.work, world.parts.register, person.customer_id)
    world.clock.now += timedelta(days=1)
    again = world.customer()
    assert again.id != person.id
    assert world.read(find_customer, again.customer_id) is not None
