"""A customer changes password and question: told, and signed out everywhere else."""

from datetime import timedelta

import pytest

from portal.identity.credentials.queries import find_secrets
from portal.self_service.account_security.service import remove_authenticator
from tests.self_service.account_security.steps import (
    NEW_PASSWORD,
    add_key,
    half_in,
    is_in,
    set_up_app,
    visit_of,
)
from tests.world import PASSWORD, Person, World, fail_after

KEYS = "/security/passkeys/"


def test_a_new_password_lets_in_and_the_old_one_no_longer(world: World) -> None:
    person = world.customer()
    page = world.signed_in(person).open("/security/password").send(password=NEW_PASSWORD)
    assert page.path == "/security"
    assert page.flashes == ["We’ve changed your password. You’re signed out everywhere else."]
    assert half_in(world, person).path == "/sign-in"
    renewed = Person(person.id, person.email, password=NEW_PASSWORD)
    assert is_in(world.signed_in(renewed))


def test_a_changed_password_ends_the_other_sessions_and_greets_nobody(world: World) -> None:
    person = world.customer()
    here, there = world.signed_in(person), world.visitor()
    there.open("/sign-in").send(email=person.email, password=person.password, remember="y")
    there.open("/sign-in/question").send(answer=person.answer)
    here.open("/security/password").send(password=NEW_PASSWORD)
    assert is_in(here)
    assert not is_in(there)
    assert "Welcome back" not in there.open("/sign-in").text
    assert world.rows()["remembered_browser"] == 0
    told = world.email("Your password was changed").text
    assert "signed you out everywhere except where this was done" in told


def test_a_changed_password_is_told_and_recorded(world: World) -> None:
    person = world.customer()
    world.signed_in(person).open("/security/password").send(password=NEW_PASSWORD)
    email = world.email("Your password was changed")
    assert email.to == person.email
    assert NEW_PASSWORD not in email.text + email.html
    [line] = world.audit("security:password:changed")
    assert (line.subject_id, line.actor_id) == (person.id, person.id)


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("", "Enter a new password"),
        ("short", "Password must be 15 characters or more"),
        (PASSWORD, "That’s the password you have now"),
        ("rowan example rowan", "Choose a password that isn’t made of"),
        ("aaaaaaaaaaaaaaaaaaaa", "This password is too easy to guess"),
    ],
)
def test_a_password_that_will_not_do_changes_nothing(world: World, typed: str, said: str) -> None:
    person = world.customer()
    page = world.signed_in(person).open("/security/password").send(password=typed)
    assert page.errors["password"].startswith(said)
    assert world.deliver() == []
    assert is_in(world.signed_in(person))


def test_beside_something_stronger_a_shorter_password_will_do(world: World) -> None:
    person = world.customer()
    visitor = world.signed_in(person)
    short = "kq7 vuz!"
    page = visitor.open("/security/password")
    assert "At least 15 characters" in page.text
    assert "password" in page.send(password=short).errors
    add_key(world, visitor)
    page = visitor.open("/security/password")
    assert "At least 8 characters" in page.text
    assert "15" not in page.send(password="seven77").errors["password"]
    assert page.send(password=short).path == "/security"


def test_the_page_says_how_old_a_password_is_and_forces_nothing(world: World) -> None:
    person = world.customer()
    world.clock.move(days=800)
    visitor = world.signed_in(person)
    text = visitor.open("/security/password").text
    assert "2 years ago, on 23 November 2026" in text
    assert "We’ll never make you change it because it’s old" in text
    assert is_in(visitor)


def test_an_old_proof_is_asked_again_before_a_password_is_changed(world: World) -> None:
    person = world.customer()
    visitor = world.signed_in(person)
    page = visitor.open("/security/password")
    world.clock.move(minutes=6)
    page = page.send(password=NEW_PASSWORD)
    assert (page.path, page.title) == ("/prove", "Enter your password again")
    page = page.send(password=person.password)
    assert page.path == "/security/password"
    assert not world.audit("security:password:changed")
    assert page.send(password=NEW_PASSWORD).path == "/security"


def test_two_tabs_that_change_the_password_come_one_after_the_other(world: World) -> None:
    person = world.customer()
    visitor = world.signed_in(person)
    first, second = visitor.open("/security/password"), visitor.open("/security/password")
    assert first.send(password=NEW_PASSWORD).path == "/security"
    assert "password" in second.send(password=NEW_PASSWORD).errors, "it is the present one by now"
    assert second.send(password="nine copper owls drift").path == "/security"
    assert len(world.audit("security:password:changed")) == 2


