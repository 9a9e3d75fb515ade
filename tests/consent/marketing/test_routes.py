import pytest
from sqlalchemy import select

from portal.consent.marketing.held import list_items
from portal.consent.marketing.models import ChoiceChange
from portal.consent.marketing.queries import get_choices, list_refused
from portal.consent.marketing.routes import NOTED
from portal.consent.marketing.rules import NO_MORE, Choice
from portal.consent.marketing.service import save_choices
from portal.consent.purposes.rules import FIRST
from portal.identity.contact_index.rules import Channel
from portal.identity.staff_accounts.rules import Role
from tests.consent.marketing.steps import EVERY_CHOICE
from tests.world import Person, World, act

EMAIL, TEXT = "offers:email", "surveys:text"


def test_everything_is_off_until_somebody_turns_it_on(world: World) -> None:
    visitor = world.signed_in()
    assert "Nothing is on unless you say yes" in visitor.open("/account").text
    page = visitor.open("/preferences")
    assert "Nothing is on unless you said yes." in page.text
    assert page.ticked("choices") == []
    assert len(page.soup.select("[name=choices]")) == 16 + 5
    assert "You haven’t made any yet" in page.text


def test_a_customer_turns_two_choices_on_and_one_off_again(world: World) -> None:
    visitor = world.signed_in()
    page = visitor.open("/preferences").send(choices=[EMAIL, TEXT])
    assert page.flashes == ["We’ve saved your choices."]
    assert page.ticked("choices") == [EMAIL, TEXT]
    page = page.send(choices=[TEXT])
    assert page.ticked("choices") == [TEXT]
    history = visitor.open("/preferences/history").text
    assert "Offers on your services by email turned on" in history
    assert "Offers on your services by email turned off" in history


def test_each_choice_is_kept_with_its_wording_and_date(world: World) -> None:
    person = world.customer()
    world.signed_in(person).open("/preferences").send(choices=[EMAIL])
    with world.work() as work:
        row = work.session.scalars(select(ChoiceChange)).one()
        assert (row.customer_id, row.agreed, row.wording) == (person.id, True, FIRST.number)
        assert (row.actor_kind, row.via, row.changed_at) == (
            "customer",
            "website",
            world.clock(),
        )


DATED = {"marketing_choices", "audit_entry", "audit_waiting"}
"""Where a no said once more stands: as of now, and nothing is turned on or off."""


def changed_tables(before: dict[str, int], world: World) -> set[str]:
    after = world.rows()
    return {one for one in after if after[one] != before[one]}


def test_saving_the_same_choices_again_only_notes_what_is_not_ticked(world: World) -> None:
    page = world.signed_in().open("/preferences").send(choices=[EMAIL])
    before = world.rows()
    assert page.send().flashes == [NOTED]
    assert changed_tables(before, world) <= DATED


def test_everything_can_be_turned_off_at_once(world: World) -> None:
    person = world.customer()
    act(world, person, save_choices, person.customer_id, frozenset(EVERY_CHOICE))
    visitor = world.signed_in(person)
    page = visitor.open("/preferences/off").send()
    assert page.flashes == [
        "All marketing is off. Post that’s already printed may arrive for up to 28 days."
    ]
    assert page.ticked("choices") == []
    assert len(world.audit("preferences:choice:made")) == 32


def test_turning_everything_off_means_what_is_no_longer_asked_too(world: World) -> None:
    person, officer = world.customer(), world.colleague(role=Role.PRIVACY_OFFICER)
    visitor = world.signed_in(person)
    visitor.open("/preferences").send(choices=[TEXT])
    page = world.at_the_desk(officer).open("/staff/catalogue/surveys")
    page.send(retire="y", note="Nobody answers")
    visitor.open("/preferences/off").send()
    assert world.read(get_choices, person.customer_id).agreed == frozenset()
    assert "Surveys by text turned off" in visitor.open("/preferences/history").text
    assert Channel.TEXT in world.read(list_refused, person.customer_id)[0]


