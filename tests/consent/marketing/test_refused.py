"""A no is kept past the account, whatever stood when it was said, and by whatever way."""

import json
from collections.abc import Callable

import pytest
from sqlalchemy import null, update

from portal.consent.list_screening.rules import Campaign, WithheldReason
from portal.consent.list_screening.service import check, lift
from portal.consent.marketing.held import list_items
from portal.consent.marketing.models import MarketingChoices
from portal.consent.marketing.queries import SAID_NO, get_choices, list_changes
from portal.consent.marketing.rules import NO_MORE, REFUSALS, ChoiceSource, choices_of
from portal.consent.purposes.rules import FIRST, PurposeKind
from portal.desk.assisted_choices.rules import AssistedRequest, Requester
from portal.desk.assisted_choices.service import set_choices
from portal.erasure.cancellation.rules import When
from portal.erasure.cancellation.service import leave
from portal.identity.accounts.queries import get_customer
from portal.identity.contact_index.rules import Channel
from portal.identity.staff_accounts.rules import Role
from portal.platform.core.merging import MadeFrom
from portal.platform.core.work import Actor
from tests.consent.list_screening.lists import agrees, screened
from tests.consent.unsubscribe.steps import old_path_for
from tests.pages import Page
from tests.world import Person, World

ADDRESS = "rowan@example.com"
OFFERS, PRODUCTS = ("offers", Channel.EMAIL), ("new-products", Channel.EMAIL)
NO_MORE_BOX = f"{NO_MORE.purpose}:{NO_MORE.channel}"
LEFT_OFF = "Nothing has changed. We’ve recorded a no for every box you left empty."


def withheld(world: World, purpose: str = "offers", channel: Channel = Channel.EMAIL) -> bool:
    """Whether a list of strangers for some purpose is let have the address."""
    campaign = Campaign(purpose=purpose, channel=channel, prospects=True)
    _, why = screened(world, f"Name,Email\nRowan,{ADDRESS}\n", campaign)
    assert why in ({}, {2: WithheldReason.SUPPRESSED})
    return bool(why)


def never_chose(world: World) -> Person:
    return world.customer(ADDRESS)


def closed(world: World) -> Person:
    """Said yes to these emails, and closed the account until the seven days have passed."""
    person = world.customer(ADDRESS)
    agrees(world, person, OFFERS)
    leave(world.parts.work, world.parts.context, person.customer_id, When.LATER)
    world.clock.move(days=2)
    return person


def came_back(world: World) -> Person:
    person = closed(world)
    world.signed_in(person)
    return person


def by_button(world: World, person: Person) -> None:
    world.visitor().open(old_path_for(world, person.email)).send()


def by_other_button(world: World, person: Person) -> None:
    world.visitor().open(old_path_for(world, person.email)).send(everything="yes")


def by_form(world: World, person: Person) -> None:
    world.signed_in(person).open("/preferences").send(choices=[])


def by_page(world: World, person: Person) -> None:
    world.signed_in(person).open("/preferences/off").send()


def by_message(world: World, person: Person) -> None:
    page = world.signed_in(person).open("/contact")
    page.send(topic="marketing", message="")


def send_choices_link(world: World, person: Person) -> Page:
    world.visitor().open("/choices").send(email=person.email)
    return world.visitor().open(world.email("Your marketing choices").link)


def by_choices_link(world: World, person: Person) -> None:
    send_choices_link(world, person).send(choices=[])


def by_visitors_message(world: World, person: Person) -> None:
    page = world.visitor().open("/contact")
    page.send(topic="marketing", name="Rowan", email=person.email, message="")
    world.visitor().open(world.email("Your marketing choices").link).send(choices=[])


def by_staff(world: World, person: Person) -> None:
    customer = world.read(get_customer, person.customer_id)
    saved = world.read(get_choices, person.customer_id)
    request = AssistedRequest(Requester.CUSTOMER, ChoiceSource.TELEPHONE, was_read=False)
    with world.work(Actor("staff", world.colleague().id)) as work:
        set_choices(work, customer, frozenset(), MadeFrom(saved.version), request)


SIGNED_OUT = (by_button, by_other_button, by_choices_link, by_visitors_message, by_staff)
SIGNED_IN = (by_form, by_page, by_message)