def test_links_to_a_new_password_end_with_the_old_one(world: World) -> None:
    person = world.customer()
    world.visitor().open("/forgotten").send(email=person.email)
    link = world.email("Choose a new password").link
    world.visitor().open(link)
    world.signed_in(person).open("/security/password").send(password=NEW_PASSWORD)
    world.visitor().open(link, 410)


def test_a_changed_question_is_asked_from_then_on(world: World) -> None:
    person = world.customer()
    visitor = world.signed_in(person)
    page = visitor.open("/security/question")
    page = page.send(question="teacher", answer="Ms Quillfeather")
    assert page.path == "/security"
    asked = half_in(world, person)
    assert "Which teacher did you like best?" in asked.text
    assert asked.send(answer="The Harbour").path == "/sign-in/question"
    assert asked.send(answer="ms quillfeather").path == "/account"
    assert "Quillfeather" not in visitor.open("/security").text


def test_a_changed_question_ends_the_other_sessions_and_is_told(world: World) -> None:
    person = world.customer()
    here, there = world.signed_in(person), world.signed_in(person)
    here.open("/security/question").send(question="teacher", answer="Ms Quillfeather")
    assert is_in(here)
    assert not is_in(there)
    assert world.email("Your security question was changed").to == person.email
    assert len(world.audit("security:question:changed")) == 1


@pytest.mark.parametrize("answer", ["", "teacher", "Rowan", "Merrow", "x"])
def test_an_answer_that_says_nothing_is_refused(world: World, answer: str) -> None:
    page = world.signed_in().open("/security/question").send(question="teacher", answer=answer)
    assert set(page.errors) == {"answer"}


def test_what_was_chosen_is_kept_while_the_proof_is_asked_and_the_answer_is_not(
    world: World,
) -> None:
    person = world.customer()
    visitor = world.signed_in(person)
    page = visitor.open("/security/question")
    world.clock.move(minutes=6)
    page = page.send(question="teacher", answer="Ms Quillfeather").send(password=person.password)
    assert page.path == "/security/question"
    assert page.value("question") == "teacher"
    assert "Quillfeather" not in str(page.soup)


def test_changing_the_question_leaves_the_password_and_its_age(world: World) -> None:
    person = world.customer()
    before = world.read(find_secrets, person.id)
    world.clock.move(days=3)
    visitor = world.signed_in(person)
    visitor.open("/security/question").send(question="teacher", answer="Ms Quillfeather")
    after = world.read(find_secrets, person.id)
    assert (before.password_hash, before.password_set_at) == (
        after.password_hash,
        after.password_set_at,
    )
    assert world.clock() - after.password_set_at == timedelta(days=3)


def test_no_letter_goes_for_what_was_rolled_back(world: World) -> None:
    person = world.customer()
    visitor = world.signed_in(person)
    set_up_app(world, visitor)
    world.deliver()
    visit = visit_of(world, visitor)
    fail_after(world, lambda work: remove_authenticator(work, visit))
    assert world.deliver() == []
    assert not world.audit("security:authenticator:removed")
    assert half_in(world, person).path == "/sign-in/authenticator"


def test_a_short_password_is_not_left_alone(world: World) -> None:
    visitor = world.signed_in(world.customer())
    add_key(world, visitor)
    visitor.open("/security/password").send(password="kq7 vuz!")
    [link] = [
        one
        for one in visitor.open("/security").links()
        if one.startswith(KEYS) and "add" not in one
    ]
    assert "fewer than 15 characters" in visitor.open(link).text
    assert visitor.send(link).location == "/security/password"
    page = visitor.open("/security/password")
    assert page.flashes == [
        "Choose a password of at least 15 characters first. Then you can remove this."
    ]
    assert world.rows()["passkey"] == 1
    page.send(password=NEW_PASSWORD)
    assert visitor.open(link).send().path == "/security"
    assert world.rows()["passkey"] == 0


def test_of_two_second_steps_one_can_go_whatever_the_password(world: World) -> None:
    visitor = world.signed_in(world.customer())
    add_key(world, visitor)
    set_up_app(world, visitor)
    visitor.open("/security/password").send(password="kq7 vuz!")
    assert visitor.open("/security/authenticator/remove").send().path == "/security"
    assert world.rows()["authenticator"] == 0
