"""“No more companies from now on” is a no, and nowhere that people read of it a yes."""

import json
import re

import pytest

from portal.consent.list_import.columns import UnfitListError
from portal.consent.list_import.sheets import Row
from portal.consent.list_screening.rules import Campaign
from portal.consent.marketing.queries import SAID_NO, get_choices, list_changes
from portal.consent.marketing.rules import NO_MORE, NO_MORE_LABEL, REFUSALS, Choices
from portal.consent.marketing.service import save_choices
from portal.consent.purposes.rules import FIRST, Catalogue, Purpose, PurposeKind
from portal.consent.sharing.rules import Terms
from portal.consent.sharing.service import share
from portal.erasure.cancellation.rules import When
from portal.erasure.cancellation.service import leave
from portal.identity.contact_index.rules import Channel
from tests.consent.list_screening.lists import screened
from tests.consent.marketing.checked import HEADS
from tests.consent.sharing.test_sharing import ONE_COLUMN
from tests.desk.assisted_choices.test_desk import FACTS, SUBJECT, page_of
from tests.pages import Visitor
from tests.self_service.your_data.downloads import copy_of
from tests.world import Person, World, act

PAGES = ("/account", "/preferences", "/preferences/history")


@pytest.fixture
def refuser(world: World) -> Person:
    """Somebody who wants no more companies, and nothing else."""
    person = world.customer()
    act(world, person, save_choices, person.customer_id, REFUSALS)
    return person


def read_as(world: World, person: Person) -> Visitor:
    return world.signed_in(person)


def test_somebody_who_only_refused_companies_reads_that_all_is_off(
    world: World, refuser: Person
) -> None:
    visitor = read_as(world, refuser)
    home = visitor.open("/account")
    assert "All off" in home.text
    assert "1 on" not in home.text
    assert "0 of 20 are on" in visitor.open("/preferences").text


def test_nobody_who_refused_companies_reads_that_they_turned_something_on(
    world: World, refuser: Person
) -> None:
    visitor = read_as(world, refuser)
    world.clock.move(minutes=1)
    act(world, refuser, save_choices, refuser.customer_id, frozenset())
    for path in PAGES:
        text = visitor.open(path).text
        assert not re.search(rf"{NO_MORE_LABEL}[^.]{{0,3}} turned o", text), path
        assert f"{NO_MORE_LABEL}: chosen" in text
        assert f"{NO_MORE_LABEL}: taken back" in text


def test_somebody_who_took_a_copy_reads_their_refusal_as_one(world: World, refuser: Person) -> None:
    text = copy_of(world, refuser)
    assert f"You asked for: {NO_MORE_LABEL}" in text
    assert "On today" not in text
    assert "turned on" not in text


def test_a_consent_receipt_says_refused_and_has_the_words_that_were_read(
    world: World, refuser: Person
) -> None:
    text = read_as(world, refuser).client.get("/preferences/history/receipt").text
    facts = json.loads(text)
    told = [*facts["choices"], *facts["history"]]
    about = [one for one in told if one["purpose"] == NO_MORE.purpose]
    assert [(one.get("refused"), "agreed" in one) for one in about] == [(True, False)] * 2
    assert not any(one.get("agreed") for one in told)
    (words,) = [one for one in facts["wordings"] if one["purpose"] == NO_MORE.purpose]
    assert words["title"] == NO_MORE_LABEL
    assert "any other company" in words["text"]


def test_a_letter_about_what_staff_set_does_not_say_that_a_refusal_was_turned_on(
    world: World,
) -> None:
    person = world.customer()
    page_of(world, person).send(**FACTS, choices=[NO_MORE.value])
    text = " ".join(world.email(SUBJECT).text.split())
    assert f"{NO_MORE_LABEL}: chosen" in text
    assert "turned on" not in text


def test_somebody_who_leaves_and_comes_back_has_refused_companies_all_the_same(
    world: World, refuser: Person
) -> None:
    leave(world.parts.work, world.parts.context, refuser.customer_id, When.LATER)
    world.signed_in(refuser)
    assert world.read(get_choices, refuser.customer_id).agreed == REFUSALS
    first = [NO_MORE_LABEL + ": chosen", SAID_NO]
    assert [one.title for one in world.read(list_changes, refuser.customer_id, 9)] == first


@pytest.mark.usefixtures("refuser")
def test_no_list_lets_somebody_through_for_what_they_refused(world: World) -> None:
    for channel in Channel:
        with pytest.raises(UnfitListError):
            screened(world, HEADS[channel], Campaign(purpose=NO_MORE.purpose, channel=channel))
    row = Row(2, "x,rowan@example.com", ["x", "rowan@example.com"])
    with world.work() as work, pytest.raises(UnfitListError):
        share(work, Terms(NO_MORE.purpose, "A-1"), ONE_COLUMN, [row])


def test_a_count_of_yeses_has_no_refusal_in_any_catalogue() -> None:
    company = Purpose("one", PurposeKind.SHARING, "One", "Because.")
    for catalogue in (FIRST, Catalogue(2, (company,)), Catalogue(3, ())):
        assert Choices(REFUSALS, 1, None).count(catalogue) == 0
