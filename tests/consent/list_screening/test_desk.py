"""The privacy officer screens a short list at the desk; nothing of it is kept."""

import re
from base64 import b64decode
from io import BytesIO
from typing import Any

import pytest

from portal.consent.list_screening.service import suppress
from portal.identity.contact_index.rules import Channel
from portal.identity.staff_accounts.rules import Role
from tests.consent.list_screening.lists import agrees
from tests.pages import Page, Visitor
from tests.world import World

LISTS = "/staff/lists"
ROWS = "Name,Telephone\nRowan,01632 960001\nJules,01632 960002\nKim,nobody\n"


@pytest.fixture
def officer(world: World) -> Visitor:
    agrees(world, world.customer(telephone="01632 960001"), ("offers", Channel.TELEPHONE))
    return world.at_the_desk(world.colleague(role=Role.PRIVACY_OFFICER))


def send(officer: Visitor, content: str | bytes = ROWS, **fields: Any) -> Page:
    raw = content.encode() if isinstance(content, str) else content
    given = {"purpose": "offers", "channel": "telephone", "file": (BytesIO(raw), "list.csv")}
    return officer.open(LISTS).send(**(given | fields))


def file_of(page: Page, name: str) -> str:
    (link,) = page.soup.select(f"a[download='{name}']")
    return b64decode(str(link["href"]).partition("base64,")[2]).decode()


def test_a_list_comes_back_with_whom_one_may_contact_and_why_not_the_others(
    world: World, officer: Visitor
) -> None:
    page = send(officer)
    assert "1 of 3 rows may be contacted today" in page.text
    assert file_of(page, "may-contact.csv") == "Name,Telephone\nRowan,01632 960001\n"
    assert file_of(page, "withheld.csv") == "line,reason\n3,not-a-customer\n4,unreadable\n"
    told = [[cell.get_text() for cell in row.select("td")] for row in page.soup.select("tbody tr")]
    assert told == [["3", "Not a customer"], ["4", "Not an address or number"]]
    (line,) = world.audit("screening:list:screened")
    assert line.actor_kind == "staff"
    assert (line.facts["let_through"], line.facts["withheld"]) == (1, 2)


def test_an_email_list_gets_the_column_to_unsubscribe(world: World, officer: Visitor) -> None:
    agrees(world, world.customer("jules@example.com"), ("offers", Channel.EMAIL))
    page = send(officer, "Email\njules@example.com\n", channel="email")
    assert re.fullmatch(
        r"Email,Unsubscribe\njules@example\.com,http\S+/unsubscribe/offers/[\w-]{64}\n",
        file_of(page, "may-contact.csv"),
    )


def test_strangers_are_rung_only_with_the_preference_services_file(officer: Visitor) -> None:
    page = send(officer, prospects="y")
    assert page.errors["tps"].startswith("Telephone Preference Service file is needed")
    numbers = BytesIO(b"01632 960002\n"), "tps.txt"
    page = send(officer, prospects="y", tps=numbers)
    assert file_of(page, "withheld.csv") == "line,reason\n3,tps\n4,unreadable\n"
    numbers = BytesIO(b"Jules\n"), "tps.txt"
    assert "Line 1 of the Telephone" in send(officer, prospects="y", tps=numbers).errors["file"]
    numbers = BytesIO(b"01632 960002\n"), "tps.txt"
    page = send(officer, "Email\njules@example.com\n", channel="email", tps=numbers)
    assert "for phone calls only" in page.errors["tps"]


def test_of_a_thousand_rows_each_is_decided_as_it_should_be(world: World, officer: Visitor) -> None:
    """More than the database is asked about at once."""
    suppress(world.parts.work, Channel.TELEPHONE, ["01632 960900"])
    rows = [f"Somebody,01632 960{number:03}" for number in range(1000)]
    numbers = BytesIO(b"01632 960500\n"), "tps.txt"
    page = send(officer, "\n".join(["Name,Telephone", *rows]), prospects="y", tps=numbers)
    assert file_of(page, "withheld.csv") == "line,reason\n502,tps\n902,suppressed\n"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("Name,Town\nRowan,Exampleton\n", "doesn’t name a column"),
        ("", "Choose the file with the list"),
        ("\n\n", "doesn’t name a column"),
        ("01632 960001,Telephone\n", "has someone’s contact details"),
        ("=A1,Telephone\n", "it has a formula in it"),
        (b"PK\x03\x04\x00\x00Telephone\n\x00\xff", "We can’t read the first row"),
        ('Name,Telephone\n"Rowan,01632 960001\n', "Check for a quotation mark that isn’t closed"),
    ],
)
def test_what_is_no_list_is_refused_beside_the_field(
    world: World, officer: Visitor, content: str | bytes, said: str
) -> None:
    assert said in send(officer, content).errors["file"]
    assert world.audit("screening:list:screened") == []


def test_nothing_is_screened_without_a_list_a_purpose_and_a_channel(officer: Visitor) -> None:
    page = officer.open(LISTS).send(file="list.csv", purpose="brightwave", channel="yes")
    assert set(page.errors) == {"file", "purpose", "channel"}
    assert set(officer.open(LISTS).send().errors) == {"file", "purpose", "channel"}


def test_nobody_else_screens_lists(world: World) -> None:
    for number, role in enumerate((Role.AGENT, Role.SENIOR, Role.ADMINISTRATOR)):
        desk = world.at_the_desk(world.colleague(f"{number}@example.com", role=role))
        desk.open(LISTS, 403)


def test_a_list_that_is_long_is_sent_to_whoever_runs_the_portal(officer: Visitor) -> None:
    file = BytesIO(b"Telephone\n" * 30_000), "list.csv"
    officer.open(LISTS).send(status=413, purpose="offers", channel="telephone", file=file)


def test_whoever_sends_two_post_addresses_is_told_what_to_do(officer: Visitor) -> None:
    page = send(officer, "Address,Postcode,Work address\n", channel="post")
    assert page.errors["file"].endswith("Work address. Keep only the column you want to use")


def test_a_list_in_another_encoding_says_how_to_save_it(officer: Visitor) -> None:
    page = send(officer, "Name,Telephone\nZo\u00eb,01632 960001\n".encode("windows-1252"))
    assert "Save the list as “CSV UTF-8”" in page.text
