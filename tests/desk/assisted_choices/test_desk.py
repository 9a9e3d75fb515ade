"""Staff set choices for whoever rings, writes or comes to a shop."""

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from portal.consent.list_screening.service import check, suppress
from portal.consent.marketing.queries import get_choices, list_refused
from portal.consent.marketing.routes import NOTED, OFF_NOW
from portal.consent.marketing.rules import NO_MORE, ChoiceSource
from portal.consent.marketing.service import save_choices
from portal.desk.assisted_choices.rules import AssistedRequest, NotReadError, Requester, adds_yes
from portal.desk.assisted_choices.service import set_choices
from portal.erasure.cancellation.rules import When
from portal.erasure.cancellation.service import leave
from portal.identity.accounts.queries import get_customer
from portal.identity.contact_index.rules import Channel
from portal.identity.staff_accounts.rules import Role
from portal.platform.core.merging import MadeFrom
from portal.platform.core.work import Actor
from tests.consent.marketing.steps import EVERY_CHOICE
from tests.pages import Page
from tests.world import Person, World

EMAIL, TEXT = "offers:email", "surveys:text"
SUBJECT = "Your marketing choices were changed for you"
FACTS: dict[str, Any] = {"caller": "customer", "how": "staff-telephone"}


def values(world: World, person: Person) -> list[str]:
    return sorted(one.value for one in world.read(get_choices, person.customer_id).agreed)


def page_of(world: World, person: Person) -> Page:
    reference = world.case(person)
    return world.at_the_desk().open(f"/staff/cases/{reference}/choices")


def test_a_customer_sees_what_staff_turned_on_for_them_and_that_it_was_read(world: World) -> None:
    person = world.customer()
    page = page_of(world, person)
    assert "Discounts and upgrades for what you already have. About once a month." in page.text
    page = page.send(**FACTS, choices=[EMAIL], was_read="y")
    assert page.flashes == ["The choices are saved. We’ve emailed the customer."]
    assert values(world, person) == [EMAIL]
    mine = world.signed_in(person)
    assert "by our staff, for you, by telephone" in mine.open("/preferences").text
    text = mine.open("/preferences/history").text
    assert "by our staff, for you, by telephone; it was read out first" in text
    email = world.email(SUBJECT)
    assert email.to == person.email
    assert "Offers on your services by email turned on" in email.text
    assert email.link == "/preferences"
    (line,) = world.audit("callers:choices:set")
    assert (line.actor_kind, line.subject_id) == ("staff", person.id)
    (made,) = world.audit("preferences:choice:made")
    assert made.actor_kind == "staff"


def test_nothing_is_turned_on_that_was_not_read_out(world: World) -> None:
    person = world.customer()
    before = world.rows()["marketing_choices"]
    page = page_of(world, person).send(**FACTS, choices=[EMAIL])
    assert "Read it out to them, then" in page.text
    assert page.ticked("choices") == [EMAIL], "what was ticked is still there"
    assert values(world, person) == []
    assert world.rows()["marketing_choices"] == before
    assert not world.audit("callers:choices:set")
    assert SUBJECT not in {email.subject for email in world.deliver()}


def test_what_was_not_read_takes_no_address_off_the_list_of_suppressions(world: World) -> None:
    person = world.customer()
    page = page_of(world, person)
    suppress(world.parts.work, Channel.EMAIL, [person.email])
    page = page.send(**FACTS, choices=[EMAIL])
    assert "Read it out to them, then" in page.text
    assert check(world.parts.work, Channel.EMAIL, [person.email]).known == [1]
    page.send(**FACTS, choices=[EMAIL], was_read="y")
    assert check(world.parts.work, Channel.EMAIL, [person.email]).known == []


def test_turning_off_needs_no_reading(world: World) -> None:
    person = world.customer()
    world.signed_in(person).open("/preferences").send(choices=[EMAIL, TEXT])
    page_of(world, person).send(**{**FACTS, "how": "staff-post"}, choices=[TEXT])
    assert values(world, person) == [TEXT]
    text = world.signed_in(person).open("/preferences/history").text
    assert "by our staff, for you, by letter" in text
    assert "read out" not in text
    assert "Offers on your services by email turned off" in world.email(SUBJECT).text


def test_who_asked_and_how_must_be_said(world: World) -> None:
    person = world.customer()
    page = page_of(world, person).send(choices=[EMAIL], was_read="y")
    assert "Choose who’s asking" in page.text
    assert "Choose how they asked" in page.text
    page = page.send(caller="customer", how="leaving", choices=[EMAIL], was_read="y")
    assert "Choose how they asked" in page.text
    assert values(world, person) == []


def test_choices_that_the_customer_saved_meanwhile_are_not_overwritten(world: World) -> None:
    person = world.customer()
    page = page_of(world, person)
    world.signed_in(person).open("/preferences").send(choices=[TEXT])
    page = page.send(status=409, **FACTS, choices=[EMAIL], was_read="y", made_from="")
    assert "Your choices were changed somewhere else" not in page.text
    assert "The choices were changed somewhere else" in page.text
    assert "Surveys by text: on now, would be off" in page.text
    assert values(world, person) == [TEXT]
    page.send(**FACTS, choices=[EMAIL, TEXT], was_read="y")
    assert values(world, person) == [EMAIL, TEXT]


def test_a_form_without_a_version_changes_nothing(world: World) -> None:
    person = world.customer()
    page_of(world, person).send(
        status=409, **FACTS, choices=[EMAIL], was_read="y", version="", made_from=""
    )
    assert values(world, person) == []


