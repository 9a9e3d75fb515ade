"""Whoever works at the desk sees which email was not delivered, and why; nobody's address."""

from collections.abc import Iterator

import pytest
from sqlalchemy import select

from portal.desk.assisted_recovery.service import let_back_in
from portal.desk.cancellation_requests.service import send_link
from portal.desk.case_records.rules import Topic
from portal.desk.cases.emails import BY_STEP
from portal.desk.cases.rules import Step
from portal.desk.cases.service import answer_case
from portal.governance.retention.service import purge
from portal.identity.staff_accounts.rules import Role
from portal.messaging.email.kinds import KINDS
from portal.messaging.email.models import OutboxEmail
from portal.platform.core.work import Actor
from tests.architecture.emails import list_writers, write
from tests.messaging.email.refusing import Refusing, refusing_server
from tests.messaging.email.test_transport import make_worker
from tests.pages import Visitor
from tests.world import Person, World

HOME = "/staff/emails"
NO_SUCH_ADDRESS = "550 5.1.1 <rowan@example.com> unknown"


@pytest.fixture
def there() -> Iterator[tuple[Refusing, str]]:
    with refusing_server() as found:
        yield found


@pytest.fixture
def officer(world: World) -> Visitor:
    return world.at_the_desk(world.colleague("kit@example.com", role=Role.PRIVACY_OFFICER))


def refuse(world: World, there: tuple[Refusing, str], answer: str = NO_SUCH_ADDRESS) -> None:
    """Let the worker try everything, and the mail server refuse each recipient."""
    server, url = there
    server.answers = {"RCPT": answer}
    make_worker(world, url).do_all()
    server.answers = {}


def answered(world: World, person: Person | None = None) -> str:
    """A case that somebody at the desk has just answered; its acknowledgement has arrived."""
    reference = world.case(person)
    world.deliver()
    colleague = world.colleague("lou@example.com", name="Lou Agent")
    with world.work(Actor("staff", colleague.id)) as work:
        answer_case(work, reference, "In the Midlands.", Step.REPLIED, 1)
    return reference


@pytest.mark.parametrize("is_customer", [True, False])
def test_a_colleague_sees_on_the_case_that_an_answer_was_not_delivered(
    world: World, there: tuple[Refusing, str], *, is_customer: bool
) -> None:
    reference = answered(world, world.customer() if is_customer else None)
    desk = world.at_the_desk()
    page = f"/staff/cases/{reference}"
    assert "not delivered" not in desk.open(page).text
    refuse(world, there)
    text = desk.open(page).text
    assert "Our answer was not delivered: the address does not exist." in text


def test_a_case_that_does_not_concern_it_says_nothing(
    world: World, there: tuple[Refusing, str]
) -> None:
    answered(world)
    other = world.case(email="jules@example.com")
    world.deliver()
    refuse(world, there)
    assert "not delivered" not in world.at_the_desk().open(f"/staff/cases/{other}").text


def test_a_link_back_in_that_could_not_be_sent_is_told_on_the_case(
    world: World, there: tuple[Refusing, str]
) -> None:
    reference = world.case(world.customer(), topic=Topic.SIGN_IN)
    world.deliver()
    senior = world.colleague(role=Role.SENIOR)
    with world.work(Actor("staff", senior.id)) as work:
        assert let_back_in(work, reference, 1, "They gave their account number", 1)
    refuse(world, there)
    text = world.at_the_desk(senior).open(f"/staff/cases/{reference}").text
    assert "The link to set up sign-in again was not delivered" in text


def test_a_confirmation_link_that_could_not_be_sent_is_told_on_the_case(
    world: World, there: tuple[Refusing, str]
) -> None:
    reference = world.case(world.customer(), topic=Topic.CANCEL, service="broadband")
    world.deliver()
    colleague = world.colleague()
    with world.work(Actor("staff", colleague.id)) as work:
        assert send_link(work, reference, 1)
    refuse(world, there)
    text = world.at_the_desk(colleague).open(f"/staff/cases/{reference}").text
    assert "The link to confirm a cancellation was not delivered" in text


