"""With everything wrong a page says all of it, in the order of the page, each line once."""

from collections.abc import Iterator
from typing import Any

import pytest
from bs4 import Tag
from flask import template_rendered
from wtforms import Field

from portal.desk.case_records.rules import EVERYTHING, OWN_FORM, Topic
from portal.desk.requests.forms import RequestForm
from portal.identity.accounts.rules import Service
from portal.identity.staff_accounts.rules import Role
from portal.platform.web.forms import Form
from tests.consent.listed_people.steps import MORGANS, take_in
from tests.consent.surveys.steps import publish
from tests.desk.canned_replies.steps import publish as publish_reply
from tests.desk.listing_requests.steps import ASK, CODE, proved
from tests.identity.accounts.registering import ABOUT
from tests.pages import Page
from tests.platform.web.test_error_lines import all_forms, is_seen, make
from tests.world import World

TOO_LONG = "x" * 6000
ALL_OR_ONE = (EVERYTHING, Service.BROADBAND)
OWN = (
    "/profile/edit",
    "/your-data/correct/profile",
    "/security/question",
    "/registrations/cancel",
    "/preferences/tps/telephone",
)
"""Pages of a customer whose forms have several fields."""


def wreck(form: Tag) -> dict[str, str]:
    """Return what makes every field of a form wrong; what nobody sees stays as it is."""
    sent = {}
    for one in form.select("input[name], textarea[name], select[name]"):
        name, kind = str(one["name"]), str(one.get("type", one.name))
        if kind == "hidden":
            sent[name] = str(one.get("value", ""))
        elif kind in {"radio", "select"}:
            sent[name] = "no such answer"
        elif kind not in {"checkbox", "file"}:
            sent[name] = "" if kind == "password" else TOO_LONG
    return sent


def pages(world: World) -> Iterator[Page]:
    """Open every page whose form has several fields that can be wrong."""
    own_forms = (f"/contact/{topic}" for topic in OWN_FORM)
    for path in ("/register", "/contact", *own_forms, "/sign-in", "/staff/sign-in"):
        yield world.visitor().open(path)
    yield world.visitor().open("/register").send(**ABOUT)
    yield world.visitor().open("/follow")
    yield world.visitor().open(ASK)
    yield world.visitor().open(CODE)
    take_in(world, MORGANS)
    proving, shown = proved(world)
    yield proving.open(f"{shown.path}/correct")
    yield world.visitor().open("/display")
    person = world.customer(telephone="01632 960001")
    world.visitor().open("/forgotten").send(email=person.email)
    yield world.visitor().open(world.email("Choose a new password").link)
    senior = world.at_the_desk(world.colleague("senior@example.com", role=Role.SENIOR))
    kept = [world.case(person, topic=Topic.CANCEL, service=one) for one in ALL_OR_ONE]
    yield senior.open("/staff/requests/new")
    yield senior.open("/staff/cases")
    for case in (f"/staff/cases/{one}" for one in kept):
        senior.open(case).send(f"{case}/link")
        yield world.visitor().open(world.email("Do you want to ").link)
    case = f"/staff/cases/{kept[0]}"
    record = f"/staff/customers/{person.id}/record"
    held = f"/staff/customers/{person.id}/holds"
    given = f"/staff/customers/{person.id}/disclosures"
    for path in (case, f"{case}/holds", held, record, given, f"{case}/choices"):
        yield senior.open(path)
    asked = "/your-data/correct/profile"
    wrong = world.signed_in(person).open(asked).send(value_before="Rowann", value_after="Rowan")
    yield senior.open(f"/staff/cases/{wrong.path.rpartition('/')[2]}/correction")
    asked_who = f"/staff/cases/{world.case(person, topic=Topic.COPY)}/deadline"
    yield senior.open(f"{asked_who}/identity/shown")
    corrected = world.case(person, topic=Topic.CORRECTION)
    yield senior.open(f"/staff/cases/{corrected}/correction")
    case = f"/staff/cases/{world.case(person, topic=Topic.SIGN_IN)}"
    yield senior.open(f"{case}/let-back-in")
    senior.open(f"{case}/let-back-in").send(note="Rang the number in the profile.", confirm="y")
    yield world.visitor().open(world.email("Set up your sign-in again").link)
    customer = world.signed_in(world.customer("other@example.com", telephone="01632 960002"))
    yield from map(customer.open, OWN)
    admin = world.at_the_desk(world.colleague("boss@example.com", role=Role.ADMINISTRATOR))
    yield admin.open("/staff/colleagues/add")
    officer = world.at_the_desk(world.colleague("officer@example.com", role=Role.PRIVACY_OFFICER))
    for path in ("/staff/lists", "/staff/catalogue/add", "/staff/catalogue/offers"):
        yield officer.open(path)
    survey = publish(world)
    yield customer.open(f"/surveys/{survey}")
    yield officer.open("/staff/surveys/add")
    yield officer.open(f"/staff/surveys/{survey}")
    yield officer.open("/staff/replies/new")
    yield officer.open(f"/staff/replies/{publish_reply(world)}")


def fallible(form: Form) -> list[Field]:
    return [one for one in form if is_seen(one) and one.validators]


@pytest.mark.parametrize("world", ["sqlite"], indirect=True)
def test_everything_that_is_wrong_is_said_once_and_in_the_order_of_the_page(world: World) -> None:
    seen: dict[type[Form], int] = {}

    def note(_: object, context: dict[str, Any], **more: object) -> None:
        del more
        form = context.get("form")
        if isinstance(form, Form):
            seen[type(form)] = max(seen.get(type(form), 0), len(form.errors))

    with template_rendered.connected_to(note, world.app):
        for page in pages(world):
            form = page.soup.select_one("main form[method=post][novalidate]") or page.form()
            target = str(form.get("action") or page.full_path)
            answer = page.visitor.submit(target, wreck(form), None)  # which inspects the order
            summary = [one.get_text() for one in answer.soup.select(".errors__list li")]
            assert len(summary) > (page.path != "/registrations/cancel"), page.path
            assert len(set(summary)) == len(summary), page.path
            assert set(answer.errors.values()) <= set(summary), page.path
    with world.app.test_request_context():
        shown = (one for one in all_forms() if one is not RequestForm)  # each kind has its own
        several = {one for one in shown if len(fallible(make(one))) > 1}
    assert {one.__name__ for one in several if seen.get(one, 0) <= 1} == {"PurposeForm"}
