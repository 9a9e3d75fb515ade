"""Nothing more is cancelled than what the page showed."""

import pytest

from portal.desk.cancellation_requests.service import (
    confirm_cancellation,
    find_cancellation,
    prove_by_link,
)
from portal.erasure.cancellation.rules import When
from portal.identity.accounts.queries import find_customer, list_registrations
from portal.identity.accounts.rules import Service
from portal.identity.registrations.service import cancel_registration
from portal.platform.core.errors import StaleError
from tests.desk.cancellation_requests.test_desk import ask, second
from tests.desk.cancellation_requests.test_link import CANCELLING, link_for
from tests.self_service.email_change.test_changing import OLD, change
from tests.world import PASSWORD, Person, World, act


def cancel_own(world: World, person: Person, service: Service) -> None:
    """The customer cancels one of their registrations themselves."""
    found = world.read(list_registrations, person.customer_id)
    (one,) = [one for one in found if one.service == service]
    act(world, person, cancel_registration, person.customer_id, one.id)


def test_a_colleague_who_read_that_they_keep_their_account_deletes_none(world: World) -> None:
    person = world.customer()
    reference = world.case(person, **CANCELLING)
    ask(world, world.colleague("ana@example.com", "Ana Agent"), reference)
    page = second(world).open(f"/staff/cases/{reference}/without-link")
    assert "They keep their account" in page.text
    cancel_own(world, person, Service.MOBILE)
    page.send(f"/staff/cases/{reference}/without-link/agree", status=409)
    assert world.read(find_customer, person.customer_id) is not None


def test_whoever_read_that_they_keep_their_account_keeps_it(world: World) -> None:
    person = world.customer()
    link = link_for(world, world.case(person, **CANCELLING))
    token = link.rpartition("/")[2]
    assert "You keep your account" in world.visitor().open(link).text
    shown = world.read(find_cancellation, token)
    proof = prove_by_link(world.parts.work, world.parts.hasher, token, PASSWORD)
    assert proof is not None
    assert shown is not None
    cancel_own(world, person, Service.MOBILE)
    with pytest.raises(StaleError):
        confirm_cancellation(world.parts.work, world.parts.context, token, When.NOW, proof, shown)
    assert world.read(find_customer, person.customer_id) is not None


def test_what_a_thief_asked_a_colleague_for_ends_with_the_undoing(world: World) -> None:
    person = world.customer(OLD)
    thief = world.signed_in(person)
    undo = change(world, thief).link
    reference = world.case(person, topic="cancel-registration", service="everything")
    ask(world, world.colleague("ana@example.com", "Ana Agent"), reference)
    desk = second(world)
    page = desk.open(f"/staff/cases/{reference}/without-link")
    world.visitor().open(undo).send()
    page.send(f"/staff/cases/{reference}/without-link/agree", status=409)
    assert world.read(find_customer, person.customer_id) is not None
    assert "A second colleague can’t agree" in desk.open(f"/staff/cases/{reference}").text