def test_what_is_no_longer_asked_counts_as_a_no_but_is_told_as_it_was_said(world: World) -> None:
    person, officer = world.customer(), world.colleague(role=Role.PRIVACY_OFFICER)
    world.signed_in(person).open("/preferences").send(choices=[EMAIL, TEXT])
    page = world.at_the_desk(officer).open("/staff/catalogue/surveys")
    page.send(retire="y", note="Nobody answers")
    channels, single = world.read(list_refused, person.customer_id)
    assert {one.value for one in single} == {
        f"{purpose}:email" for purpose in ("new-products", "partner-offers", "surveys")
    }
    assert channels == [Channel.TEXT, Channel.TELEPHONE, Channel.POST]
    items = world.read(list_items, person.customer_id)
    assert [(one.label, one.value) for one in items][:2] == [
        ("On today", "Offers on your services by email"),
        ("A past yes that we no longer ask about or use", "Surveys by text"),
    ]


def test_the_same_form_sent_twice_is_saved_once_and_is_no_conflict(world: World) -> None:
    page = world.signed_in().open("/preferences")
    assert page.send(choices=[EMAIL]).flashes == ["We’ve saved your choices."]
    before = world.rows()
    assert page.send(choices=[EMAIL]).flashes == [NOTED]
    assert changed_tables(before, world) <= DATED


def test_looking_at_the_page_that_turns_off_turns_nothing_off(world: World) -> None:
    person = world.customer()
    act(world, person, save_choices, person.customer_id, frozenset(EVERY_CHOICE))
    world.signed_in(person).open("/preferences/off")
    assert len(world.read(get_choices, person.customer_id).agreed) == 16


@pytest.mark.parametrize("version", ["", "x", "-1", "999"])
def test_what_does_not_say_from_which_page_it_came_replaces_nothing(
    world: World, version: str
) -> None:
    person = world.customer()
    visitor = world.signed_in(person)
    visitor.open("/preferences").send(choices=[EMAIL])
    page = visitor.open("/preferences").send(
        status=409, choices=[TEXT], version=version, made_from=""
    )
    assert values(world, person) == [EMAIL]
    page.send()
    assert values(world, person) == [TEXT], "the form has the version by now, and what was typed"


def test_choices_made_from_an_older_page_are_shown_and_kept_in_the_form(world: World) -> None:
    person = world.customer()
    late = world.signed_in(person).open("/preferences")
    world.signed_in(person).open("/preferences").send(choices=[EMAIL])
    page = late.send(status=409, choices=[TEXT], made_from="")
    assert "Offers on your services by email: on now, would be off" in page.text
    assert "Surveys by text: off now, would be on" in page.text
    assert page.ticked("choices") == [TEXT]
    saved = world.read(get_choices, person.customer_id).agreed
    assert [choice.value for choice in saved] == [EMAIL]
    assert page.send().ticked("choices") == [TEXT]


def test_a_choice_that_is_not_offered_saves_nothing_at_all(world: World) -> None:
    person = world.customer()
    visitor = world.signed_in(person)
    for wrong in ("offers:pigeon", "everything", "offers:", ":", "offers:email:x"):
        page = visitor.open("/preferences").send(choices=[EMAIL, wrong])
        assert "Choose only from the choices on this page" in page.text
    assert world.read(get_choices, person.customer_id).agreed == frozenset()


def test_a_choice_sent_twice_is_one_choice(world: World) -> None:
    world.signed_in().open("/preferences").send(choices=[EMAIL, EMAIL])
    assert world.rows()["choice_change"] == 1


def test_choices_of_one_customer_are_not_anothers(world: World) -> None:
    world.signed_in().open("/preferences").send(choices=[EMAIL])
    other = world.signed_in(world.customer("jules@example.com"))
    assert other.open("/preferences").ticked("choices") == []
    assert "turned on" not in other.open("/preferences/history").text


SHARE, OTHER, GROUP = "brightwave:yes", "harbour-home:yes", "merrow-tv:yes"


def values(world: World, person: Person) -> list[str]:
    found = world.read(get_choices, person.customer_id).agreed
    return sorted(choice.value for choice in found)


def test_each_purpose_says_when_it_was_last_changed_and_by_whom(world: World) -> None:
    visitor = world.signed_in()
    page = visitor.open("/preferences").send(choices=[EMAIL])
    assert page.text.count("Last changed on") == 1
    assert "by you, on this website" in page.text


