"""The consent receipt: what it says, and that anybody can have it checked."""

import json
from typing import Any

import pytest

from portal.consent.marketing.rules import Choice
from portal.consent.marketing.service import save_choices
from portal.consent.purposes.rules import FIRST
from portal.erasure.cancellation.rules import When
from portal.erasure.cancellation.service import leave
from portal.governance.receipts.rules import LONGEST
from tests.consent.marketing.steps import EVERY_CHOICE
from tests.pages import Visitor
from tests.world import Person, World, act

PATH = "/preferences/history/receipt"
GENUINE, CHANGED = "This receipt is genuine", "This isn’t what we signed"


def taken(world: World, person: Person) -> str:
    """The document, as a customer downloads it."""
    answer = world.signed_in(person).client.get(PATH)
    assert answer.mimetype == "application/json"
    assert answer.headers["Content-Disposition"] == "attachment; filename=consent-receipt.json"
    return answer.text


def checked(world: World, text: str) -> str:
    """What a stranger reads who pastes a text where receipts are checked."""
    return world.visitor().open("/receipts").send(receipt=text).text


def chosen(world: World) -> tuple[Person, dict[str, Any], str]:
    """Somebody who said yes and then no, and their document."""
    person = world.customer()
    visitor: Visitor = world.signed_in(person)
    page = visitor.open("/preferences").send(choices=["offers:email", "brightwave:yes"])
    world.clock.move(minutes=1)
    page.send(choices=["brightwave:yes"])
    text = taken(world, person)
    return person, json.loads(text), text


def test_it_says_what_is_on_today_since_when_and_how(world: World) -> None:
    person, facts, _ = chosen(world)
    assert (facts["document"], facts["format"]) == ("consent receipt", 2)
    assert facts["customer"] == str(person.id)
    assert facts["issuer"] == world.parts.settings.brand_name
    assert facts["check_at"].endswith("/receipts")
    assert len(facts["choices"]) == 16 + 5
    (on,) = [one for one in facts["choices"] if one.get("agreed")]
    assert (on["purpose"], on["channel"], on["how"]) == ("brightwave", "yes", "website")
    assert on["since"].startswith("2026-11-23T12:00:00")


def test_it_has_every_yes_and_no_with_the_words_that_were_read(world: World) -> None:
    _, facts, _ = chosen(world)
    said = [(one["purpose"], one["agreed"], one["wording"]) for one in facts["history"]]
    turned = {("offers", "email"), ("brightwave", "yes")}
    are_turned = [(one["purpose"], one["channel"]) in turned for one in facts["history"]]
    changes = [one for one, is_turned in zip(said, are_turned, strict=True) if is_turned]
    noes = [one for one, is_turned in zip(said, are_turned, strict=True) if not is_turned]
    assert changes == [("offers", False, 1), ("brightwave", True, 1), ("offers", True, 1)]
    marketing, others = 15, 3
    assert len(noes) == 2 * marketing + others, "left off beside a yes, and outright"
    assert {agreed for _, agreed, _ in noes} == {False}
    assert facts["history_is_whole"] is True
    words = {one["purpose"]: one["text"] for one in facts["wordings"]}
    company = FIRST.find("brightwave")
    assert company is not None
    assert words["brightwave"] == company.why
    assert set(words) == {"brightwave", *(purpose for purpose, _, _ in said)}


def test_whoever_says_no_after_coming_back_has_that_no_as_what_was_said_last(world: World) -> None:
    """What was turned off because they left is older: both lists say the same."""
    person = world.customer()
    with world.work() as work:
        save_choices(work, person.customer_id, frozenset({Choice("offers", "email")}))
    leave(world.parts.work, world.parts.context, person.customer_id, When.LATER)
    world.clock.move(days=1)
    world.signed_in(person).open("/preferences").send(choices=[])
    facts = json.loads(taken(world, person))
    offers = {"purpose": "offers", "channel": "email"}
    (today,) = [one for one in facts["choices"] if offers.items() <= one.items()]
    newest = next(one for one in facts["history"] if offers.items() <= one.items())
    assert (today["how"], today["since"]) == (newest["how"], newest["at"])
    assert today["how"] == "website"


def test_of_the_customer_it_has_nothing_but_the_number(world: World) -> None:
    person, _, text = chosen(world)
    for detail in (person.email, person.given_name, person.family_name):
        assert detail.lower() not in text.lower()


def test_anybody_can_have_it_checked_however_it_is_laid_out(world: World) -> None:
    _, facts, text = chosen(world)
    turned = dict(reversed(facts.items()))
    for spelled in (text, json.dumps(facts), json.dumps(turned, indent=4), f"\n {text}\n"):
        assert GENUINE in checked(world, spelled)


@pytest.mark.parametrize("change", ["choices", "history", "wordings", "customer", "new"])
def test_whatever_is_changed_is_found(world: World, change: str) -> None:
    _, facts, _ = chosen(world)
    match change:
        case "choices":
            facts["choices"][0]["agreed"] ^= True
        case "history":
            facts["history"].pop()
        case "wordings":
            facts["wordings"][0]["text"] += " Or not."
        case _:
            facts[change] = "x"
    assert CHANGED in checked(world, json.dumps(facts))


def test_a_name_that_is_there_twice_is_not_believed(world: World) -> None:
    _, _, text = chosen(world)
    twice = text.replace("{", '{"customer": "somebody else",', 1)
    assert GENUINE not in checked(world, twice)


@pytest.mark.parametrize(
    "text", ["{", "{}", '{"signature": 7}', '{"signature": []}', '{"a":' * 5000]
)
def test_what_is_no_document_is_not_known(world: World, text: str) -> None:
    assert "We don’t know this receipt" in checked(world, text)


def test_a_document_of_many_choices_can_still_be_pasted(world: World) -> None:
    person = world.customer()
    for turn in range(34):
        wanted = frozenset(EVERY_CHOICE if turn % 2 == 0 else ())
        act(world, person, save_choices, person.customer_id, wanted)
    text = taken(world, person)
    assert json.loads(text)["history_is_whole"] is False
    assert len(text) < LONGEST
    assert GENUINE in checked(world, text)


def test_whoever_never_chose_gets_one_that_says_so(world: World) -> None:
    text = taken(world, world.customer())
    facts = json.loads(text)
    assert facts["history"] == facts["wordings"] == []
    assert not any(one.get("agreed") for one in facts["choices"])
    assert GENUINE in checked(world, text)


def test_the_page_of_the_history_offers_it(world: World) -> None:
    assert PATH in world.signed_in().open("/preferences/history").links()
