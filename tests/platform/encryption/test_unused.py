"""Keys of what was never kept go: with the transaction that failed, or a day later."""

from contextlib import suppress
from datetime import timedelta
from uuid import UUID, uuid4

from sqlalchemy import Uuid, select

from portal.desk.case_records.rules import AlreadySentError
from portal.desk.cases.queries import get_case
from portal.governance.retention.service import purge
from portal.identity.accounts.models import CustomerRow, UnconfirmedRow
from portal.identity.one_time_tokens.models import OneTimeToken
from portal.operations.schema.model_registry import Base
from portal.platform.encryption.doomed import KEY_OWNERS, SETTLED_AFTER, destroy_unused
from portal.platform.encryption.models import PersonKey
from tests.identity.accounts.registering import register
from tests.world import PASSWORD, World, rows_with

SEALED_FOR_AN_OWNER = {
    "correction": "customer_id",
    "disclosure": "customer_id",
    "authenticator": "owner_id",
    "case_entry": "case_id",
    "directory_change": "customer_id",
    "directory_entries": "customer_id",
    "draft": "owner_id",
    "email_change": "customer_id",
    "passkey": "owner_id",
    "preference_enrolment": "customer_id",
    "profile_change": "customer_id",
    "remembered_browser": "owner_id",
    "credential": "owner_id",
    "handover": "customer_id",
    "sign_in_record": "owner_id",
    "survey_answer": "customer_id",
}
"""What is sealed with the key of the owner of another row, which this column names.

What a colleague typed about somebody is sealed with the key that `draft.about_id` names."""


def keys(world: World) -> set[UUID]:
    with world.parts.keyring.engine.connect() as connection:
        return set(connection.scalars(select(PersonKey.id)))


def maybe_unused(world: World) -> list[UUID]:
    return world.parts.keyring.list_maybe_unused(world.clock() + timedelta(days=9), 99)


def test_every_key_that_seals_something_is_looked_for_where_it_is_used() -> None:
    sealed = {one.name for one in Base.metadata.tables.values() if "sealed" in one.columns}
    owners = {table for table, _ in KEY_OWNERS}
    assert sealed == (owners & sealed) | SEALED_FOR_AN_OWNER.keys()
    assert not owners & SEALED_FOR_AN_OWNER.keys()


def test_where_it_is_used_is_looked_up_by_an_index() -> None:
    for table, name in KEY_OWNERS:
        column = Base.metadata.tables[table].columns[name]
        assert isinstance(column.type, Uuid)
        assert column.primary_key or column.index, f"{table}.{name}"


def sweep(world: World) -> None:
    purge(world.parts.work, world.parts.register)


def test_the_key_of_a_message_that_was_not_kept_goes_at_once(world: World) -> None:
    world.case(once="the same form")
    before = keys(world)
    with suppress(AlreadySentError), world.work() as work:
        work.create_key(uuid4())
        raise AlreadySentError
    assert keys(world) == before


def test_what_was_kept_keeps_its_key(world: World) -> None:
    reference = world.case()
    person = world.customer()
    world.clock.move(days=2)
    sweep(world)
    assert world.read(get_case, reference).entries[0].text
    assert person.id in keys(world)
    assert maybe_unused(world) == []


def test_a_key_of_a_process_that_was_killed_goes_a_day_later(world: World) -> None:
    lost = uuid4()
    world.parts.keyring.create(lost)
    world.clock.move(seconds=SETTLED_AFTER.total_seconds() - 60)
    sweep(world)
    assert lost in keys(world), "its transaction may not have ended yet"
    world.clock.move(minutes=2)
    sweep(world)
    assert lost not in keys(world)


def test_more_keys_than_one_batch_are_all_asked_about(world: World) -> None:
    lost = {uuid4() for _ in range(7)}
    for one in lost:
        world.parts.keyring.create(one)
    world.clock.move(days=2)
    with world.work() as work:
        while destroy_unused(work, 3):
            pass
    assert not keys(world) & lost


def test_after_a_copy_was_put_back_no_key_is_taken_for_unused(world: World) -> None:
    """Whoever registered since is not in the copy; the newer copy is unreadable without the key."""
    newer = uuid4()
    world.parts.keyring.create(newer)
    world.parts.keyring.settle()
    world.clock.move(days=2)
    sweep(world)
    assert newer in keys(world)


def test_of_registrations_that_ended_nothing_is_left_a_day_after_their_links(world: World) -> None:
    """One is confirmed, one ends with it, one lapses: no row, no link, no key of any."""
    for email in ("alder@example.com", "alder@example.com", "birch@example.com"):
        register(world, email=email)
    link = next(one.link for one in world.deliver() if one.to == "alder@example.com")
    world.visitor().open(link).send(password=PASSWORD)
    world.deliver()
    world.clock.move(days=2, minutes=2)
    sweep(world)
    with world.work() as work:
        assert rows_with(work, UnconfirmedRow) == []
        assert rows_with(work, OneTimeToken) == []
        (owner,) = work.session.scalars(select(CustomerRow.id))
    assert keys(world) == {owner}
