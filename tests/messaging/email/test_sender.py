"""Whom our emails are from, and what becomes of one that we cannot make."""

from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import select

from portal.messaging.email.models import OutboxEmail
from portal.messaging.email.outbox import queue
from portal.messaging.email.render import EmailRenderer
from portal.messaging.email.transport import FolderTransport, SmtpTransport
from portal.operations.worker.email_sending import refuse_unsendable
from portal.operations.worker.worker import Worker
from portal.platform.core.mailserver import MailServer
from portal.platform.setting_checks import check
from portal.platform.settings import SettingsError
from tests.messaging.email.refusing import refusing_server
from tests.messaging.email.test_transport import EMAIL
from tests.world import World


def write(world: World) -> None:
    with world.work() as work:
        queue(work, world.customer().id, EMAIL)


def read(world: World) -> tuple[str, str | None]:
    with world.parts.reading() as work:
        row = work.session.scalars(select(OutboxEmail)).one()
        return row.state, row.reason


@pytest.mark.parametrize(
    ("sender", "told"),
    [
        ("privacy@bücher.example.com", b"privacy@xn--bcher-kva.example.com"),
        ("Privacy@Example.COM", b"Privacy@example.com"),
    ],
)
def test_somebody_gets_emails_from_every_sender_with_which_the_portal_starts(
    world: World, sender: str, told: bytes
) -> None:
    settings = replace(world.parts.settings, mail_from=sender)
    check(settings)
    write(world)
    with refusing_server() as (server, url):
        press, transport = EmailRenderer.of(settings, world.clock), SmtpTransport(MailServer(url))
        refuse_unsendable(replace(world.parts, settings=settings), press, transport)
        Worker(world.parts, press, transport).send_emails()
        (taken,) = server.taken
    assert read(world) == ("sent", None)
    assert b"From: Merrow <%s>\r\n" % told in taken


def broken_press(world: World) -> EmailRenderer:
    """One with which no email can be made, whatever had the settings be so."""
    return EmailRenderer.of(replace(world.parts.settings, brand_name="Mer\nrow"), world.clock)


def test_an_email_that_we_cannot_make_waits_until_we_can(world: World) -> None:
    write(world)
    with refusing_server() as (server, url):
        transport = SmtpTransport(MailServer(url))
        worker = Worker(world.parts, broken_press(world), transport)
        for _ in range(10):
            worker.send_emails()
            world.clock.move(days=1)
        assert read(world) == ("waiting", "fault")
        mended = EmailRenderer.of(world.parts.settings, world.clock)
        Worker(world.parts, mended, transport).send_emails()
        assert len(server.taken) == 1
    assert read(world) == ("sent", None)


def test_a_worker_that_could_make_no_email_does_not_start(world: World, tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="PORTAL_BRAND_NAME"):
        refuse_unsendable(world.parts, broken_press(world), FolderTransport(tmp_path))
