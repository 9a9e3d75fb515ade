"""What a colleague had half typed about somebody is that person's: it is erased with them."""

import re
from dataclasses import dataclass
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import LargeBinary, select
from werkzeug.routing import Rule

from portal.desk.cases.held import empty_unreadable
from portal.desk.cases.queries import get_case
from portal.erasure.cancellation.models import NOT_LOOKED_AT
from portal.identity.form_drafts.models import Draft
from portal.identity.staff_accounts.rules import Role
from portal.operations.schema.model_registry import Base
from portal.platform.core.sealing import place
from portal.platform.web.access import entry_of
from portal.platform.web.drafts import find_subject
from tests.pages import Visitor
from tests.world import Person, World, rows_with

WORDS = "Rowan Example of 1 Canary Street is sued"
ABOUT_NOBODY = {"staff_id", "key", "survey_id", "reply_id"}
"""What addresses of the desk name besides: colleagues, purposes, surveys, ready-made replies."""


@dataclass(frozen=True)
class Kept:
    """A row of a draft, as it is in a backup that was made then."""

    id: Any
    about_id: Any
    path: str
    sealed: bytes


def list_rules(app: Flask) -> list[Rule]:
    """Return the pages of the desk that keep a form and whose address names something."""
    with app.test_request_context("/staff"):
        return [
            rule
            for rule in app.url_map.iter_rules()
            if rule.rule.startswith("/staff/") and rule.arguments and entry_of(rule.endpoint).keeps
        ]


def list_paths(app: Flask, person: Person, reference: str) -> list[str]:
    names = {"reference": reference, "customer_id": str(person.id)}
    rules = [one for one in list_rules(app) if one.arguments <= names.keys()]
    paths = {re.sub(r"<(?:\w+:)?(\w+)>", lambda m: names[m[1]], one.rule) for one in rules}
    assert len(paths) >= 5
    return sorted(paths)


def officer(world: World) -> Person:
    return world.colleague("kit@example.com", "Kit", role=Role.PRIVACY_OFFICER)


def keep(desk: Visitor, path: str, app: Flask) -> None:
    """Let what a colleague types into every field of a page be kept, as their browser does."""
    with app.test_request_context("/staff"):
        endpoint, _ = app.url_map.bind("").match(path, method="GET")
        fields = dict.fromkeys(entry_of(endpoint).keeps, WORDS)
    data = {"csrf_token": desk.token(), "path": path, **fields}
    assert desk.post("/staff/session/keep", data).status_code == 204


def list_kept(world: World) -> list[Kept]:
    with world.work() as work:
        found = rows_with(work, Draft)
        return [Kept(one.id, one.about_id, one.path, one.sealed) for one in found]


def find_words(world: World, one: Kept, key_id: Any) -> bool:
    with world.work() as work:
        try:
            words = work.vault.find(key_id, place("draft", one.id), one.sealed)
        except Exception:  # noqa: BLE001  # another key opens nothing
            return False
    return words is not None and WORDS in str(words)


def test_every_page_of_the_desk_that_keeps_a_form_says_whom_it_is_about(world: World) -> None:
    found = 0
    for rule in list_rules(world.app):
        names = dict.fromkeys(rule.arguments, "00000000-0000-0000-0000-000000000000")
        path = re.sub(r"<(?:\w+:)?(\w+)>", lambda m: names[m[1]], rule.rule)  # noqa: B023
        with world.app.test_request_context("/staff"):
            is_about = find_subject(path) is not None
        assert is_about or rule.arguments <= ABOUT_NOBODY, rule.rule
        found += is_about
    assert found >= 5


def test_it_is_sealed_with_their_key_and_goes_with_them(world: World) -> None:
    person, kit = world.customer(kind="business"), officer(world)
    reference = world.case(person)
    desk = world.at_the_desk(kit)
    for path in list_paths(world.app, person, reference):
        keep(desk, path, world.app)
    kept = list_kept(world)
    assert len(kept) == len(list_paths(world.app, person, reference))
    for one in kept:
        assert one.about_id == person.id
        assert str(person.id) not in one.path
        assert reference not in one.path
        assert find_words(world, one, person.id)
        assert not find_words(world, one, kit.id)
    world.erase(person)
    assert list_kept(world) == []
    assert not [one for one in kept if find_words(world, one, person.id)], "nor in a backup"
    assert desk.open("/staff").path == "/staff"


def test_no_text_of_any_table_has_their_number_afterwards(world: World) -> None:
    person = world.customer(kind="business")
    reference = world.case(person)
    desk = world.at_the_desk(officer(world))
    for path in list_paths(world.app, person, reference):
        keep(desk, path, world.app)
    world.erase(person)
    with world.work() as work:
        for table in Base.metadata.sorted_tables:
            texts = [one for one in table.columns if not isinstance(one.type, LargeBinary)]
            if table.name not in NOT_LOOKED_AT:
                rows = work.session.execute(select(*texts)).all()
                assert str(person.id) not in str(rows), table.name
                assert person.id.hex not in str(rows), table.name


def test_the_colleague_gets_it_back_after_signing_in(world: World) -> None:
    person, kit = world.customer(), officer(world)
    path = f"/staff/customers/{person.id}/holds"
    page = world.at_the_desk(kit).open(path)
    world.clock.move(minutes=31)
    page.send(why=WORDS, until="1 March 2027")
    desk = world.at_the_desk(kit)
    assert path in desk.open("/staff").links()
    again = desk.open(path)
    assert again.value("why") == WORDS
    assert again.send().path == path
    assert list_kept(world) == []
    assert path not in desk.open("/staff").links()


def test_one_about_a_visitors_message_goes_with_its_words(world: World) -> None:
    reference = world.case()
    desk = world.at_the_desk(officer(world))
    keep(desk, f"/staff/cases/{reference}", world.app)
    (one,) = list_kept(world)
    found = world.read(get_case, reference)
    assert one.about_id == found.id
    assert desk.open(f"/staff/cases/{reference}").value("message") == WORDS
    with world.work() as work:
        empty_unreadable(work, [found.id])
    assert list_kept(world) == []


@pytest.mark.parametrize("where", ["customers/{0}/holds", "cases/{1}"])
def test_nothing_is_kept_about_somebody_who_is_gone(world: World, where: str) -> None:
    person = world.customer()
    path = f"/staff/{where.format(person.id, world.case(person))}"
    desk = world.at_the_desk(officer(world))
    world.erase(person)
    keep(desk, path, world.app)
    assert list_kept(world) == []
