from typing import Any

import pytest

from tests.pages import Page
from tests.world import Person, World

FILLED = {
    "given_name": "Rowan",
    "family_name": "Example",
    "telephone": "+44 1632 960001",
    "mobile": "07700900123",
    "address_line_1": "1 Sample Street",
    "address_line_2": "",
    "town": "Exampleton",
    "postcode": "zz999zz",
}


def save(world: World, person: Person, **fields: Any) -> Page:
    return world.signed_in(person).open("/profile/edit").send(**fields)


def test_a_customer_changes_details_and_sees_before_and_after(world: World) -> None:
    person = world.customer(telephone="01632 960002")
    page = save(world, person, **FILLED)
    assert (page.path, page.flashes) == ("/profile", ["Your details are saved."])
    for value in ("01632 960001", "07700 900123", "1 Sample Street", "Exampleton", "ZZ99 9ZZ"):
        assert value in page.text
    assert next(one.get_text() for one in page.soup.select("del")) == "01632 960002"
    assert next(one.get_text() for one in page.soup.select("ins")) == "01632 960001"


def test_the_customer_is_told_which_details_changed_and_not_how(world: World) -> None:
    save(world, world.customer(), town="Exampleton")
    email = world.email("Your details")
    assert email.to == "rowan@example.com"
    assert "Town or city" in email.text
    assert "Exampleton" not in email.text + email.html


def test_what_is_saved_fills_the_form_the_next_time(world: World) -> None:
    person = world.customer()
    save(world, person, **FILLED)
    form = world.signed_in(person).open("/profile/edit")
    assert form.value("telephone") == "01632 960001"
    assert form.value("postcode") == "ZZ99 9ZZ"


def test_saving_what_is_there_already_changes_nothing(world: World) -> None:
    page = save(world, world.customer())
    assert page.flashes == ["Nothing was changed."]
    assert world.deliver() == []
    assert world.rows()["profile_change"] == 0


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("given_name", " ", "Enter your first name"),
        ("given_name", "x" * 101, "First name must be 100 characters or fewer"),
        ("telephone", "12", "Telephone number must have its area code, like 01632 960001"),
        ("telephone", "+999999", "Telephone number must have the right country code"),
        ("mobile", "+999999", "Mobile number must have the right country code"),
        (
            "telephone",
            "01632 960077 ext 123456789",
            "Telephone extension must have up to",
        ),
        (
            "telephone",
            "01632 960077 ext",
            "Telephone extension must have up to",
        ),
        ("telephone", "960077", "Telephone number must have its area code, like 01632 960001"),
        ("telephone", "abc 1234 def", "Telephone number must have its area code"),
        ("mobile", "07700 900123 ext 4", "Mobile number must have all its digits"),
        ("given_name", "\u3164", "First name must have at least one letter"),
        ("family_name", "www.example.com", "Last name must have at least one letter"),
        ("town", "x" * 121, "Town or city must be 120 characters or fewer"),
        ("postcode", "12345", "Enter a full UK postcode"),
    ],
)
def test_what_does_not_fit_is_said_beside_the_field_and_not_saved(
    world: World, field: str, value: str, said: str
) -> None:
    page = save(world, world.customer(), **{field: value})
    assert page.path == "/profile/edit"
    assert page.errors[field].startswith(said)
    assert page.value(field).strip() == value.strip()
    assert world.rows()["profile_change"] == 0


def test_a_form_made_from_older_details_shows_both_and_keeps_what_was_typed(world: World) -> None:
    person = world.customer(town="Oldham")
    late = world.signed_in(person).open("/profile/edit")
    save(world, person, town="Exampleton")
    page = late.send(status=409, town="Sampleford")
    assert page.path == "/profile/edit"
    row = " ".join(page.soup.select_one("table.diff tbody").get_text(" ").split())  # type: ignore[union-attr]
    assert row == "Town or city Exampleton Sampleford"
    assert page.value("town") == "Sampleford"
    assert "Exampleton" in world.signed_in(person).open("/profile").text
    done = page.send()
    assert done.flashes == ["Your details are saved."]
    assert "Sampleford" in done.text


@pytest.mark.parametrize("version", ["", "0", "2", "-1", "1e0", "\u0661", "9" * 40, "x"])
def test_a_version_that_was_never_shown_saves_nothing(world: World, version: str) -> None:
    person = world.customer()
    form = world.signed_in(person).open("/profile/edit")
    form.send(status=409, town="Exampleton", version=version, made_from="")
    assert world.rows()["profile_change"] == 0


def test_the_email_address_cannot_be_changed_by_adding_fields(world: World) -> None:
    page = save(world, world.customer(), town="Exampleton", email="other@example.com")
    assert "rowan@example.com" in page.text


def test_the_last_three_changes_are_shown_newest_first(world: World) -> None:
    visitor = world.signed_in()
    for town in ("Aton", "Beton", "Ceton", "Deton"):
        world.clock.move(minutes=1)
        visitor.open("/profile/edit").send(town=town)
    after = [one.get_text() for one in visitor.open("/profile").soup.select("ins")]
    assert after == ["Deton", "Ceton", "Beton"]


def test_a_change_is_in_the_audit_trail_without_its_values(world: World) -> None:
    person = world.customer()
    save(world, person, town="Exampleton")
    (line,) = world.audit("profile:details:changed")
    assert (line.subject_id, line.actor_kind) == (person.id, "customer")
    assert line.facts == {"fields": ["town"]}


def test_nobody_sees_anothers_details(world: World) -> None:
    world.customer(town="Exampleton")
    page = world.signed_in(world.customer("jules@example.com")).open("/profile")
    assert "Exampleton" not in page.answer.text
    assert "rowan@example.com" not in page.answer.text
