"""Cancelling everything: whatever is interrupted is finished, and nothing is left."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import Column, MetaData, Table, UniqueConstraint, Uuid, select, text

from portal.consent.marketing.service import save_choices
from portal.desk.case_records.models import CaseEntry, CaseRow
from portal.desk.case_records.rules import Topic
from portal.desk.cases.rules import Message, Status
from portal.desk.cases.service import open_case
from portal.erasure.cancellation import service
from portal.erasure.cancellation.models import CancellationUnderway, looked_at
from portal.erasure.cancellation.rules import When
from portal.governance.audit.models import AuditEntry
from portal.identity.accounts.queries import find_customer, list_registrations
from portal.identity.accounts.rules import Service
from portal.identity.registrations.service import cancel_registration
from portal.operations.schema.model_registry import Base
from portal.platform.core.errors import NotFoundError
from portal.platform.core.ledger import new_receipt_number
from portal.platform.core.work import VISITOR
from portal.platform.encryption.models import ErasureRow, PersonKey
from portal.self_service.profile.service import change_profile
from tests.consent.marketing.steps import EVERY_CHOICE
from tests.statements import listening
from tests.world import Person, World, act, fail_after

ERASING = 129, 12
"""Statements that erasing one person may take: in the main database, in the keyring."""


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
    world.erase(person)
    left = {name: count for name, count in rows_of(world).items() if count}
    assert set(left) <= {
        "audit_entry",
        "audit_waiting",
        "case_file",
        "case_entry",
        "doomed_key",
        "erasure_applied",
        "letter",
    }
    with world.work() as work:
        for row in work.session.scalars(select(CaseRow)):
            assert (row.person_id, row.customer_id, row.email_hash, row.sealed) == (None,) * 4
            assert row.status == Status.CLOSED
        assert {row.sealed for row in work.session.scalars(select(CaseEntry))} == {None}
    with world.parts.keyring.engine.connect() as connection:
        assert len(connection.execute(select(ErasureRow)).all()) == 1


def test_the_last_letter_goes_out_and_takes_its_key_along(world: World) -> None:
    person = furnish(world)
    world.deliver()
    world.erase(person)
    email = world.email("Your account is deleted")
    assert email.to == person.email
    world.deliver()
    with world.parts.keyring.engine.connect() as connection:
        assert connection.execute(select(PersonKey.id)).all() == []


@pytest.mark.parametrize("step", ["decided", "key destroyed", "half the rows"])
def test_a_crash_between_two_steps_is_finished_by_the_worker(world: World, step: str) -> None:
    person = furnish(world)
    world.deliver()
    with world.work() as work:
        service.decide(work, world.parts.context, person.customer_id)
    if step != "decided":
        with world.work() as work:
            work.vault.erase_person(person.customer_id, new_receipt_number())
    if step == "half the rows":
        first = world.parts.register[:3]
        fail_after(world, lambda work: [one.erase(work, person.customer_id) for one in first])
    world.deliver()
    assert rows_of(world)["customer"] == 1, "it is left alone while the request may still run"
    world.clock.move(seconds=11)
    assert [email.subject for email in world.deliver()] == ["Your account is deleted"]
    counts = rows_of(world)
    assert (counts["customer"], counts["cancellation_underway"]) == (0, 0)


def test_nobody_can_sign_in_once_it_is_decided(world: World) -> None:
    person = world.customer()
    with world.work() as work:
        service.decide(work, world.parts.context, person.customer_id)
        work.vault.erase_person(person.customer_id, new_receipt_number())
    page = world.visitor().open("/sign-in").send(email=person.email, password=person.password)
    assert page.path == "/sign-in"


def test_deciding_twice_is_deciding_once(world: World) -> None:
    person = world.customer()
    for _ in range(2):
        with world.work() as work:
            service.decide(work, world.parts.context, person.customer_id)
    with world.work() as work:
        assert len(work.session.scalars(select(CancellationUnderway)).all()) == 1
    service.finish(world.parts.work, world.parts.context, person.customer_id)
    service.finish(world.parts.work, world.parts.context, person.customer_id)
    assert [email.subject for email in world.deliver()] == ["Your account is deleted"]


def test_one_service_goes_and_the_others_stay(world: World) -> None:
    person = world.customer(services=(Service.BROADBAND, Service.MOBILE))
    first, second = world.read(list_registrations, person.customer_id)
    act(world, person, cancel_registration, person.customer_id, first.id)
    assert world.read(list_registrations, person.customer_id) == [second]
    assert "Broadband" in world.email("Your registration is cancelled").subject


def test_another_customers_registration_is_not_there(world: World) -> None:
    mine, theirs = world.customer(), world.customer("jules@example.com")
    wanted = world.read(list_registrations, theirs.customer_id)[0]
    with pytest.raises(NotFoundError):
        act(world, mine, cancel_registration, mine.customer_id, wanted.id)
    assert len(world.read(list_registrations, theirs.customer_id)) == 2


def test_the_audit_trail_outlives_the_person_and_names_nobody(world: World) -> None:
    person = furnish(world)
    world.erase(person)
    with world.work() as work:
        rows = work.session.scalars(select(AuditEntry).order_by(AuditEntry.occurred_at)).all()
    names = {row.name for row in rows}
    assert {"account:customer:registered", "cancellation:customer:erased"} <= names
    everything = " ".join(str(row.facts) for row in rows)
    for word in ("rowan", "example.com", "01632", "Exampleton"):
        assert word not in everything


def test_an_erased_person_can_come_back_as_somebody_new(world: World) -> None:
    person = world.customer()
    world.erase(person)
    world.clock.now += timedelta(days=1)
    again = world.customer()
    assert again.id != person.id
    assert world.read(find_customer, again.customer_id) is not None


def test_what_is_found_after_the_erasure_keeps_back_the_receipt_until_it_is_gone(
    world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    """A room that forgot to declare something is noticed, and nothing false is signed."""
    person = world.customer()
    forgetful = tuple(one for one in world.parts.register if "credential" not in one.tables)
    context = replace(world.parts.context, register=forgetful)
    left = service.leave(world.parts.work, context, person.customer_id, When.NOW)
    assert left.reference is None
    assert world.deliver() == [], "no letter says that it is done"
    (checked,) = world.audit("cancellation:erasure:checked")
    assert checked.facts == {"left": ["credential.owner_id"]}
    line = world.parts.keyring.ledger.find(person.id)
    assert line is not None
    assert line.receipt is None
    world.clock.move(minutes=11)
    assert "receipt of deletion" in world.email("Your account is deleted").text
    assert rows_of(world)["credential"] == 0
    assert person.email not in capsys.readouterr().err


def test_every_column_that_is_searched_has_an_index() -> None:
    """Else erasing one person would cost more with every customer there is."""
    slow = [f"{table.name}.{name}" for table, name in looked_at() if not is_indexed(table, name)]
    assert slow == []
    assert len(looked_at()) > 30


def test_a_column_without_an_index_is_found() -> None:
    table = Table("diary", MetaData(), Column("id", Uuid, primary_key=True), Column("x", Uuid))
    assert is_indexed(table, "id")
    assert not is_indexed(table, "x")


def is_indexed(table: Table, name: str) -> bool:
    """Whether a column is the first of an index, of a unique constraint, or of the key."""
    ordered = [list(table.primary_key.columns)]
    ordered += [list(index.columns) for index in table.indexes]
    ordered += [list(one.columns) for one in table.constraints if isinstance(one, UniqueConstraint)]
    return any(columns and columns[0].name == name for columns in ordered)


@pytest.mark.parametrize("number", [1, 40])
def test_erasing_one_person_asks_as_often_however_many_there_are(world: World, number: int) -> None:
    for other in range(number):
        world.case(world.customer(f"person{other}@example.com"))
    person = furnish(world)
    with listening(world) as heard:
        world.erase(person)
    asked = len(heard.main), len(heard.keyring)
    assert asked[0] <= ERASING[0], asked
    assert asked[1] <= ERASING[1], asked
