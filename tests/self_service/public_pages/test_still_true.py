"""Sentences on what stays, what is listed and what a page sets, beside what makes them true."""

import pytest

from portal.identity.contact_index.models import ContactHash
from portal.identity.staff_accounts.rules import Role
from tests.self_service.public_pages.test_true import row_of
from tests.self_service.your_data.downloads import copy_of
from tests.world import World, rows_with

FORMER = "for addresses and numbers you had before"
PUBLIC = ["/", "/privacy", "/help", "/cookies", "/accessibility", "/contact", "/register",
          "/choices", "/sign-in", "/forgotten", "/receipts"]  # fmt: skip


def test_somebody_who_changed_a_number_reads_that_the_former_one_stays(world: World) -> None:
    person = world.customer(telephone="01632 960001")
    assert FORMER not in copy_of(world, person)
    world.signed_in(person).open("/profile/edit").send(telephone="01632 960002")
    with world.work() as work:
        ended = [row for row in rows_with(work, ContactHash) if row.ended_at is not None]
    assert len(ended) == 1
    assert f"1 {FORMER}" in copy_of(world, person)
    row = row_of(world.visitor().open("/privacy"), "Scrambled codes of your")
    assert "including those of old" in row
    assert "when we delete your account" in row
    assert "change it" not in row


def test_whoever_reads_pages_gets_the_cookies_that_the_notices_name(world: World) -> None:
    with_form = set()
    for path in PUBLIC:
        visitor = world.visitor()
        answer = visitor.client.get(path)
        has_form = 'method="post"' in answer.text
        names = {one.partition("=")[0] for one in answer.headers.getlist("Set-Cookie")}
        assert {one.removeprefix("__Host-") for one in names} == ({"form"} if has_form else set())
        with_form |= {path} if has_form else set()
    assert {"/contact", "/register", "/choices", "/sign-in"} <= with_form
    assert "A page with a form sets the one called “form”" in world.visitor().open("/cookies").text
    assert "A page with a form sets one cookie" in world.visitor().open("/privacy").text


def test_a_message_sent_without_signing_in_is_listed_as_the_page_says(world: World) -> None:
    person = world.customer()
    page = world.visitor().open("/contact")
    page.send(name="Rowan", email=person.email, topic="other", message="Hello")
    listed = world.signed_in(person).open("/cases")
    assert len(listed.soup.select("ul.rows > li")) == 1
    assert "if the email address you gave was on your account at the time" in listed.text
    assert "signed in, and" not in listed.text


def test_nobody_without_an_account_is_promised_that_no_campaign_writes_to_them(
    world: World,
) -> None:
    world.visitor().open("/choices").send(email="prospect@example.com")
    text = world.email("There are no marketing choices for this address").text
    assert "no marketing" not in text
    assert "Send us a message and we’ll stop it" in text


def test_a_colleague_does_not_read_that_everything_goes(world: World) -> None:
    person = world.customer()
    officer = world.at_the_desk(world.colleague(role=Role.PRIVACY_OFFICER))
    page = officer.open(f"/staff/customers/{person.id}/holds")
    assert "so are their details. The privacy notice lists what stays" in page.text


@pytest.mark.parametrize(
    "file",
    [
        "desk/cancellation_requests_desk/without_link.html",
        "desk/cancellation_requests/confirm.html",
        "desk/customer_holds_desk/show.html",
    ],
)
def test_where_a_page_says_what_goes_it_says_that_something_stays(world: World, file: str) -> None:
    source, _, _ = world.app.jinja_env.loader.get_source(world.app.jinja_env, file)  # type: ignore[union-attr]
    assert "privacy notice" in source
    assert any(holding.stays for holding in world.parts.register)


def test_somebody_reads_that_colleagues_write_in_their_messages_too(world: World) -> None:
    assert "you and our staff" in row_of(world.visitor().open("/privacy"), "Your messages to us")
