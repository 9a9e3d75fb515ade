"""A customer registers one more service, or one again that was cancelled by mistake."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from portal.consent.marketing.queries import get_choices
from portal.consent.marketing.rules import read_choices
from portal.consent.marketing.service import save_choices
from portal.erasure.cancellation.rules import When
from portal.erasure.cancellation.service import leave
from portal.identity.accounts.queries import list_registrations
from portal.identity.accounts.rules import SERVICES, AlreadyHasServiceError, Service
from portal.identity.registrations.service import register_service
from portal.platform.core.errors import NotFoundError
from portal.platform.core.work import Actor
from tests.pages import Page
from tests.world import Person, World, act

ADD = "/registrations/add"


def offered(page: Page) -> list[str]:
    return [str(one["value"]) for one in page.soup.select("input[name=service]")]


def services_of(world: World, person: Person) -> set[Service]:
    return {one.service for one in world.read(list_registrations, person.customer_id)}


def test_a_customer_registers_a_second_service(world: World) -> None:
    person = world.customer(services=(Service.BROADBAND,))
    page = world.signed_in(person).open("/registrations")
    assert ADD in page.links()
    page = page.visitor.open(ADD).send(service="mobile")
    assert (page.path, page.flashes) == ("/registrations", ["You’re registered for Mobile."])
    assert services_of(world, person) == {Service.BROADBAND, Service.MOBILE}
    email = world.email("You’re registered for Mobile")
    assert (email.to, email.link) == (person.email, "/registrations")
    (entry,) = world.audit("registrations:service:registered")
    assert (entry.subject_id, entry.facts) == (person.id, {"service": "mobile"})
    assert "You registered Mobile" in page.visitor.open("/account").text


def test_one_that_was_cancelled_by_mistake_is_registered_again(world: World) -> None:
    person = world.customer()
    registration = world.read(list_registrations, person.customer_id)[0]
    visitor = world.signed_in(person)
    visitor.open(f"/registrations/{registration.id}/cancel").send(confirm="y")
    assert "you can register again" in world.email("Your registration is cancelled").text
    visitor.open(ADD).send(service=registration.service.value)
    assert registration.service in services_of(world, person)


def test_the_other_registrations_and_the_choices_stay_as_they_are(world: World) -> None:
    person = world.customer()
    act(world, person, save_choices, person.customer_id, read_choices(["offers:email"]))
    before = world.read(list_registrations, person.customer_id)
    act(world, person, register_service, person.customer_id, Service.WIFI)
    assert "haven’t changed" in world.email("You’re registered for").text
    after = world.read(list_registrations, person.customer_id)
    assert [one for one in after if one.service is not Service.WIFI] == before
    agreed = world.read(get_choices, person.customer_id).agreed
    assert agreed == read_choices(["offers:email"])


def test_only_what_somebody_has_not_is_offered(world: World) -> None:
    visitor = world.signed_in(world.customer(services=(Service.BROADBAND, Service.WIFI)))
    assert {*offered(visitor.open(ADD))} == {*Service} - {"broadband", "wifi"}


def test_whoever_has_everything_is_offered_nothing_more(world: World) -> None:
    visitor = world.signed_in(world.customer(services=tuple(Service)))
    assert ADD not in visitor.open("/registrations").links()
    assert "registered for all our services" in visitor.open(ADD).text


@pytest.mark.parametrize(
    ("service", "said"),
    [("", "Choose a service to add"), ("gas", "Choose a service to add")],
)
def test_what_is_no_service_is_refused(world: World, service: str, said: str) -> None:
    person = world.customer(services=(Service.BROADBAND,))
    page = world.signed_in(person).open(ADD).send(service=service)
    assert page.errors == {"service": said}
    assert services_of(world, person) == {Service.BROADBAND}


def test_a_form_that_is_sent_twice_registers_once(world: World) -> None:
    person = world.customer(services=(Service.BROADBAND,))
    page = world.signed_in(person).open(ADD)
    page.send(service="mobile")
    again = page.send(service="mobile")
    assert again.flashes == ["You were already registered for Mobile. Nothing has changed."]
    assert world.rows()["registration"] == 2
    assert len(world.deliver()) == len(world.audit("registrations:service:registered")) == 1


def test_two_tabs_at_once_register_once(world: World) -> None:
    person = world.customer(services=(Service.BROADBAND,))

    def add(_: int) -> str:
        try:
            with world.work(Actor("customer", person.id)) as work:
                return register_service(work, person.customer_id, Service.MOBILE)
        except AlreadyHasServiceError as refusal:
            return refusal.code

    with ThreadPoolExecutor(4) as pool:
        came = sorted(pool.map(add, range(4)))
    assert came == [SERVICES[Service.MOBILE], *["already-has-service"] * 3]
    assert world.rows()["registration"] == 2


def test_whoever_has_left_or_is_leaving_registers_nothing(world: World) -> None:
    leaving, gone = world.customer(), world.customer("gone@example.com")
    leave(world.parts.work, world.parts.context, leaving.customer_id, When.LATER)
    world.erase(gone)
    for person in (leaving, gone):
        with pytest.raises(NotFoundError):
            act(world, person, register_service, person.customer_id, Service.WIFI)


def test_a_service_that_was_added_makes_cancelling_the_other_no_leaving(world: World) -> None:
    person = world.customer(services=(Service.BROADBAND,))
    visitor = world.signed_in(person)
    first = world.read(list_registrations, person.customer_id)[0]
    path = f"/registrations/{first.id}/cancel"
    assert visitor.open(path).path == "/registrations/cancel"
    visitor.open(ADD).send(service="mobile")
    page = visitor.open(path)
    assert page.path == path
    page.send(confirm="y")
    assert services_of(world, person) == {Service.MOBILE}
