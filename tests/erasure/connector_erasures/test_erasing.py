"""Whoever leaves is erased by other systems too: the receipt waits, and says what they said."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest

from portal.erasure.cancellation.rules import When
from portal.erasure.cancellation.service import leave
from portal.erasure.connector_erasures.models import ConnectorErasure
from portal.erasure.connector_erasures.rules import GIVEN_UP_AFTER, KEPT, PATIENCE
from portal.governance.receipts.rules import ReceiptVerdict
from portal.governance.receipts.service import check_receipt
from portal.operations.demo_billing import BillingSystem
from portal.platform.encryption.doomed import DoomedKey
from tests.billing import Liar, billing_system, connect, lying
from tests.world import Person, World, rows_with


@pytest.fixture
def billing(world: World) -> Iterator[BillingSystem]:
    with billing_system(world.instance, world.clock, "rowan@example.com", calls=12) as system:
        connect(world, system.url)
        yield system


@pytest.fixture
def away(world: World) -> Iterator[Liar]:
    with lying(world.clock) as server:
        server.status = 503
        connect(world, server.url)
        yield server


def asked(world: World) -> list[ConnectorErasure]:
    with world.work() as work:
        found: list[ConnectorErasure] = rows_with(work, ConnectorErasure)
        work.session.expunge_all()
    return found


def go(world: World, person: Person) -> None:
    done = leave(world.parts.work, world.parts.context, person.customer_id, When.NOW)
    assert not receipt_of(world, person), "it waits"
    assert done.reference, "and its number is known"


def pass_time(world: World, span: timedelta, steps: int = 6) -> None:
    """Let time pass with a worker at work."""
    for _ in range(steps):
        world.clock.now += span / steps
        world.worker().do_all()


def receipt_of(world: World, person: Person) -> str:
    with world.work() as work:
        line = work.vault.ledger.find(person.customer_id)
    assert line is not None
    return line.receipt or ""


@pytest.mark.usefixtures("billing")
def test_the_receipt_comes_once_the_other_system_confirmed_and_says_so(world: World) -> None:
    person = world.customer()
    go(world, person)
    assert not receipt_of(world, person)
    world.worker().do_all()
    world.clock.move(seconds=15)
    (last,) = [email for email in world.deliver() if "deleted" in email.subject]
    for words in (
        "Our other systems, told to delete too",
        "Our billing system, confirmed on 23 November 2026, number of records deleted: 13",
        "Our billing system keeps: Bills of the last six years",
    ):
        assert words in " ".join(last.text.split())
    verdict, _ = world.read(check_receipt, receipt_of(world, person))
    assert verdict is ReceiptVerdict.GENUINE


def test_nobody_is_told_of_who_has_not_decided_or_comes_back(
    world: World, billing: BillingSystem
) -> None:
    person = world.customer()
    leave(world.parts.work, world.parts.context, person.customer_id, When.LATER)
    world.worker().do_all()
    assert not asked(world)
    assert not billing._erased


def test_a_system_that_is_away_holds_up_the_receipt_for_a_day_and_nothing_else(
    world: World, away: Liar
) -> None:
    person = world.customer()
    go(world, person)
    assert not world.rows()["customer"], "the rows are gone at once"
    pass_time(world, PATIENCE - timedelta(hours=1))
    assert not receipt_of(world, person)
    pass_time(world, timedelta(hours=2))
    said = " ".join(receipt_of(world, person).split())
    assert "Our billing system, told on 23 November 2026: has not confirmed yet" in said
    assert away.asked > 1
    checks = world.audit("cancellation:erasure:checked")
    assert len(checks) == 1, "it does not look at every table each time it waits"


def test_it_is_told_until_it_confirms_also_after_the_receipt(world: World, away: Liar) -> None:
    person = world.customer()
    go(world, person)
    pass_time(world, timedelta(days=3), 20)
    (row,) = asked(world)
    assert row.confirmed_at is None
    assert row.sealed is not None
    with billing_system(world.instance, world.clock, "rowan@example.com", calls=3) as system:
        connect(world, system.url)
        pass_time(world, timedelta(days=1))
        (row,) = asked(world)
        assert (row.confirmed_at is not None, row.erased) == (True, 4)
    assert away.asked > 1


def test_what_it_finds_somebody_by_goes_with_the_confirmation_and_its_key(
    world: World, billing: BillingSystem
) -> None:
    person = world.customer()
    go(world, person)
    (row,) = asked(world)
    assert row.sealed is not None
    assert b"rowan" not in row.sealed
    world.worker().tell_systems()
    (row,) = asked(world)
    assert row.sealed is None
    with world.work() as work:
        assert rows_with(work, DoomedKey, id=row.id)
    world.worker().do_all()
    with world.work() as work:
        assert not rows_with(work, DoomedKey, id=row.id), "and the key with it"
    assert billing.calls


def test_it_is_given_up_after_a_month_and_the_row_goes_a_month_later(
    world: World, away: Liar
) -> None:
    person = world.customer()
    go(world, person)
    pass_time(world, GIVEN_UP_AFTER + timedelta(days=1), 40)
    (row,) = asked(world)
    assert row.given_up_at is not None
    assert row.sealed is None
    assert [one.name for one in world.audit("connectors:erasure:abandoned")]
    pass_time(world, KEPT + timedelta(days=1))
    assert not asked(world)
    assert away.asked > 10


def test_a_system_that_is_not_set_any_more_holds_up_nothing(world: World, away: Liar) -> None:
    person = world.customer()
    go(world, person)
    world.parts = replace(world.parts, other_systems=())
    world.worker().do_all()
    (row,) = asked(world)
    assert row.given_up_at is not None
    assert not away.asked
    world.clock.move(seconds=15)
    world.worker().do_all()
    assert "has not confirmed yet" in " ".join(receipt_of(world, person).split()), "at once"


@pytest.mark.usefixtures("billing")
def test_the_page_before_says_which_systems_are_told(world: World) -> None:
    page = world.signed_in(world.customer()).open("/registrations/cancel/check/no/now")
    assert "to delete what they hold about you: our billing system." in page.text
    assert "A scrambled code of your email address, locked with a key of its own" in page.text


def test_what_other_systems_keep_that_cannot_be_told_is_said_before_and_on_the_receipt(
    world: World, away: Liar
) -> None:
    person = world.customer()
    page = world.signed_in(person).open("/registrations/cancel/check/no/now")
    stays = "Credit and fraud checks, in our credit team"
    assert f"{stays} To decide what we can offer you. It stays until 2 years after the check." in (
        page.text
    )
    assert stays in world.visitor().open("/privacy").text
    go(world, person)
    pass_time(world, PATIENCE + timedelta(hours=1))
    said = " ".join(receipt_of(world, person).split())
    assert f"- {stays}: until 2 years after the check" in said
    assert "How you use our services, in our network: until 1 year after you used them" in said
    assert "Calls you made, in our billing system" not in said, "it is told, and answers itself"
    assert away.asked


def test_what_another_system_says_of_a_hold_is_no_hold_of_ours(world: World, away: Liar) -> None:
    away.status = 200
    kept = ["Calls that a court wants, until the legal hold ends"]
    away.make = lambda said: json.dumps(
        {"person": said["person"][0], "erasure": said["erasure"], "erased": 2, "kept": kept}
    ).encode()
    person = world.customer()
    go(world, person)
    world.worker().do_all()
    world.clock.move(seconds=15)
    (last,) = [email for email in world.deliver() if "deleted" in email.subject]
    text = " ".join(last.text.split())
    assert "Our billing system keeps: Calls that a court wants, until the legal hold ends" in text
    assert "Your receipt lists what a legal hold keeps" not in text
