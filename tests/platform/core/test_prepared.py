"""A statement that is built once is asked about anybody, at any moment."""

from datetime import UTC, datetime, timedelta
from threading import Thread
from uuid import UUID, uuid4

from sqlalchemy import Select, bindparam, select

from portal.identity.accounts.models import CustomerRow
from portal.platform.core.clock import london_day
from portal.platform.core.ids import CustomerId
from portal.platform.core.prepared import PreparedStatement, prepared
from portal.platform.core.rows import list_shown_spans, prepare_spans
from portal.self_service.your_data.rules import shown_categories
from tests.erasure.cancellation.test_service import furnish
from tests.world import World

JUST_BEFORE_MIDNIGHT = datetime(2026, 6, 30, 23, 30, tzinfo=UTC)
"""In London it is the first of July already."""


def test_it_is_built_once_and_asked_about_each(world: World) -> None:
    built = []

    def build(person_id: CustomerId, now: datetime) -> Select[UUID]:
        built.append(person_id)
        joined = CustomerRow.registered_at > now - timedelta(days=1)
        return select(CustomerRow.id).where(CustomerRow.id == person_id, joined)

    statement = prepared(build)
    people = [world.customer(f"c{number}@example.com") for number in range(3)]
    for one in people:
        with world.work() as work:
            asked = statement(one.id, world.clock())
            assert work.session.scalars(*asked).all() == [one.id]
            assert work.session.scalars(*statement(uuid4(), world.clock())).all() == []
            later = world.clock() + timedelta(days=2)
            assert work.session.scalars(*statement(one.id, later)).all() == []
    assert len(built) == 1


def test_its_values_are_reckoned_from_the_moment_at_which_it_is_asked() -> None:
    def build(person_id: CustomerId, now: datetime) -> Select[UUID]:
        del person_id
        early = now - timedelta(days=1) - timedelta(hours=1)
        return select(CustomerRow.id).where(
            CustomerRow.registered_at > early, bindparam("today") == london_day(now)
        )

    statement: PreparedStatement[Select[UUID]] = prepared(build)
    found, values = statement(uuid4(), JUST_BEFORE_MIDNIGHT, most=7)
    assert values["now_less_86400_less_3600"] == JUST_BEFORE_MIDNIGHT - timedelta(hours=25)
    assert values["now_in_Europe_London_day"] == london_day(JUST_BEFORE_MIDNIGHT)
    assert values["most"] == 7
    assert set(values) - {"person_id", "most"} <= set(found.compile().params)


def test_threads_that_ask_first_all_get_the_same(world: World) -> None:
    person, found = furnish(world), []
    categories = tuple(shown_categories(world.parts.register))
    prepare_spans.cache_clear()

    def ask() -> None:
        with world.work() as work:
            rows = work.session.execute(*prepare_spans(categories)(person.id, work.now))
            found.append(sorted(map(tuple, rows), key=str))

    threads = [Thread(target=ask) for _ in range(4)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert len(found) == 4
    assert all(one == found[0] for one in found)


def test_what_is_prepared_finds_what_each_category_finds_by_itself(world: World) -> None:
    person = furnish(world)
    for days in (0, 40, 400):
        world.clock.move(days=days)
        for one in shown_categories(world.parts.register):
            with world.work() as work:
                spans = list_shown_spans(one, person.customer_id, work.now)
                plain = [tuple(row) for span in spans for row in work.session.execute(span)]
                asked = prepare_spans((one,))(person.id, work.now)
                quick = [tuple(row)[:3] for row in work.session.execute(*asked)]
            assert sorted(quick, key=str) == sorted(plain, key=str), one.slug
