"""The emails of a campaign, through a real mail server, until somebody presses the button."""

import csv
import email
import email.policy
import re
import smtplib
from io import StringIO
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from portal.consent.list_screening.rules import Campaign, WithheldReason
from portal.identity.contact_index.rules import Channel
from tests.consent.list_screening.lists import AT, agrees, screened
from tests.integration import find_example
from tests.postman import mail_server
from tests.world import World

CAMPAIGN = Campaign(purpose="offers", channel=Channel.EMAIL)
ROWS = "Rowan,rowan@example.com\nJules,jules@example.com\n"


def send(rows: list[str]) -> list[bytes]:
    """Send the campaign as docs/integrate.md does; return what the mail server was given."""
    names: dict[str, Any] = {"__name__": "campaign"}
    exec(find_example("Write the emails"), names)  # noqa: S102  # the code of our own document
    file = StringIO("\n".join(["Name,Email,Unsubscribe", *rows]))
    with mail_server() as (postman, url), smtplib.SMTP(urlsplit(url).netloc) as server:
        for message in names["read_emails"](file, "news@example.com", "Offers", "Half price."):
            server.send_message(message)
        return [one.original_content or b"" for one in postman.taken]


def test_a_campaign_is_stopped_by_whoever_presses_the_button_and_goes_on_for_others(
    world: World,
) -> None:
    for address in ("rowan@example.com", "jules@example.com"):
        agrees(world, world.customer(address), ("offers", Channel.EMAIL))
    rows, _ = screened(world, f"Name,Email\n{ROWS}", CAMPAIGN, whole=True)
    first, second = (
        email.message_from_bytes(one, policy=email.policy.default) for one in send(rows)
    )
    assert (first["To"], second["To"]) == ("rowan@example.com", "jules@example.com")
    assert (first.defects, second.defects) == ([], [])
    for one in (first, second):
        assert [name for name in one.keys() if name.startswith("List-")] == [  # noqa: SIM118
            "List-Unsubscribe",
            "List-Unsubscribe-Post",
        ]
    found = re.fullmatch(r"<(https://[^<>\s,]+)>", first["List-Unsubscribe"])
    assert found
    assert found[1] != second["List-Unsubscribe"][1:-1]
    assert found[1].startswith(f"{AT}/unsubscribe/offers/")
    assert found[1] in first.get_content()
    body = dict(parse_qsl(first["List-Unsubscribe-Post"], strict_parsing=True))
    client = world.app.test_client(use_cookies=False)
    assert client.post(urlsplit(found[1]).path, data=body).status_code == 200
    assert screened(world, f"Name,Email\n{ROWS}", CAMPAIGN) == (
        ["Jules,jules@example.com"],
        {2: WithheldReason.NO},
    )


def test_the_added_cell_is_one_cell_whatever_the_others_are(world: World) -> None:
    agrees(world, world.customer("rowan@example.com"), ("offers", Channel.EMAIL))
    odd = 'Name;Email;Note\n"=A1; x";rowan@example.com;"two\nlines"\n'
    rows, withheld = screened(world, odd, CAMPAIGN, whole=True)
    assert withheld == {}
    ((name, address, note, added),) = csv.reader(StringIO("\n".join(rows)), delimiter=";")
    assert (name, address, note) == ("'=A1; x", "rowan@example.com", "two\nlines")
    assert urlsplit(added).path.startswith("/unsubscribe/offers/")
