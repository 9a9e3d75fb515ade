"""The receipt in the last email: lines to read, and a file that anybody can have checked."""

import email as mail
import email.policy
import re
from email.message import EmailMessage

from bs4 import BeautifulSoup

from portal.governance.receipts.rules import ReceiptBlock, ReceiptLines, read_receipt
from portal.messaging.email.render import EmailRenderer
from portal.messaging.email.transport import SmtpTransport
from portal.operations.worker.worker import Worker
from portal.platform.core.mailserver import MailServer
from tests.postman import mail_server
from tests.world import Delivered, World

GENUINE = "This receipt is genuine"
LONGEST_LINE = 76
"""Signs of a line of quoted-printable (RFC 2045)."""


def last_email(world: World) -> Delivered:
    world.erase(world.customer(telephone="01632 960001"))
    return world.email("Your account is deleted")


def file_of(message: EmailMessage) -> EmailMessage:
    (part,) = message.iter_attachments()
    assert isinstance(part, EmailMessage)
    return part


def saved(message: EmailMessage) -> bytes:
    """What is on a disk when somebody has saved the attachment."""
    content = file_of(message).get_payload(decode=True)
    assert isinstance(content, bytes)
    return content


def verdict(world: World, text: str) -> str:
    return world.visitor().open("/receipts").send(receipt=text).text


def test_the_file_is_the_signed_receipt_and_passes_the_check(world: World) -> None:
    message = last_email(world).message
    part = file_of(message)
    assert (part.get_filename(), part.get_content_type()) == ("receipt.txt", "text/plain")
    text = saved(message).decode("utf-8")
    assert "Signature:" in text
    assert GENUINE in verdict(world, text)
    assert GENUINE in verdict(world, text.replace("\r\n", "\n"))
    assert GENUINE not in verdict(world, text.replace("2026", "2027"))


def test_the_file_comes_through_a_mail_server_as_it_was(world: World) -> None:
    world.erase(world.customer())
    with mail_server(smtputf8=False) as (postman, url):
        press = EmailRenderer.of(world.parts.settings, world.clock)
        Worker(world.parts, press, SmtpTransport(MailServer(url))).do_all()
        contents = [one.content for one in postman.taken]
    (content,) = [one for one in contents if isinstance(one, bytes) and b"receipt.txt" in one]
    assert content.isascii()
    message = mail.message_from_bytes(content, policy=email.policy.default)
    assert isinstance(message, EmailMessage)
    file = file_of(message)
    assert file["Content-Transfer-Encoding"] == "quoted-printable"
    assert max(map(len, str(file.get_payload()).splitlines())) <= LONGEST_LINE
    assert GENUINE in verdict(world, saved(message).decode("utf-8"))


def test_who_reads_plain_text_has_the_signed_receipt_there_as_well(world: World) -> None:
    text = last_email(world).text
    start, end = text.index("Merrow: receipt of deletion"), text.rindex("Check ")
    assert GENUINE in verdict(world, text[start:end])


def test_every_line_of_the_receipt_can_be_read_without_the_signature(world: World) -> None:
    sent = last_email(world)
    box = BeautifulSoup(sent.html, "html.parser").select_one(".box")
    assert box is not None
    read = " ".join(box.get_text(" ").split())
    words, _, signature = saved(sent.message).decode("utf-8").partition("Signature:")
    for line in filter(None, (line.removeprefix("- ").strip() for line in words.splitlines())):
        label, _, beside = line.rpartition(": ")
        assert re.sub(r"\W", "", f"{label}{beside}") in re.sub(r"\W", "", read)
    assert signature.split()[0] not in read
    assert box.select("pre") == []


def test_other_emails_have_no_file(world: World) -> None:
    world.case()
    (sent,) = world.deliver()
    assert list(sent.message.iter_attachments()) == []


def test_a_code_is_no_receipt() -> None:
    assert read_receipt("4819 2637") is None
    assert read_receipt("") is None


def test_a_receipt_is_laid_out_line_by_line() -> None:
    signature = "Signature:\n" + "A" * 64 + "\n" + "A" * 22
    words = "Mew: receipt ER-1\n\nErased: today, 12:00\nIt is gone.\n\nDeleted\n- Your: choices: 3"
    assert read_receipt(f"{words}\n\nKept\n- Nothing\n\n{signature}") == ReceiptLines(
        "Mew: receipt",
        "ER-1",
        (
            ReceiptBlock("", (("Erased", "today, 12:00"), ("It is gone.", ""))),
            ReceiptBlock("Deleted", (("Your: choices", "3"),)),
            ReceiptBlock("Kept", (("Nothing", ""),)),
        ),
    )
