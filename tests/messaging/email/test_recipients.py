"""However many networks ask, nobody's mailbox is filled by us."""

from typing import Any

import pytest

from portal.desk.case_records.models import CaseRow
from portal.identity.credentials.rules import (
    LINK_PAUSE,
    LONGEST_PAUSE,
    MAILS_WITHIN,
    MOST_MAILS,
    TRIES,
)
from portal.self_service.email_change.rules import MAILED_ENOUGH
from tests.identity.accounts.registering import ABOUT, SECOND, SECRETS
from tests.world import World, rows_with

VICTIM = "victim@example.com"
NETWORKS = ("192.0.2.1", "198.51.100.1", "203.0.113.1")
MESSAGE: dict[str, Any] = {"name": "Vis Itor", "topic": "other", "message": "Hello"}
WRITERS: dict[str, dict[str, Any]] = {
    "/register": ABOUT,
    "/contact": MESSAGE,
    "/forgotten": {},
    "/choices": {},
}


def post(world: World, path: str, network: str, **fields: Any) -> str:
    """Send a form from a network; where it leads."""
    visitor = world.visitor()
    visitor.client.environ_base["REMOTE_ADDR"] = network
    answer = visitor.send(path, **{**WRITERS[path], "email": VICTIM, **fields})
    if path == "/register":
        answer = visitor.send(SECOND, **SECRETS, made_for=fields.get("email", VICTIM))
    assert answer.status_code == 303
    return answer.headers["Location"]


@pytest.mark.parametrize("is_known", [False, True])
@pytest.mark.parametrize("path", WRITERS)
def test_one_address_gets_a_few_emails_whoever_asks_for_them(
    world: World, path: str, *, is_known: bool
) -> None:
    if is_known:
        world.customer(VICTIM)
    led = {post(world, path, network) for network in NETWORKS for _ in range(TRIES)}
    assert len(led) == 1, "the same page for everybody"
    assert [email.to for email in world.deliver()] == [VICTIM] * TRIES
    world.clock.move(seconds=LONGEST_PAUSE.total_seconds() + 1)
    post(world, path, NETWORKS[0])
    assert len(world.deliver()) == 1, "later there is another one"


def test_the_pause_is_long_where_nobody_waits_for_the_email(world: World) -> None:
    for path in ("/register", "/contact"):
        for _ in range(TRIES):
            post(world, path, NETWORKS[0])
        world.deliver()
        world.clock.move(seconds=LINK_PAUSE.total_seconds() + 1)
        post(world, path, NETWORKS[0])
        assert world.deliver() == []


def test_every_message_is_kept_although_only_some_are_acknowledged(world: World) -> None:
    for network in NETWORKS:
        for _ in range(TRIES):
            post(world, "/contact", network)
    with world.work() as work:
        assert len(rows_with(work, CaseRow)) == TRIES * len(NETWORKS)
    visitor = world.visitor()
    page = visitor.open("/contact").send(**MESSAGE, email=VICTIM)
    assert page.soup.select_one(".ref"), "the reference"
    assert "you may not get an email" in page.text


def test_another_spelling_of_an_address_gets_no_more(world: World) -> None:
    for _ in range(TRIES):
        post(world, "/contact", NETWORKS[0])
    world.deliver()
    post(world, "/contact", NETWORKS[1], email="VICTIM@Example.com")
    assert world.deliver() == []


def test_messages_to_somebody_take_no_link_from_them(world: World) -> None:
    world.customer(VICTIM)
    for path in ("/contact", "/register", "/choices"):
        for _ in range(TRIES + 1):
            post(world, path, NETWORKS[0])
    world.deliver()
    post(world, "/forgotten", NETWORKS[1])
    assert world.email("Choose a new password").to == VICTIM


def ask(world: World, number: int) -> str | None:
    """Have a customer ask to change to the address; what is said beside the field."""
    visitor = world.signed_in(world.customer(f"rowan{number}@example.com"))
    said: str | None = visitor.open("/security/email").send(email=VICTIM).errors.get("email")
    return said


def test_customers_cannot_fill_a_mailbox_by_changing_to_its_address(world: World) -> None:
    visitor = world.signed_in(world.customer("rowan@example.com"))
    for path in ("/contact", "/register"):
        for _ in range(TRIES):
            post(world, path, NETWORKS[0])
    world.deliver()
    said = [visitor.open("/security/email").send(email=VICTIM).errors for _ in range(TRIES - 1)]
    assert said == [{}] + [{"email": MAILED_ENOUGH}] * (TRIES - 2)
    assert [email.to for email in world.deliver()].count(VICTIM) == 1


def test_nobody_is_kept_from_their_new_address_by_others_who_asked_for_it(world: World) -> None:
    asked = MOST_MAILS + 2
    assert [ask(world, number) for number in range(asked)] == [None] * asked


@pytest.mark.parametrize("is_known", [pytest.param(False, marks=pytest.mark.nightly), True])
def test_one_address_gets_no_more_than_a_dozen_emails_an_hour_of_all_kinds_together(
    world: World, *, is_known: bool
) -> None:
    if is_known:
        world.customer(VICTIM)
    for number in range(30):
        for path in WRITERS:
            post(world, path, f"198.51.100.{number}")
        world.clock.move(minutes=2)
    most = MOST_MAILS + MAILS_WITHIN // LINK_PAUSE
    assert MOST_MAILS <= len(world.deliver()) <= most, "and one link while it works"
