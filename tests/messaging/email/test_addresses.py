"""Whoever has an address is written to at that address, and nobody else is."""

from dataclasses import asdict, replace
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.messaging.email.models import OutboxEmail
from portal.messaging.email.outbox import queue
from portal.messaging.email.transport import FolderTransport, RefusedError, SmtpTransport
from portal.platform.core.addresses import (
    envelope_email,
    fold_email,
    is_same_mailbox,
    parse_email,
    spell_email,
)
from portal.platform.core.mailserver import NOT_REACHED, MailServer
from portal.platform.core.sealing import place
from tests.identity.accounts.registering import register
from tests.messaging.email.test_transport import EMAIL, make_worker
from tests.postman import mail_server
from tests.world import World

NOT_ONE = (
    "m1@example.com,m2@example.com,m3@example.com",
    "m1@example.com, m2@example.com",
    "m1@example.com; m2@example.com",
    "m1@example.com m2@example.com",
    '"any text" <victim@example.com>',
    "any text <victim@example.com>",
    "<victim@example.com>",
    "victim@example.com\r\nBcc: m2@example.com",
    "victim@example.com%0ABcc: m2@example.com",
    "mailto:victim@example.com",
    "victim@example.com?bcc=m2@example.com",
    "group: m1@example.com, m2@example.com;",
    '"m1@example.com,m2"@example.com',
    "victim@example.com (m2@example.com)",
    "@relay.example.com:victim@example.com",
    "victim@[127.0.0.1]",
    "victim",
    "",
)
ADDRESSES = st.from_regex(
    "[a-zA-Z0-9ßİ\u017fﬁΣςéÉ._+-]{1,8}@[a-zA-Zßüé0-9-]{1,8}[.](com|org|DE)", fullmatch=True
)


def with_server(world: World, server: MailServer) -> World:
    """The portal with a mail server."""
    parts = replace(world.parts, mail_server=server)
    world.app.extensions["portal"] = parts
    world.parts = parts
    return world


@pytest.mark.parametrize("text", NOT_ONE)
def test_what_is_not_exactly_one_address_is_none(text: str) -> None:
    with pytest.raises(ValueError, match="Not an email address"):
        parse_email(text)


@given(ADDRESSES)
def test_an_address_is_found_by_the_spelling_it_was_always_found_by(typed: str) -> None:
    try:
        written = parse_email(typed)
    except ValueError:
        return
    assert fold_email(written) == fold_email(typed) == written.casefold()
    assert spell_email(written.casefold()) == written.casefold(), "as rows of before have it"


def test_mailboxes_that_differ_in_a_letter_are_two() -> None:
    assert not is_same_mailbox("weiß@example.com", "weiss@example.com")
    assert is_same_mailbox("Rowan@example.com", "rowan@example.com")


def test_a_server_is_told_the_domain_in_ascii_and_the_rest_as_typed() -> None:
    assert envelope_email("Idn.X@bücher.example.com") == "Idn.X@xn--bcher-kva.example.com"
    assert envelope_email("weiß@example.com") == "weiß@example.com"


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("weiß@example.com", "weiß@example.com"),
        ("McDonald@Example.COM", "McDonald@example.com"),
        ("puny@xn--bcher-kva.example.com", "puny@xn--bcher-kva.example.com"),
        ("idn@bücher.example.com", "idn@xn--bcher-kva.example.com"),
    ],
)
def test_somebody_gets_the_email_at_the_address_as_typed(
    world: World, typed: str, told: str
) -> None:
    with mail_server() as (postman, url):
        with_server(world, MailServer(url))
        assert register(world, email=typed).path == "/register/sent"
        make_worker(world, url).do_all()
        (envelope,) = postman.taken
        assert envelope.rcpt_tos == [told]
        assert isinstance(envelope.content, bytes)
        assert f"To: {told}\r\n".encode() in envelope.content


@pytest.mark.parametrize("typed", ["puny@xn--bcher-kva.example.com", "idn@bücher.example.com"])
def test_somebody_with_a_foreign_domain_needs_no_modern_mail_server(
    world: World, typed: str
) -> None:
    with mail_server(smtputf8=False) as (postman, url):
        with_server(world, MailServer(url))
        assert register(world, email=typed).path == "/register/sent"
        make_worker(world, url).do_all()
        (envelope,) = postman.taken
        assert envelope.rcpt_tos == [f"{typed.partition('@')[0]}@xn--bcher-kva.example.com"]


