"""Whoever does not recognise a sign-in chooses a new password before they do anything else."""

import pytest

from portal.identity.credentials.rules import SAME_PASSWORD, WRONG
from portal.self_service.account_security.service import change_question
from tests.pages import Page, Visitor
from tests.self_service.account_security.steps import (
    NEW_PASSWORD,
    add_key,
    half_in,
    is_in,
    use_key,
    visit_of,
)
from tests.world import Person, World

CHOOSE = "/security/password"
OURS = (
    *("/account", "/account/activity", "/profile", "/profile/edit", "/preferences"),
    *("/registrations", "/registrations/cancel", "/your-data/download", "/cases"),
    *("/security", "/security/email", "/security/question", "/security/authenticator"),
    *("/security/recovery-codes", "/security/passkeys/add", "/security/sign-ins"),
)


def say_so(visitor: Visitor) -> Page:
    """Say of another sign-in that it was not theirs; the page that follows."""
    links = visitor.open("/security").links()
    page = visitor.open(next(one for one in links if one.endswith("/unknown")))
    assert "sign everyone out, except you in this browser" in page.text
    assert "you’ll choose a new one before you do anything else" in page.text
    return page.send()


def two_in(world: World) -> tuple[Person, Visitor, Visitor]:
    """Somebody who is signed in twice: here, and there."""
    person = world.customer()
    there = world.signed_in(person)
    return person, world.signed_in(person), there


@pytest.mark.parametrize("path", OURS)
def test_until_a_new_password_is_chosen_every_page_leads_there(world: World, path: str) -> None:
    _, here, there = two_in(world)
    assert say_so(here).path == CHOOSE
    page = here.open(path)
    assert (page.path, page.title) == (CHOOSE, "Choose a new password")
    assert "can’t use the rest of your account until you choose a new password" in page.text
    assert not is_in(there)


def test_once_it_is_chosen_everything_is_open_again_and_the_old_one_is_gone(world: World) -> None:
    person, here, _ = two_in(world)
    page = say_so(here).send(password=NEW_PASSWORD)
    assert page.path == "/security"
    assert is_in(here)
    assert half_in(world, person).path == "/sign-in"
    assert is_in(world.signed_in(Person(person.id, person.email, password=NEW_PASSWORD)))


def test_the_old_password_lets_nobody_in_from_the_moment_it_is_said(world: World) -> None:
    person, here, _ = two_in(world)
    half = half_in(world, person)
    assert half.path == "/sign-in/question"
    say_so(here)
    assert half.send(answer=person.answer).path == "/sign-in", "who was half in is out"
    page = half_in(world, person)
    assert page.errors["password"] == WRONG


def test_the_very_same_password_is_no_new_one(world: World) -> None:
    person, here, _ = two_in(world)
    page = say_so(here).send(password=person.password)
    assert page.errors["password"] == SAME_PASSWORD
    assert here.open("/account").path == CHOOSE


def test_nothing_that_was_sent_from_a_page_left_open_is_done(world: World) -> None:
    _, here, _ = two_in(world)
    form = here.open("/profile/edit")
    say_so(here)
    page = form.send(status=400, town="Exampleton")
    assert "Choose a new password first" in page.text
    assert "Exampleton" in page.text, "what was typed is not lost"
    here.open(CHOOSE).send(password=NEW_PASSWORD)
    assert "Exampleton" not in here.open("/profile").text


def test_whoever_is_not_ready_signs_out_and_gets_in_by_a_link(world: World) -> None:
    person, here, _ = two_in(world)
    page = say_so(here)
    assert "If you sign out now, select “Forgotten your password?” to get back in" in page.text
    assert page.send("/sign-out").path == "/signed-out"
    world.deliver()
    here.open("/forgotten").send(email=person.email)
    link = world.email("Choose a new password").link
    page = here.open(link)
    page = page.send(proof=person.answer, password=person.password)
    assert page.errors["password"] == SAME_PASSWORD, "somebody else may know it"
    page = page.send(proof=person.answer, password=NEW_PASSWORD)
    assert page.path == "/sign-in"
    assert is_in(world.signed_in(Person(person.id, person.email, password=NEW_PASSWORD)))


def test_a_link_says_nothing_of_the_old_password_without_the_answer(world: World) -> None:
    person, here, _ = two_in(world)
    say_so(here)
    world.deliver()
    stranger = world.visitor()
    stranger.open("/forgotten").send(email=person.email)
    page = stranger.open(world.email("Choose a new password").link)
    for password in (person.password, NEW_PASSWORD):
        assert set(page.send(proof="wrong", password=password).errors) == {"proof"}


def test_a_passkey_lets_them_in_and_leads_to_a_new_password(world: World) -> None:
    _, here, _ = two_in(world)
    key, _ = add_key(world, here)
    there = world.visitor()
    assert use_key(there, key).path == "/account"
    say_so(here)
    assert not is_in(there)
    page = use_key(world.visitor(), key)
    assert page.path == CHOOSE
    assert page.send(password=NEW_PASSWORD).path == "/security"
    assert is_in(here) is False, "a changed password ends the other sessions"


def test_an_old_proof_is_asked_for_with_the_password_used_until_now(world: World) -> None:
    person, here, _ = two_in(world)
    say_so(here)
    world.clock.move(minutes=6)
    page = here.open("/account")
    assert page.path == "/prove"
    assert "The one you’ve used until now" in page.text
    page = page.send(password=person.password)
    assert (page.path, page.title) == (CHOOSE, "Choose a new password")
    assert page.send(password=NEW_PASSWORD).path == "/security"


def test_a_changed_question_would_not_lift_it(world: World) -> None:
    _, here, _ = two_in(world)
    visit = visit_of(world, here)
    say_so(here)
    change_question(world.parts.work, world.parts.hasher, visit, "Which one?", "that one")
    assert here.open("/account").path == CHOOSE


def test_what_everybody_may_read_stays_open(world: World) -> None:
    _, here, _ = two_in(world)
    say_so(here)
    for path in ("/privacy", "/contact", "/accessibility"):
        assert here.open(path).path == path


def test_the_email_leads_to_a_new_password_signed_in_or_not(world: World) -> None:
    _, here, _ = two_in(world)
    say_so(here)
    told = world.email("You reported a sign-in you don’t recognise")
    assert "Your old password no longer works" in told.text
    assert world.visitor().open(told.link).title == "Choose a new password"
    assert CHOOSE in here.open(told.link).links()
