"""A download of somebody's data: a folder that says what the pages say, and can be checked."""

import csv
import hashlib
import io
import json
import re
import tracemalloc
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime

import pytest
from bs4 import BeautifulSoup
from jsonschema import Draft202012Validator
from sqlalchemy import delete, event

from portal.governance.receipts.rules import ReceiptVerdict
from portal.governance.receipts.service import check_receipt
from portal.identity.sessions.models import SignInSession
from portal.operations.data_inventory import HELD
from portal.platform.core.clock import spell_day, spell_moment
from portal.platform.core.holdings import Item
from portal.self_service.your_data.packaging import SCHEMA, Spool, pack
from portal.self_service.your_data.queries import get_overview, list_categories
from portal.self_service.your_data.rules import (
    DATA,
    MANIFEST,
    PAGE,
    SCHEMA_FILE,
    STYLE_FILE,
    CategoryItems,
    HeldCategory,
    RecordSpan,
    shown_categories,
)
from tests.self_service.your_data.downloads import PATH, download
from tests.world import PASSWORD, Person, World

NUMBER = "MB4471902265"
FORMULA = '=HYPERLINK("https://evil.example")'


@pytest.fixture
def person(world: World) -> Person:
    """Somebody with something of most kinds, and with words that no file may take for its own."""
    found = world.customer(account_number=NUMBER)
    world.case(found, text=f'{FORMULA}\n</td><script>alert(1)</script>, "quoted" & more')
    world.signed_in(found).open("/preferences").send(choices=["offers:email"])
    return found


def table(files: dict[str, str], slug: str) -> list[list[str]]:
    text = files[f"tables/{slug}.csv"]
    assert text.startswith("\ufeff")
    return list(csv.reader(io.StringIO(text.removeprefix("\ufeff"))))


def test_page_tables_and_document_say_the_same_of_every_category_that_pages_show(
    world: World, person: Person
) -> None:
    files = download(world.signed_in(person))
    document = json.loads(files[DATA])
    page = BeautifulSoup(files[PAGE], "html.parser")
    overview = world.read(get_overview, world.parts.register, person.customer_id)
    shown = {one.holding.slug: one for part in overview.parts.values() for one in part}
    assert {one["category"] for one in document["categories"]} == set(shown)
    for one in document["categories"]:
        slug, items = one["category"], one["items"]
        head, *rows = table(files, slug)
        assert head == ["What", "Value", "When", "Due to be deleted"]
        heading = page.find(id=slug)
        assert heading is not None
        section = heading.find_parent("section")
        assert section is not None
        drawn = [row.find_all(["th", "td"]) for row in section.select("tbody tr")]
        assert len(items) == len(rows) == len(drawn), slug
        for item, row, cells in zip(items, rows, drawn, strict=True):
            assert row[0] == item["label"]
            assert row[1].removeprefix("'") == item["value"].removeprefix("'")
            assert cells[1].get_text() == item["value"]
            assert row[3] == (item["deleted_on"] or "")
            ends = item["deleted_on"] and spell_day(date.fromisoformat(item["deleted_on"]))
            assert cells[3].get_text() == (ends or "")
            at = item["at"] and spell_moment(datetime.fromisoformat(item["at"]))
            assert cells[2].get_text() == (at or "")
        assert one["records"] == shown[slug].span.number
        assert bool(items) == bool(shown[slug].span.number), slug
        if not items:
            assert "We looked, and there’s nothing here about you." in section.get_text()


def test_the_document_is_of_the_published_shape(world: World, person: Person) -> None:
    visitor = world.signed_in(person)
    files = download(visitor)
    published = json.loads(world.visitor().client.get("/your-data/schema.json").text)
    assert published == json.loads(files[SCHEMA_FILE]) == SCHEMA
    Draft202012Validator.check_schema(published)
    Draft202012Validator(published).validate(json.loads(files[DATA]))


def test_the_manifest_names_every_place_and_every_file_and_anybody_can_check_it(
    world: World, person: Person
) -> None:
    files = download(world.signed_in(person))
    text = files[MANIFEST]
    manifest = json.loads(text)
    slugs = [one.slug for one in shown_categories(world.parts.register)]
    assert [one["place"] for one in manifest["places"]] == slugs
    assert {one["number"] for one in manifest["places"]} >= {0}, "the empty ones too"
    assert set(manifest["files"]) == set(files) - {MANIFEST}
    for name, said in manifest["files"].items():
        data = files[name].encode()
        assert said == {"bytes": len(data), "sha256": hashlib.sha256(data).hexdigest()}, name
    page = world.visitor().open("/receipts").send(receipt=text)
    assert "genuine" in page.text.lower()
    changed = text.replace('"number": 0', '"number": 1', 1)
    assert world.read(check_receipt, changed)[0] is ReceiptVerdict.CHANGED


