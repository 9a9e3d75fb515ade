"""Nobody can tell from any page of theirs, nor from a download, that a legal hold keeps things."""

import re
from collections.abc import Iterator
from uuid import uuid4

import pytest
from flask import Flask

from portal.consent.webhooks.models import Announcement, KnownCustomer
from portal.consent.webhooks.rules import EventType
from portal.desk.case_outcomes.service import close_case
from portal.desk.case_records.rules import CaseOutcome
from portal.desk.cases.queries import get_case
from portal.governance.retention.service import purge
from portal.identity.form_drafts.service import keep_draft
from portal.identity.staff_accounts.rules import Role
from portal.operations.data_inventory import HELD
from portal.platform.web.access import Access, entry_of
from tests.pages import Visitor
from tests.self_service.email_change.test_changing import change
from tests.self_service.your_data.downloads import download
from tests.world import Person, World

SLUGS = sorted(one.slug for one in HELD if one.slug)
PREVIEW = "/registrations/cancel/check/no/now"
WITHOUT_ROWS = frozenset({"undelivered-words", "tries", "begun", "unconfirmed", "case-numbers"})
"""Rules by which no row of a customer goes that any page lists: words, and what is nobody's yet."""


def with_things(world: World, number: int) -> tuple[Person, str]:
    """Somebody with something by each rule that a hold stops, and the message of theirs."""
    person = world.customer(f"before{number}@example.com")
    visitor, new = world.signed_in(person), f"after{number}@example.com"
    change(world, visitor, new)
    person = Person(person.id, new)
    reference = world.case(person, text="It rains.")
    for one in (reference, world.case(email=new, text="It pours.")):
        world.read(close_case, one, world.read(get_case, one).version, CaseOutcome.THANKS)
    with world.work() as work:
        keep_draft(work, person.id, "/profile", {"given_name": ["Ro"]})
        known = KnownCustomer(id=uuid4(), customer_id=person.id)
        work.session.add(known)
        work.session.flush()
        told = {"known_id": known.id, "kind": EventType.CHOICE_CHANGED, "occurred_at": work.now}
        told |= {"about": "offers:email", "data": {}}
        work.session.add(Announcement(number=2 * number, delivered_at=work.now, **told))
        work.session.add(Announcement(number=2 * number + 1, dead_at=work.now, **told))
    return person, reference


def alike(text: str, person: Person, references: list[str]) -> str:
    """A page without what differs between any two people."""
    for one in references:
        text = text.replace(one, "REFERENCE")
    number = re.sub(r"\D", "", person.email)
    text = re.sub(rf"(before|after){number}@example\.com", "ADDRESS", text)
    text = re.sub(r"[0-9a-f]{8}-[0-9a-f-]{27}", "ID", text)
    text = re.sub(r"\b[0-9a-f]{32}\b", "ID", text)
    text = re.sub(r"PC-[0-9A-Z]{4}-[0-9A-Z]{3}", "REFERENCE", text)
    return re.sub(r'(csrf_token"[^>]*value="|nonce="|"signature": "|"made_at": ")[^"]*', "", text)


def pages_of(app: Flask, reference: str) -> Iterator[str]:
    """Every page that a customer reads by its address."""
    named = {"slug": SLUGS, "reference": [reference]}
    for rule in app.url_map.iter_rules():
        with app.app_context():
            entry = entry_of(rule.endpoint)
        if entry.needed is not Access.CUSTOMER or "GET" not in (rule.methods or ()):
            continue
        if not rule.arguments:
            yield rule.rule
        elif rule.arguments <= named.keys():
            (argument,) = rule.arguments
            for value in named[argument]:
                yield re.sub(r"<[^>]*>", value, rule.rule)
    yield PREVIEW


@pytest.mark.parametrize(
    "days", [95, *(pytest.param(days, marks=pytest.mark.nightly) for days in (370, 800))]
)
def test_what_a_hold_keeps_past_its_day_looks_like_what_is_deleted(
    world: World, app: Flask, days: int
) -> None:
    (held, first), (free, second) = with_things(world, 1), with_things(world, 2)
    desk = world.at_the_desk(world.colleague("kit@example.com", role=Role.PRIVACY_OFFICER))
    page = desk.open(f"/staff/customers/{held.id}/holds")
    assert page.send(why="A court has asked for all of it", until="1 March 2030").flashes
    for one in (held, free):
        desk.open(f"/staff/customers/{one.id}/holds")
    world.deliver()
    world.clock.move(days=days)
    purge(world.parts.work, world.parts.register)
    at_helds, at_frees = world.signed_in(held), world.signed_in(free)
    seen = 0
    for path, other in zip(pages_of(app, first), pages_of(app, second), strict=True):
        if path == "/your-data/looked":
            continue  # the look itself waits for the end of the hold
        helds = read(at_helds, path, held, [first, second])
        assert helds == read(at_frees, other, free, [first, second]), path
        seen += 1
    assert seen > len(SLUGS)
    files = [alike_files(download(v), p) for v, p in ((at_helds, held), (at_frees, free))]
    assert files[0] == files[1]


def read(visitor: Visitor, path: str, person: Person, references: list[str]) -> list[str]:
    answer = visitor.client.get(path, follow_redirects=True)
    return [str(answer.status_code), *lines_of(alike(answer.text, person, references))]


def lines_of(text: str) -> list[str]:
    """The lines of a text in no order: of two of one moment, either may come first."""
    return sorted(one.strip(" ,") for one in re.split(r"\r?\n|</?li>|</ol>|[{}]", text))


def alike_files(files: dict[str, str], person: Person) -> dict[str, list[str]]:
    files.pop("manifest.json")
    return {name: lines_of(alike(text, person, [])) for name, text in files.items()}


def test_every_rule_with_a_time_says_what_is_past_it() -> None:
    silent = {
        rule.name
        for one in HELD
        for rule in one.rules
        if one.slug and rule.purge and rule.past is None
    }
    assert silent == WITHOUT_ROWS