def test_companies_are_named_and_agreed_to_one_by_one(world: World) -> None:
    person = world.customer()
    page = world.signed_in(person).open("/preferences")
    assert "Brightwave Energy" in page.text
    assert "so that they can offer you electricity" in page.text
    page.send(choices=[SHARE])
    assert values(world, person) == [SHARE]


def test_whoever_wants_no_more_companies_is_asked_about_none_and_agrees_to_none(
    world: World,
) -> None:
    person = world.customer()
    visitor = world.signed_in(person)
    page = visitor.open("/preferences").send(choices=[SHARE])
    page = page.send(choices=[SHARE, NO_MORE.value])
    assert values(world, person) == [SHARE, NO_MORE.value], "what was agreed to goes on"
    assert "Brightwave Energy" in page.text
    assert "Harbour Home Insurance" not in page.text
    page = visitor.open("/preferences").send(choices=[SHARE, OTHER, NO_MORE.value])
    assert "untick Harbour Home Insurance" in page.text
    assert values(world, person) == [SHARE, NO_MORE.value]


def test_turning_everything_off_keeps_the_no_to_more_companies(world: World) -> None:
    person = world.customer()
    visitor = world.signed_in(person)
    visitor.open("/preferences").send(choices=[EMAIL, SHARE, NO_MORE.value])
    visitor.open("/preferences/off").send()
    assert values(world, person) == [NO_MORE.value]


def test_a_browser_that_signals_has_sharing_off_and_is_told(world: World) -> None:
    person = world.customer()
    visitor = world.signed_in(person)
    visitor.open("/preferences").send(choices=[EMAIL, SHARE, GROUP])
    visitor.client.environ_base["HTTP_SEC_GPC"] = "1"
    page = visitor.open("/preferences")
    assert "Your browser asks us not to share your details" in page.text
    assert values(world, person) == [EMAIL]
    assert "by your browser’s privacy signal" in visitor.open("/preferences/history").text
    visitor.send("/preferences", choices=[EMAIL, SHARE])
    assert values(world, person) == [EMAIL], "as long as it is sent"


def test_another_value_of_the_signal_is_none(world: World) -> None:
    person = world.customer()
    visitor = world.signed_in(person)
    visitor.open("/preferences").send(choices=[SHARE])
    visitor.client.environ_base["HTTP_SEC_GPC"] = "0"
    assert "Your browser asks" not in visitor.open("/preferences").text
    assert values(world, person) == [SHARE]


def test_the_history_shows_the_words_that_were_agreed_to(world: World) -> None:
    person, officer = world.customer(), world.colleague(role=Role.PRIVACY_OFFICER)
    visitor = world.signed_in(person)
    page = visitor.open("/preferences")
    shown = " ".join(page.soup.select_one("#offers-why").get_text().split())  # type: ignore[union-attr]
    page.send(choices=[EMAIL])
    desk = world.at_the_desk(officer)
    desk.open("/staff/catalogue/offers").send(why="Something else altogether.", note="Clearer")
    assert "Something else altogether." in visitor.open("/preferences").text
    history = visitor.open("/preferences/history").text
    assert shown in history
    assert "Something else altogether." not in history


def test_what_is_no_longer_asked_is_off_and_saving_does_not_touch_it(world: World) -> None:
    person, officer = world.customer(), world.colleague(role=Role.PRIVACY_OFFICER)
    visitor = world.signed_in(person)
    visitor.open("/preferences").send(choices=[EMAIL, TEXT])
    page = world.at_the_desk(officer).open("/staff/catalogue/surveys")
    page.send(retire="y", note="Nobody answers")
    page = visitor.open("/preferences")
    assert "Surveys" not in [one.get_text() for one in page.soup.select("h3")]
    before = len(world.audit("preferences:choice:made"))
    page.send(choices=[EMAIL, "new-products:post"])
    assert len(world.audit("preferences:choice:made")) == before + 1
    assert Choice("surveys", "text") in world.read(get_choices, person.customer_id).agreed