@pytest.mark.parametrize(
    ("become", "say_no"),
    [
        *((closed, one) for one in SIGNED_OUT),
        *((state, one) for state in (never_chose, came_back) for one in (*SIGNED_OUT, *SIGNED_IN)),
    ],
)
def test_a_no_that_changes_nothing_today_keeps_whoever_said_it_off_every_list_for_good(
    world: World, become: Callable[[World], Person], say_no: Callable[[World, Person], None]
) -> None:
    person = become(world)
    before = world.read(get_choices, person.customer_id).agreed
    assert not before
    say_no(world, person)
    world.erase(person)
    assert withheld(world)


@pytest.mark.parametrize("become", [never_chose, closed, came_back])
def test_whoever_said_no_to_nothing_is_a_stranger_afterwards(
    world: World, become: Callable[[World], Person]
) -> None:
    world.erase(become(world))
    assert not withheld(world)


def test_a_no_to_one_purpose_outlives_the_account_beside_a_yes_to_another(world: World) -> None:
    person = world.customer(ADDRESS)
    agrees(world, person, OFFERS, PRODUCTS)
    page = world.visitor().open(old_path_for(world, person.email)).send()
    assert "We’ll send no more emails about “Offers on your services” to this address" in (
        page.text
    )
    world.erase(person)
    assert withheld(world)
    assert not withheld(world, "new-products"), "a yes until the end is no refusal for ever"


def test_a_no_to_one_purpose_in_the_seven_days_is_none_to_what_was_on_until_then(
    world: World,
) -> None:
    person = world.customer(ADDRESS)
    agrees(world, person, OFFERS, PRODUCTS)
    leave(world.parts.work, world.parts.context, person.customer_id, When.LATER)
    by_button(world, person)
    world.erase(person)
    assert withheld(world)
    assert not withheld(world, "new-products")


def test_a_no_on_a_page_from_before_the_account_was_closed_is_kept_and_a_yes_is_not(
    world: World,
) -> None:
    person = world.customer(ADDRESS)
    agrees(world, person, OFFERS, PRODUCTS)
    page = send_choices_link(world, person)
    leave(world.parts.work, world.parts.context, person.customer_id, When.LATER)
    page = page.send(status=409, choices=["new-products:email", "surveys:email"])
    assert "Nothing was turned on" in page.text
    assert "We’ve kept your no to: Offers on your services by email." in page.text
    assert not world.read(get_choices, person.customer_id).agreed
    world.erase(person)
    assert withheld(world)
    assert not withheld(world, "new-products")


def test_no_more_companies_alone_is_a_no_that_a_page_from_before_the_account_was_closed_may_say(
    world: World,
) -> None:
    person = world.customer(ADDRESS)
    page = send_choices_link(world, person)
    leave(world.parts.work, world.parts.context, person.customer_id, When.LATER)
    page = page.send(choices=[NO_MORE_BOX])
    assert NO_MORE in world.read(get_choices, person.customer_id).agreed
    assert "Nothing was turned on" not in page.text
    assert "You haven’t said no to anything" not in page.text
    world.erase(person)
    assert withheld(world)


def test_a_page_from_before_says_no_to_nothing_that_it_did_not_show(world: World) -> None:
    """What is asked no longer has no box that could be unticked."""
    person = world.customer(ADDRESS)
    agrees(world, person, PRODUCTS)
    officer = world.at_the_desk(world.colleague("officer@example.com", role=Role.PRIVACY_OFFICER))
    retire = officer.open("/staff/catalogue/new-products")
    retire.send(retire="y", note="Nobody answers")
    page = send_choices_link(world, person)
    leave(world.parts.work, world.parts.context, person.customer_id, When.LATER)
    page = page.send(status=409, choices=["offers:email"])
    assert "kept your no" not in page.text


def test_a_page_from_before_that_unticks_nothing_says_of_no_no(world: World) -> None:
    person = world.customer(ADDRESS)
    agrees(world, person, OFFERS)
    page = send_choices_link(world, person)
    leave(world.parts.work, world.parts.context, person.customer_id, When.LATER)
    page = page.send(status=409, choices=["offers:email"])
    assert "Nothing was turned on" in page.text
    assert "kept your no" not in page.text


