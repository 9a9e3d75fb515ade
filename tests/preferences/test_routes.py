from sqlalchemy import select

from portal.preferences.models import ChoiceChange
from portal.preferences.queries import get_choices
from portal.preferences.rules import EVERY_CHOICE, WORDING
from portal.preferences.service import save_choices
from tests.world import World, act

EMAIL, TEXT = "offers:email", "surveys:text"


def test_everything_is_off_until_somebody_turns_it_on(world: World) -> None:
    page = world.signed_in().open("/preferences")
    assert page.ticked("choices") == []
    assert len(page.soup.select("input[name=choices]")) == 16
    assert "You have made none yet" in page.text


def test_a_customer_turns_two_choices_on_and_one_off_again(world: World) -> None:
    visitor = world.signed_in()
    page = visitor.open("/preferences").send(choices=[EMAIL, TEXT])
    assert page.flashes == ["We have saved your choices."]
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
        assert (row.customer_id, row.agreed, row.wording) == (person.id, True, WORDING)
        assert (row.actor_kind, row.changed_at) == ("customer", world.clock())


def test_saving_the_same_choices_again_writes_nothing(world: World) -> None:
    page = world.signed_in().open("/preferences").send(choices=[EMAIL])
    before = world.rows()
    assert page.send().flashes == ["Nothing was changed."]
    assert world.rows() == before


def test_everything_can_be_turned_off_at_once(world: World) -> None:
    person = world.customer()
    act(world, person, save_choices, person.customer_id, frozenset(EVERY_CHOICE))
    visitor = world.signed_in(person)
    page = visitor.open("/preferences/off").send()
    assert page.flashes == ["Everything is off. We will send you no marketing."]
    assert page.ticked("choices") == []
    assert len(world.audit("preferences:choice:made")) == 32


def test_looking_at_the_page_that_turns_off_turns_nothing_off(world: World) -> None:
    person = world.customer()
    act(world, person, save_choices, person.customer_id, frozenset(EVERY_CHOICE))
    world.signed_in(person).open("/preferences/off")
    assert len(world.read(get_choices, person.customer_id).agreed) == 16


def test_choices_made_from_an_older_page_are_shown_and_kept_in_the_form(world: World) -> None:
    person = world.customer()
    late = world.signed_in(person).open("/preferences")
    world.signed_in(person).open("/preferences").send(choices=[EMAIL])
    page = late.send(status=409, choices=[TEXT])
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
        assert "Choose one of the answers offered" in page.text
    assert world.read(get_choices, person.customer_id).agreed == frozenset()


def test_a_choice_sent_twice_is_one_choice(world: World) -> None:
    world.signed_in().open("/preferences").send(choices=[EMAIL, EMAIL])
    assert world.rows()["choice_change"] == 1


def test_choices_of_one_customer_are_not_anothers(world: World) -> None:
    world.signed_in().open("/preferences").send(choices=[EMAIL])
    other = world.signed_in(world.customer("jules@example.com"))
    assert other.open("/preferences").ticked("choices") == []
    assert "turned on" not in other.open("/preferences/history").text
