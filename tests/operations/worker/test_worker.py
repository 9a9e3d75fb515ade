"""The worker: what one job cannot do holds up no other, and it stops when it is told to."""

import threading

import pytest
from sqlalchemy import Connection, event, select
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from portal.desk.case_records.models import CaseRow
from portal.desk.cases.rules import Step
from portal.desk.cases.service import answer_case
from portal.identity.accounts.models import CustomerRow, UnconfirmedRow
from portal.identity.contact_index.models import UnindexedCustomer
from portal.identity.one_time_tokens.models import OneTimeToken
from portal.identity.sessions.models import SignInSession
from portal.messaging.email.models import EmailState, OutboxEmail
from portal.platform.core.work import Actor
from portal.platform.encryption.doomed import DoomedKey, doom_keys
from tests.identity.accounts.registering import register
from tests.world import World


def test_a_job_that_fails_is_logged_and_the_others_are_done(
    world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    register(world)
    worker = world.worker()
    with world.work() as work:
        email = work.session.scalars(select(OutboxEmail)).one()
        email.sealed = b"\x01 not what it was"
        doom_keys(work, [email.person_id])
    worker.do_all()
    with world.work() as work:
        assert work.session.scalars(select(OutboxEmail.state)).one() == EmailState.WAITING
        assert work.session.scalars(select(DoomedKey)).all() == []
    assert "rowan" not in capsys.readouterr().err


def test_it_stops_when_it_is_told_to(world: World) -> None:
    stop = threading.Event()
    thread = threading.Thread(target=world.worker().run, args=(stop,))
    thread.start()
    stop.set()
    thread.join(30)
    assert not thread.is_alive()


def test_what_has_ended_is_swept_away(world: World) -> None:
    register(world)
    world.signed_in()
    world.clock.move(days=3)
    world.deliver()
    with world.work() as work:
        for table in (UnconfirmedRow, SignInSession, OneTimeToken):
            assert work.session.scalars(select(table)).all() == [], table


def test_letters_that_went_are_forgotten_after_a_month(world: World) -> None:
    register(world)
    world.deliver()
    world.clock.move(days=31)
    world.deliver()
    with world.work() as work:
        assert work.session.scalars(select(OutboxEmail)).all() == []


def test_a_visitors_words_are_forgotten_a_year_after_the_answer(world: World) -> None:
    visitor = world.visitor()
    visitor.open("/contact").send(
        name="A Visitor", email="visitor@example.com", topic="other", message="How are you?"
    )
    colleague = world.colleague()
    with world.work() as work:
        row = work.session.scalars(select(CaseRow)).one()
        reference, case_id = row.reference, row.id
    with world.work(Actor("staff", colleague.id)) as work:
        answer_case(work, reference, "Well, thank you.", Step.REPLIED, 1)
    world.deliver()
    for days, is_there in ((364, True), (2, False)):
        world.clock.move(days=days)
        world.deliver()
        with world.work() as work:
            kept = work.session.scalars(select(CaseRow)).one()
            assert (kept.sealed is not None) is is_there
        world.deliver()
        assert (case_id in world.parts.keyring.read([case_id])) is is_there


def test_one_damaged_customer_keeps_nobody_else_from_being_marked(
    world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    damaged, other = world.customer(), world.customer("jules@example.com")
    with world.work() as work:
        for person in (damaged, other):
            work.session.add(UnindexedCustomer(customer_id=person.id, agreed=[]))
        row = work.session.get_one(CustomerRow, damaged.id)
        row.sealed = row.sealed[:-1] + bytes([row.sealed[-1] ^ 1])
    worker = world.worker()
    for _ in range(3):
        worker.index_customers()
    with world.work() as work:
        assert work.session.scalars(select(UnindexedCustomer.customer_id)).all() == [damaged.id]
    assert capsys.readouterr().err.count('"marking-failed"') == 1, "not once a second"
    world.clock.move(hours=1)
    worker.index_customers()
    assert capsys.readouterr().err.count('"marking-failed"') == 1, "it is tried again"


def test_nobody_is_set_aside_because_no_connection_was_free(world: World) -> None:
    person = world.customer()
    with world.work() as work:
        work.session.add(UnindexedCustomer(customer_id=person.id, agreed=[]))
    worker, engine = world.worker(), world.parts.sessions.engine

    def keep_waiting(connection: Connection) -> None:
        if not connection.get_execution_options().get("reading"):
            raise PoolTimeoutError

    event.listen(engine, "begin", keep_waiting)
    with pytest.raises(PoolTimeoutError):
        worker.index_customers()
    event.remove(engine, "begin", keep_waiting)
    worker.index_customers()
    with world.work() as work:
        assert work.session.scalars(select(UnindexedCustomer.customer_id)).all() == []