def test_somebody_whose_address_our_server_cannot_take_is_told_where_it_was_typed(
    world: World,
) -> None:
    with mail_server(smtputf8=False) as (_, url):
        with_server(world, MailServer(url))
        page = register(world, email="weiß@example.com")
        assert (page.path, page.errors["email"]) == ("/register", NOT_REACHED)
        assert page.value("email") == "weiß@example.com"
        assert register(world).path == "/register/sent", "others are taken"


def test_somebody_is_told_as_well_while_the_server_does_not_answer(world: World) -> None:
    with_server(world, MailServer("smtp://127.0.0.1:9"))
    assert register(world, email="weiß@example.com").errors["email"] == NOT_REACHED


def test_a_server_is_asked_once_and_not_by_everybody() -> None:
    with mail_server() as (_, url):
        server = MailServer(url)
        assert server.takes("weiß@example.com")
    assert server.takes("größe@example.com"), "it is away now, and nobody asked it again"


def test_an_email_that_no_server_can_take_is_given_up_at_once(world: World) -> None:
    person = world.customer()
    with mail_server(smtputf8=False) as (postman, url):
        with world.work() as work:
            queue(work, person.id, replace(EMAIL, to="weiß@example.com"))
        make_worker(world, url).do_all()
        assert postman.taken == []
    with world.work() as work:
        assert work.session.query(OutboxEmail).one().state == "failed"


@pytest.mark.parametrize("to", NOT_ONE[:-1])
def test_an_email_to_anything_but_one_address_leaves_nobody_a_word(world: World, to: str) -> None:
    person = world.customer()
    with mail_server() as (postman, url):
        with world.work() as work:
            queue(work, person.id, replace(EMAIL, to=to))
            queue(work, person.id, EMAIL)
        make_worker(world, url).do_all()
        assert [envelope.rcpt_tos for envelope in postman.taken] == [["rowan@example.com"]]
    with world.work() as work:
        states = {row.state for row in work.session.query(OutboxEmail)}
    assert states == {"sent", "failed"}, "and it is not tried again"


@pytest.mark.parametrize("to", NOT_ONE)
def test_both_transports_hold_one_recipient_whatever_they_are_handed(world: World, to: str) -> None:
    message = world.worker()._press.make(world.customer().id, EMAIL)
    with mail_server() as (postman, url):
        for transport in (
            SmtpTransport(MailServer(url)),
            FolderTransport(world.instance / "mail"),
        ):
            with pytest.raises(RefusedError):
                transport.send(message, to)
        assert postman.taken == []


def test_a_message_goes_to_whom_it_is_sent_and_not_to_whom_it_names(world: World) -> None:
    message = world.worker()._press.make(world.customer().id, EMAIL)
    message["Cc"] = "m2@example.com"
    message["Bcc"] = "m3@example.com"
    with mail_server() as (postman, url):
        SmtpTransport(MailServer(url)).send(message, "rowan@example.com")
        assert [envelope.rcpt_tos for envelope in postman.taken] == [["rowan@example.com"]]


def test_a_name_cannot_be_put_into_a_letter_to_an_address_that_nobody_has_confirmed() -> None:
    with pytest.raises(ValueError, match="nobody has confirmed"):
        replace(EMAIL, is_confirmed=False)


def test_an_email_written_before_says_no_name_and_still_goes(world: World) -> None:
    person, email_id = world.customer(), uuid4()
    words = asdict(EMAIL)
    for new in ("is_confirmed", "name"):
        del words[new]
    words["greeting"] = "Hello You won,"
    with world.work() as work:
        sealed = work.seal(person.id, place("letter", email_id), words)
        queue(work, person.id, EMAIL)
        work.session.flush()
        row = work.session.query(OutboxEmail).one()
        row.id, row.sealed = email_id, sealed
    email = world.email("Grüße")
    assert email.text.startswith("Hello,")


def test_somebody_with_another_mailbox_gets_no_link_to_an_account_that_looks_like_it(
    world: World,
) -> None:
    world.customer("weiß@example.com")
    for page, subject in (
        ("/forgotten", "There’s no account"),
        ("/choices", "There are no marketing choices for this address"),
    ):
        world.visitor().open(page).send(email="weiss@example.com")
        email = world.email(subject)
        assert email.to == "weiss@example.com"
        world.visitor().open(page).send(email="WEIß@Example.com")
        (email,) = world.deliver()
        assert email.to == "weiß@example.com"
        assert not email.subject.startswith(subject)


def test_a_customer_signs_in_with_any_spelling_of_the_address(world: World) -> None:
    person = world.customer("Rowan.X@example.com")
    for typed in ("rowan.x@example.com", "ROWAN.X@EXAMPLE.COM"):
        page = world.visitor().open("/sign-in").send(email=typed, password=person.password)
        assert page.path == "/sign-in/question"