def test_the_list_names_the_email_the_reason_and_the_case_and_nobody(
    world: World, there: tuple[Refusing, str], officer: Visitor
) -> None:
    person = world.customer(given_name="Marigold")
    reference = answered(world, person)
    assert "No emails have failed" in officer.open(HOME).text
    refuse(world, there)
    page = officer.open(HOME)
    for said in ("Our answer", "The address does not exist", "SMTP 550", reference):
        assert said in page.text
    for secret in ("Marigold", person.email, "Midlands", str(person.id), person.id.hex):
        assert secret not in page.text


def test_an_email_is_sent_again_from_the_list_and_that_is_recorded(
    world: World, there: tuple[Refusing, str], officer: Visitor
) -> None:
    answered(world)
    refuse(world, there)
    with world.work() as work:
        email_id = work.session.scalars(
            select(OutboxEmail.id).where(OutboxEmail.state == "failed")
        ).one()
    form = officer.open(HOME)
    page = form.send(f"{HOME}/{email_id}/send-again")
    assert page.flashes == ["It is on its way again."]
    server, url = there
    make_worker(world, url).do_all()
    assert len(server.taken) == 1
    (line,) = world.audit("emails:email:repeated")
    assert (line.actor_kind, line.subject_id) == ("staff", email_id)
    form.send(f"{HOME}/{email_id}/send-again", status=404)


def test_an_email_whose_words_are_gone_cannot_be_sent_again(
    world: World, there: tuple[Refusing, str], officer: Visitor
) -> None:
    answered(world)
    refuse(world, there)
    form = officer.open(HOME)
    with world.work() as work:
        email_id = work.session.scalars(
            select(OutboxEmail.id).where(OutboxEmail.state == "failed")
        ).one()
    world.clock.move(minutes=1)
    with world.work() as work:
        work.session.get(OutboxEmail, email_id).sealed = None
    page = form.send(f"{HOME}/{email_id}/send-again")
    assert page.flashes == ["We’ve deleted its words, so we can’t send it again."]
    assert "Send it again" not in page.text


def test_a_month_later_nobody_sees_that_it_was_not_delivered(
    world: World, there: tuple[Refusing, str]
) -> None:
    reference = answered(world)
    refuse(world, there)
    world.clock.move(days=31)
    purge(world.parts.work, world.parts.register)
    assert "not delivered" not in world.at_the_desk().open(f"/staff/cases/{reference}").text


@pytest.mark.parametrize("path", ["/forgotten/sent", "/register/sent", "/choices/sent"])
def test_whoever_waits_for_a_link_is_told_when_no_email_can_be_sent(
    world: World, there: tuple[Refusing, str], path: str
) -> None:
    """The same for an address that we know and for any other: it is the mail server's state."""
    server, url = there
    server.answers = {"HELLO": "421 later"}
    world.customer()
    for email in ("rowan@example.com", "nobody@example.com"):
        visitor = world.visitor()
        assert "can’t send emails" not in visitor.open(path).text
        visitor.open("/forgotten").send(email=email)
        make_worker(world, url).do_all()
        assert "can’t send emails" in visitor.open(path).text
        server.answers = {}
        world.clock.move(minutes=1)
        make_worker(world, url).do_all()
        server.answers = {"HELLO": "421 later"}


def test_an_address_that_is_refused_changes_nothing_on_the_pages(
    world: World, there: tuple[Refusing, str]
) -> None:
    world.customer()
    visitor = world.visitor()
    visitor.open("/forgotten").send(email="rowan@example.com")
    before = visitor.open("/forgotten/sent").text
    refuse(world, there)
    assert visitor.open("/forgotten/sent").text == before


def test_every_email_has_a_name_at_the_desk() -> None:
    kinds = {write(function).kind for _, function in list_writers()}
    kinds |= {kind for kind, *_words in BY_STEP.values()}
    assert kinds == set(KINDS)