def test_saving_the_same_notes_what_is_not_ticked_and_writes_no_letter(world: World) -> None:
    person = world.customer()
    world.signed_in(person).open("/preferences").send(choices=[EMAIL])
    assert page_of(world, person).send(**FACTS, choices=[EMAIL]).flashes == [NOTED]
    assert len(world.audit("callers:choices:set")) == 1, "who asked for the no"
    assert SUBJECT not in {email.subject for email in world.deliver()}


def test_an_address_without_an_account_has_no_choices(world: World) -> None:
    reference = world.case()
    page = world.at_the_desk().open(f"/staff/cases/{reference}/choices")
    assert "No account has the address of this case" in page.text


def test_a_no_is_taken_by_telephone_for_somebody_whose_account_is_closed_and_a_yes_is_not(
    world: World,
) -> None:
    person = world.customer()
    page = page_of(world, person)
    leave(world.parts.work, world.parts.context, person.customer_id, When.LATER)
    page = page.send(**FACTS, choices=[EMAIL], was_read="y")
    assert "Their account is closed, so no choices can be turned on" in page.text
    page = page.send(**FACTS, choices=[])
    assert page.flashes[0].endswith("We’ve recorded a no for every box you left empty.")
    assert SUBJECT not in {email.subject for email in world.deliver()}
    assert world.audit("callers:choices:set")
    assert "Set choices for a caller" in page.text, "is offered for a closed account"
    assert world.read(list_refused, person.customer_id) == (list(Channel), [])


def test_an_administrator_sets_no_choices(world: World) -> None:
    reference = world.case(world.customer())
    desk = world.at_the_desk(world.colleague("kit@example.com", role=Role.ADMINISTRATOR))
    desk.open(f"/staff/cases/{reference}/choices", status=403)
    assert "Set choices for a caller" not in desk.open(f"/staff/cases/{reference}").text


some_choices = st.frozensets(st.sampled_from([*EVERY_CHOICE, NO_MORE]))


@given(before=some_choices, after=some_choices)
def test_only_a_yes_that_was_not_there_turns_something_on(before: Any, after: Any) -> None:
    assert adds_yes(before, after) == any(one not in before and one != NO_MORE for one in after)


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(before=some_choices, after=some_choices)
def test_what_is_off_stays_off_unless_it_was_read_and_a_no_beside_it_is_kept(
    world: World, before: Any, after: Any
) -> None:
    person = world.customer(f"r{world.rows()['customer']}@example.com")
    colleague = Actor("staff", person.staff_id)
    with world.work() as work:
        save_choices(work, person.customer_id, before)
    customer = world.read(get_customer, person.customer_id)
    version = world.read(get_choices, person.customer_id).version
    request = AssistedRequest(Requester.CUSTOMER, ChoiceSource.SHOP, was_read=False)
    try:
        with world.work(colleague) as work:
            set_choices(work, customer, after, MadeFrom(version), request)
    except NotReadError:
        assert adds_yes(before, after)
        assert before - {NO_MORE} <= after, "there was no no to keep"
    now = world.read(get_choices, person.customer_id).agreed
    assert now - {NO_MORE} <= before
    noes = (before & after) | ((before | after) & {NO_MORE})
    assert now == (noes if adds_yes(before, after) else after)


@pytest.mark.parametrize("words", ["", "And why do you write to me at all?"])
def test_stop_marketing_by_the_form_turns_everything_off_at_once(world: World, words: str) -> None:
    person = world.customer()
    visitor = world.signed_in(person)
    visitor.open("/preferences").send(choices=[EMAIL, TEXT])
    page = visitor.open("/contact").send(topic="marketing", message=words)
    assert page.flashes == [
        "All marketing is off. Post that’s already printed may arrive for up to 28 days."
    ]
    assert page.path == ("/contact/sent" if words else "/preferences")
    assert values(world, person) == []
    assert len(world.audit("cases:case:opened")) == bool(words)


@pytest.mark.parametrize("words", ["", "And why do you write to me at all?"])
@pytest.mark.parametrize("email", ["rowan@example.com", "nobody@example.org"])
def test_stop_marketing_by_a_visitor_only_sends_a_link(
    world: World, email: str, words: str
) -> None:
    person = world.customer()
    world.signed_in(person).open("/preferences").send(choices=[EMAIL])
    page = world.visitor().open("/contact")
    page = page.send(name="A", email=email, topic="marketing", message=words)
    assert page.path == ("/contact/sent" if words else "/choices/sent")
    assert values(world, person) == [EMAIL], "anybody could have typed the address"
    assert len(world.audit("cases:case:opened")) == bool(words)
    known = email == person.email
    subject = (
        "Your marketing choices" if known else "There are no marketing choices for this address"
    )
    assert world.email(subject).to == email


def test_any_other_message_still_needs_words(world: World) -> None:
    page = world.visitor().open("/contact").send(name="A", email="a@example.com", topic="other")
    assert "Enter your message" in page.text


def test_a_no_is_kept_though_the_yes_beside_it_comes_too_late(world: World) -> None:
    person = world.customer()
    world.signed_in(person).open("/preferences").send(choices=[EMAIL])
    page = page_of(world, person)
    leave(world.parts.work, world.parts.context, person.customer_id, When.LATER)
    again = page.send(**FACTS, choices=[TEXT], was_read="y")
    assert "Their account is closed, so no choices can be turned on" in again.text
    assert OFF_NOW in again.text
    channels, single = world.read(list_refused, person.customer_id)
    assert EMAIL in {one.value for one in single} or Channel.EMAIL in channels