def test_a_page_of_a_closed_account_says_for_what_a_fingerprint_is_kept(world: World) -> None:
    person = world.customer(ADDRESS)
    agrees(world, person, OFFERS, PRODUCTS)
    leave(world.parts.work, world.parts.context, person.customer_id, When.LATER)
    mine = "Offers on your services by email"
    for is_refused in (False, True):
        page = send_choices_link(world, person)
        listed = [one.get_text() for one in page.soup.select("main .plain-list li")]
        assert (mine in listed) is is_refused
        assert "All marketing by text" in listed
        assert "New products by email" not in listed
        assert "You haven’t said no to anything" not in page.text
        assert "we could still contact you about other things" in page.text
        by_button(world, person)
    world.erase(person)
    assert withheld(world), "as it says"
    assert not withheld(world, "new-products")


def test_a_page_of_a_closed_account_says_that_nothing_was_refused_where_nothing_was(
    world: World,
) -> None:
    person = world.customer(ADDRESS)
    leave(world.parts.work, world.parts.context, person.customer_id, When.LATER)
    page = send_choices_link(world, person)
    assert "You haven’t said no to anything" in page.text
    assert not page.soup.select("main .plain-list li")
    world.erase(person)
    assert not withheld(world)


def test_a_yes_to_what_was_refused_takes_the_address_off_for_that_purpose(world: World) -> None:
    person = world.customer(ADDRESS)
    agrees(world, person, OFFERS, PRODUCTS)
    by_button(world, person)
    world.erase(person)
    person = world.customer(ADDRESS)
    agrees(world, person, ("surveys", Channel.EMAIL))
    world.erase(person)
    assert withheld(world), "a yes to something else takes nothing off"
    person = world.customer(ADDRESS)
    agrees(world, person, OFFERS)
    assert not withheld(world)


def test_lifting_a_contact_lifts_it_for_every_purpose(world: World) -> None:
    person = world.customer(ADDRESS)
    agrees(world, person, OFFERS, PRODUCTS)
    by_button(world, person)
    world.erase(person)
    assert check(world.parts.work, Channel.EMAIL, [ADDRESS]).known == [1]
    done = lift(world.parts.work, Channel.EMAIL, [ADDRESS])
    assert (done.changed, done.known) == (1, [1])
    assert not withheld(world)
    assert check(world.parts.work, Channel.EMAIL, [ADDRESS]).unknown == [1]


def test_of_a_no_said_again_and_again_the_first_and_the_last_are_kept(world: World) -> None:
    person = never_chose(world)
    moments = []
    for _ in range(4):
        world.clock.move(minutes=1)
        moments.append(world.clock())
        by_button(world, person)
    kept = world.read(get_choices, person.customer_id)
    assert [one.made.at for one in kept.noted] == [moments[0], moments[-1]]
    assert not kept.made, "nothing was turned on or off"


@pytest.mark.parametrize("say_no", [by_button, by_other_button, by_page, by_message])
def test_a_no_said_once_more_is_asked_about_before_a_page_from_before_it_says_yes(
    world: World, say_no: Callable[[World, Person], None]
) -> None:
    person = never_chose(world)
    by_page(world, person)
    world.clock.move(minutes=1)
    page = world.signed_in(person).open("/preferences")
    world.clock.move(minutes=1)
    say_no(world, person)
    page.send(choices=["offers:email"], status=409)
    assert not world.read(get_choices, person.customer_id).agreed


def test_a_page_tells_a_customer_who_never_chose_from_a_stranger_by_nothing(world: World) -> None:
    never_chose(world)
    pages = [
        world.visitor().open(old_path_for(world, email)).send().text
        for email in (ADDRESS, "nobody@example.org")
    ]
    assert pages[0] == pages[1]


def test_the_page_says_that_a_no_was_noted_where_nothing_was_on(world: World) -> None:
    person = never_chose(world)
    page = world.signed_in(person).open("/preferences").send(choices=[])
    assert page.flashes == [LEFT_OFF]
    refused = world.read(get_choices, person.customer_id).refused
    assert refused == choices_of(FIRST, {PurposeKind.MARKETING}), "no company is among them"
    assert page.send(choices=[]).flashes == [LEFT_OFF], "a no said once more is a no of today"


def by_refusing_companies(world: World, person: Person) -> None:
    """The one box that is a no, ticked alone."""
    world.signed_in(person).open("/preferences").send(choices=[NO_MORE_BOX])


