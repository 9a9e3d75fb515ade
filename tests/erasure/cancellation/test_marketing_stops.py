"""Marketing stops at once for somebody who leaves, and nothing turns it on again behind them."""

import pytest
from sqlalchemy import select

from portal.consent.list_screening.rules import Campaign, WithheldReason
from portal.consent.marketing.queries import get_choices
from portal.consent.marketing.rules import Choice, ChoiceSource
from portal.consent.marketing.service import save_form
from portal.desk.assisted_choices.rules import AssistedRequest, Requester
from portal.desk.assisted_choices.service import set_choices
from portal.erasure.cancellation.models import CancellationUnderway
from portal.erasure.cancellation.rules import When
from portal.erasure.cancellation.service import decide, finish, leave
from portal.identity.accounts.queries import get_customer
from portal.identity.contact_index.rules import Channel
from portal.platform.core.errors import NotFoundError
from portal.platform.core.merging import MadeFrom
from portal.platform.core.work import VISITOR, Actor
from tests.consent.list_screening.lists import CALLS, agrees, screened
from tests.world import Person, World, act

ROW = "Rowan,01632 960001"
LIST = f"Name,Telephone\n{ROW}\n"
PROSPECTS = Campaign(purpose="offers", channel=Channel.TELEPHONE, prospects=True)
YES = frozenset({Choice("offers", Channel.EMAIL)})
BLANK = MadeFrom(0, {"choices": ""})


@pytest.fixture
def person(world: World) -> Person:
    person = world.customer(telephone="01632 960001")
    agrees(world, person, ("offers", Channel.TELEPHONE))
    return person


@pytest.mark.parametrize("campaign", [CALLS, PROSPECTS])
def test_no_list_lets_somebody_through_once_it_is_decided_that_they_go(
    world: World, person: Person, campaign: Campaign
) -> None:
    assert screened(world, LIST, campaign) == ([ROW], {})
    act(world, person, decide, world.parts.context, person.customer_id)
    assert screened(world, LIST, campaign) == ([], {2: WithheldReason.NO})


def test_a_yes_until_the_end_is_no_refusal_for_ever(world: World, person: Person) -> None:
    act(world, person, decide, world.parts.context, person.customer_id)
    with world.work() as work:
        (underway,) = work.session.scalars(select(CancellationUnderway))
        assert Channel.TELEPHONE not in {channel for channel, _ in underway.suppressed}
    finish(world.parts.work, world.parts.context, person.customer_id)
    assert "Your marketing choices: " in world.email("Your account is deleted").text


def close(world: World) -> Person:
    person = world.customer()
    leave(world.parts.work, world.parts.context, person.customer_id, When.LATER)
    return person


def test_no_link_says_a_yes_for_somebody_whose_account_was_closed_meanwhile(world: World) -> None:
    person = close(world)
    with world.parts.work(VISITOR) as work:
        kept = save_form(work, person.customer_id, YES, BLANK, ChoiceSource.LINK)
    assert isinstance(kept.refusal, NotFoundError)
    assert not world.read(get_choices, person.customer_id).agreed


def test_no_colleague_says_a_yes_for_somebody_whose_account_was_closed_meanwhile(
    world: World,
) -> None:
    person, colleague = world.customer(), world.colleague()
    before = world.read(get_customer, person.customer_id)
    leave(world.parts.work, world.parts.context, person.customer_id, When.LATER)
    request = AssistedRequest(Requester.CUSTOMER, ChoiceSource.TELEPHONE, was_read=True)
    with world.parts.work(Actor("staff", colleague.id)) as work:
        kept = set_choices(work, before, YES, BLANK, request)
    assert isinstance(kept.refusal, NotFoundError)
    assert not world.read(get_choices, person.customer_id).agreed


def test_somebody_who_comes_back_says_yes_again(world: World) -> None:
    person = close(world)
    world.signed_in(person).open("/preferences").send(choices=["offers:email"])
    assert world.read(get_choices, person.customer_id).agreed == YES
