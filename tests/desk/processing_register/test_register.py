"""The register of processing says what is done with personal data, and what it lacks."""

import csv
import io
import json
from dataclasses import replace
from typing import Any

import pytest

from portal.consent.purposes.queries import get_catalogue
from portal.consent.purposes.rules import FIRST
from portal.consent.purposes.service import change_purpose
from portal.desk.processing_register.queries import (
    OTHERS,
    list_entries,
    list_missing,
    list_public,
)
from portal.desk.processing_register.rules import ARTICLES, COLUMNS, KINDS_OF_PEOPLE, RIGHTS
from portal.identity.staff_accounts.rules import Role
from portal.platform.core.holdings import LawfulBasis, People, Rule
from portal.platform.core.ids import StaffId
from portal.platform.core.recipients import NamedRecipient, NamedRecipients, RecipientKind
from tests.world import World

PATH, DESK_PATH = "/privacy/register", "/staff/register"
CARRIER = NamedRecipient("Example Post", "IE", "UK adequacy regulations")
LAWYERS = NamedRecipient("Example Law", "GB")
KNOWN: NamedRecipients = {
    RecipientKind.EMAIL_CARRIER: (CARRIER,),
    RecipientKind.LAWYERS: (LAWYERS,),
    RecipientKind.DIRECTORIES: (NamedRecipient("Example Directories", "GB"),),
}


@pytest.fixture
def world(world: World) -> World:
    """A portal whose operator said who gets details."""
    world.parts = replace(world.parts, recipients=KNOWN)
    world.app.extensions["portal"] = world.parts
    return world


def read_table(text: str) -> list[dict[str, str]]:
    assert text.startswith("\ufeff")
    return list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"))))


def test_anybody_reads_every_category_and_every_purpose_with_its_legal_reason(
    world: World,
) -> None:
    text = world.visitor().open(PATH).text
    for one in world.parts.register:
        assert one.category in text
        assert one.basis.value in text
    for purpose in FIRST.offered:
        assert purpose.title in text
    assert "Example Post (Ireland). Your data is protected there by UK adequacy" in text
    assert "Brightwave Energy (United Kingdom)." in text
    assert "Accounts of our staff" not in text


def test_page_table_and_linked_data_have_the_same_entries(world: World) -> None:
    visitor = world.visitor()
    entries = world.read(list_public, world.parts.register, KNOWN)
    names = [one.about.category for one in entries]
    page = visitor.open(PATH)
    assert [one.get_text() for one in page.soup.select("details summary")] == names
    rows = read_table(visitor.client.get(f"{PATH}/register.csv").text)
    assert [row["Personal data"] for row in rows] == names
    assert set(rows[0]) == set(COLUMNS)
    linked = json.loads(visitor.client.get(f"{PATH}/register.jsonld").text)
    assert [one["dct:title"] for one in linked["dpv:hasProcess"]] == names
    emails = next(row for row in rows if row["Personal data"] == "Emails we’ve sent you")
    assert emails["Names of recipients"] == "Example Post"
    assert emails["Names of third countries"] == "Ireland"
    assert emails["Safeguards for transfers"] == "Example Post: UK adequacy regulations"


def test_every_legal_reason_and_kind_of_people_has_its_words_and_its_term() -> None:
    assert set(RIGHTS) == set(ARTICLES) == set(LawfulBasis)
    assert set(KINDS_OF_PEOPLE) == set(People)


def test_the_privacy_officer_reads_the_full_part_with_tables_and_what_is_missing(
    world: World,
) -> None:
    world.parts = replace(world.parts, recipients={})
    world.app.extensions["portal"] = world.parts
    officer = world.at_the_desk(world.colleague(role=Role.PRIVACY_OFFICER))
    page = officer.open(DESK_PATH)
    assert "Accounts of our staff" in page.text
    assert "case_entry, case_file" in page.text
    assert "PORTAL_RECIPIENTS_FILE names no email-carrier" in page.text
    rows = read_table(officer.client.get(f"{DESK_PATH}/register.csv").text)
    tables = {table for row in rows for table in row["Tables"].split("; ")}
    assert {"staff_member", "audit_entry", "suppression", "customer"} <= tables
    assert len(rows) == len(world.read(list_entries, world.parts.register, {}))


def test_nothing_is_missing_once_each_recipient_and_company_has_its_place(world: World) -> None:
    assert world.read(list_missing, world.parts.register, KNOWN) == []
    officer = StaffId(world.colleague(role=Role.PRIVACY_OFFICER).id)
    company = FIRST.find("brightwave")
    assert company is not None
    with world.work() as work:
        change_purpose(work, officer, replace(company, country=""), "Unknown", 1)
    assert world.read(get_catalogue).find("brightwave") == replace(company, country="")
    assert world.read(list_missing, world.parts.register, KNOWN) == [
        "Brightwave Energy has no country: add it at /staff/catalogue/brightwave"
    ]


@pytest.mark.parametrize(
    ("lacking", "said"),
    [
        ({"category": " "}, "what is held"),
        ({"purpose": ""}, "the purpose"),
        ({"source": " "}, "the source"),
        ({"recipients": ""}, "who gets it"),
        ({"rules": ()}, "how long it is kept"),
        ({"rules": (Rule("x", " ", "it ends", ""),)}, "how long it is kept"),
    ],
)
def test_a_text_without_words_is_missing(world: World, lacking: dict[str, Any], said: str) -> None:
    bare = replace(world.parts.register[0], **lacking)
    assert world.read(list_missing, (bare,), KNOWN) == [f"{bare.category}: {said} is missing"]
    bare_all = tuple(replace(one, **lacking) for one in world.parts.register)
    assert len(world.read(list_missing, bare_all, KNOWN)) == len(bare_all)


def test_linked_data_say_what_the_table_says(world: World) -> None:
    world.parts = replace(world.parts, recipients={})
    world.app.extensions["portal"] = world.parts
    visitor = world.visitor()
    rows = read_table(visitor.client.get(f"{PATH}/register.csv").text)
    linked = json.loads(visitor.client.get(f"{PATH}/register.jsonld").text)["dpv:hasProcess"]
    assert len(rows) == len(linked)
    for row, node in zip(rows, linked, strict=True):
        text = json.dumps(node, ensure_ascii=False)
        for column in ("Categories of recipients", "Legitimate interests", "Source"):
            assert json.dumps(row[column], ensure_ascii=False)[1:-1] in text, column
        assert row["Rights available to individuals"] in text


def test_whoever_may_ask_by_law_is_among_the_recipients(world: World) -> None:
    rows = read_table(world.visitor().client.get(f"{PATH}/register.csv").text)
    given = next(row for row in rows if row["Personal data"].startswith("What we gave"))
    for one in ("police", "court", "operator", "group", "takes over"):
        assert one in given["Categories of recipients"]


def test_a_good_reason_that_is_not_said_is_missing(world: World) -> None:
    vague = replace(
        world.parts.register[0], basis=LawfulBasis.LEGITIMATE_INTERESTS, interest="", gets=()
    )
    assert world.read(list_missing, (vague,), KNOWN) == [
        f"{vague.category}: the legitimate interest is missing"
    ]
    assert all(one.interest for one in OTHERS if one.basis is LawfulBasis.LEGITIMATE_INTERESTS)