@pytest.mark.parametrize(
    "say_no", [by_button, by_page, by_form, by_message, by_staff, by_refusing_companies]
)
def test_a_no_to_what_was_off_that_is_younger_than_a_page_is_asked_about(
    world: World, say_no: Callable[[World, Person], None]
) -> None:
    """As where it turned something off: the page was made before it was said."""
    person = never_chose(world)
    page = world.signed_in(person).open("/preferences")
    world.clock.move(minutes=5)
    say_no(world, person)
    page = page.send(status=409, choices=["offers:email"])
    assert "Offers on your services by email: off now, would be on" in page.text
    assert not world.read(get_choices, person.customer_id).agreed - REFUSALS
    page.send(choices=["offers:email"])
    assert world.read(get_choices, person.customer_id).agreed - REFUSALS, "asked once"


def test_what_somebody_said_no_to_is_in_their_record(world: World) -> None:
    person = world.customer(ADDRESS)
    agrees(world, person, OFFERS, PRODUCTS)
    by_button(world, person)
    items = world.read(list_items, person.customer_id)
    no = [one.value for one in items if one.label == "Said no to"]
    assert "Offers on your services by email" in no
    assert "New products by email" not in no


def test_a_no_that_changes_nothing_is_in_the_trail(world: World) -> None:
    person = never_chose(world)
    by_button(world, person)
    (line,) = world.audit("preferences:refusal:noted")
    assert (line.actor_kind, line.subject_id) == ("visitor", person.id)


def test_what_was_said_before_refusals_were_kept_counts_as_it_did(world: World) -> None:
    """Choices from before have no list of what was refused: what is not agreed to was."""
    person = world.customer(ADDRESS)
    agrees(world, person, PRODUCTS)
    with world.work() as work:
        work.session.execute(update(MarketingChoices).values(refused=null()))
    leave(world.parts.work, world.parts.context, person.customer_id, When.LATER)
    world.erase(person)
    assert withheld(world)
    assert not withheld(world, "new-products")


@pytest.mark.parametrize("say_no", [by_page, by_form, by_message, by_choices_link, by_staff])
def test_a_no_to_what_was_off_is_on_the_page_in_the_record_the_copy_and_the_receipt(
    world: World, say_no: Callable[[World, Person], None]
) -> None:
    """All of them say the same: what, when and by whom."""
    person = never_chose(world)
    say_no(world, person)
    visitor = world.signed_in(person)
    page, record = visitor.open("/preferences"), visitor.open("/preferences/history")
    for shown in (page.text, record.text):
        assert shown.count(SAID_NO) == 1
        assert "Offers on your services by email" in shown
        assert "none yet" not in shown
        assert "No choices yet" not in shown
    assert "Last changed on" not in page.text, "nothing was"
    items = world.read(list_items, person.customer_id)
    made = [one for one in items if one.label.startswith(f"{SAID_NO}, by ")]
    assert "Offers on your services by email" in [one.value for one in made]
    assert len({(one.label, one.at) for one in made}) == 1
    facts = json.loads(visitor.client.get("/preferences/history/receipt").text)
    noes = {(one["purpose"], one["channel"]) for one in facts["history"]}
    refused = world.read(get_choices, person.customer_id).refused
    others = choices_of(FIRST, set(PurposeKind) - {PurposeKind.MARKETING})
    assert len(made) == len(refused | others)
    assert noes == {(one.purpose, one.channel) for one in refused | others}
    assert not any(one["agreed"] for one in facts["history"])
    today = [one for one in facts["choices"] if (one["purpose"], one["channel"]) in noes]
    assert len(today) == len(noes)
    for one in (*facts["history"], *today):
        assert one["how"] == facts["history"][0]["how"]
        assert one.get("at", one.get("since")) == facts["history"][0]["at"]


def test_a_no_stays_in_the_record_after_a_yes(world: World) -> None:
    person = never_chose(world)
    by_form(world, person)
    world.clock.move(minutes=1)
    world.signed_in(person).open("/preferences").send(choices=["offers:email"])
    titles = [one.title for one in world.read(list_changes, person.customer_id, 9)]
    assert titles == ["Offers on your services by email turned on", SAID_NO]
    page = world.signed_in(person).open("/preferences")
    assert page.text.count("Last changed on") == 1


def test_whoever_never_said_anything_has_no_no_in_the_record(world: World) -> None:
    page = world.signed_in(never_chose(world)).open("/preferences/history")
    assert "Everything is off." in page.text
    assert "Every choice you made" not in page.text
    assert SAID_NO not in page.text