def test_the_page_needs_nothing_but_its_folder_and_runs_nothing(
    world: World, person: Person
) -> None:
    files = download(world.signed_in(person))
    page = BeautifulSoup(files[PAGE], "html.parser")
    assert page.html is not None
    assert page.html.get("lang") == "en"
    assert len(page.find_all("h1")) == 1
    assert not page.find_all("script")
    tags = page.find_all(True)
    needed = {str(tag[name]) for tag in tags for name in ("src", "href") if name in tag.attrs}
    assert {one for one in needed if not one.startswith("#")} == {STYLE_FILE}
    assert not re.search(r"url\(|@import|https?:", files[STYLE_FILE])


def test_no_cell_of_a_table_runs_in_a_spreadsheet(world: World, person: Person) -> None:
    rows = table(download(world.signed_in(person)), "messages")
    (row,) = [one for one in rows if FORMULA in one[1]]
    assert row[1].startswith("'=")


def test_a_billing_account_number_is_whole_in_the_download_and_nowhere_before_it(
    world: World, person: Person
) -> None:
    visitor = world.signed_in(person)
    assert NUMBER not in visitor.open("/your-data/profile").text
    assert NUMBER in download(visitor)[PAGE]


def test_whoever_has_not_proved_who_they_are_is_asked_first(world: World, person: Person) -> None:
    visitor = world.signed_in(person)
    world.clock.move(minutes=6)
    page = visitor.open(PATH)
    assert page.full_path == f"/prove?next={PATH}"
    assert page.send(password=PASSWORD).path == PATH
    download(visitor)
    assert len(world.audit("cancellation:copy:taken")) == 1


def test_nothing_is_handed_out_once_the_session_is_over(world: World, person: Person) -> None:
    """The session ends while the download is made: on another device, say."""
    visitor = world.signed_in(person)
    page = visitor.open(PATH)
    seen: list[str] = []

    def ending(connection: object, cursor: object, statement: str, *rest: object) -> None:
        del connection, cursor, rest
        if "FROM case_file JOIN case_entry" in statement and not seen:
            seen.append(statement)
            with world.work() as work:
                work.session.execute(delete(SignInSession))

    engine = world.parts.sessions.engine
    event.listen(engine, "before_cursor_execute", ending)
    answer = visitor.client.post(PATH, data={"csrf_token": page.value("csrf_token")})
    event.remove(engine, "before_cursor_execute", ending)
    assert seen, "the download was under way"
    assert answer.mimetype != "application/zip"
    assert NUMBER not in answer.text
    assert world.audit("cancellation:copy:taken") == []


def test_the_former_address_of_the_download_leads_on(world: World, person: Person) -> None:
    assert world.signed_in(person).open("/registrations/copy").path == PATH


def test_many_records_take_little_memory() -> None:
    """Forty categories of a thousand things: no more than one of them is there at once."""
    holding = shown_categories(HELD)[0]

    def categories() -> Iterator[CategoryItems]:
        for number in range(40):
            one = replace(holding, slug=f"place-{number}")
            items = [Item(f"Call {n}", f"01632 96{n:04} " * 10) for n in range(1000)]
            yield CategoryItems(HeldCategory(one, RecordSpan(len(items))), items)

    def write_page(found: Iterator[CategoryItems]) -> Iterator[str]:
        for one in found:
            for row in one.rows():
                yield " ".join(row)

    tracemalloc.start()
    folder, places = pack(categories(), write_page, {"format": 1})
    size, (_, peak) = len(folder.close()), tracemalloc.get_traced_memory()
    tracemalloc.stop()
    written = sum(one["bytes"] for one in folder.files.values())
    assert len(places) == 40
    assert peak < written / 4, (peak, written, size)


def test_what_waits_compressed_comes_back_as_it_was() -> None:
    spool = Spool()
    texts = ["", "ß" * 200_000, "end"]
    for text in texts:
        spool.add(text)
    assert b"".join(spool.read()).decode() == "".join(texts)


def test_nothing_of_anybody_else_is_in_it(world: World, person: Person) -> None:
    other = world.customer("jules@example.com")
    world.case(other, text="Only Jules wrote this")
    files = download(world.signed_in(person))
    assert not [name for name, text in files.items() if "Jules" in text]
    with world.parts.reading() as work:
        found = list(
            list_categories(work, world.parts.register, world.parts.recipients, other.customer_id)
        )
    assert any("Only Jules" in item.value for one in found for item in one.items)
