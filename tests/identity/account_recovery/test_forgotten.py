"""A forgotten password: link and proof, and neither alone."""

import pytest

from portal.identity.credentials.models import TryCount
from portal.identity.credentials.rules import WRONG_ANSWER
from portal.identity.mfa.rules import STEP_SECONDS, code_at
from portal.identity.mfa.service import (
    begin_authenticator,
    confirm_authenticator,
    make_recovery_codes,
)
from portal.identity.one_time_tokens.models import OneTimeToken
from portal.identity.sessions.models import RememberedBrowser, SignInSession
from tests.pages import Page, Visitor
from tests.statements import listening
from tests.world import ANSWER, PASSWORD, Person, World, rows_with

NEW = "nine purple teapots dance"
WRONG = "seven green umbrellas sank"


def ask(world: World, email: str, visitor: Visitor | None = None) -> Page:
    page = (visitor or world.visitor()).open("/forgotten").send(email=email)
    assert page.path == "/forgotten/sent"
    return page


def link_to(world: World, person: Person) -> str:
    ask(world, person.email)
    return world.email("Choose a new password").link


def can_sign_in(world: World, person: Person, password: str) -> bool:
    page = world.visitor().open("/sign-in").send(email=person.email, password=password)
    return page.path == "/sign-in/question"


def with_authenticator(world: World, person: Person) -> tuple[str, list[str]]:
    with world.work() as work:
        secret = begin_authenticator(work, person.id)
        step = int(world.clock().timestamp()) // STEP_SECONDS
        assert confirm_authenticator(work, person.id, code_at(secret, step))
        return secret, make_recovery_codes(work, person.id)


def test_link_and_answer_together_give_a_new_password(world: World) -> None:
    person = world.customer()
    elsewhere = world.signed_in(person)
    link = link_to(world, person)
    done = world.visitor().open(link).send(proof="the hárbour!", password=NEW)
    assert done.path == "/sign-in"
    assert done.flashes[0].startswith("We’ve changed your password")
    assert elsewhere.open("/profile").path == "/sign-in"
    assert can_sign_in(world, person, NEW)
    assert not can_sign_in(world, person, PASSWORD)
    told = world.email("Your password was changed")
    assert told.to == person.email
    assert NEW not in told.text


def test_nobody_is_signed_in_by_a_link(world: World) -> None:
    person = world.customer()
    visitor = world.visitor()
    visitor.open(link_to(world, person)).send(proof=ANSWER, password=NEW)
    assert visitor.open("/profile").path == "/sign-in"


def test_a_link_without_the_answer_changes_nothing(world: World) -> None:
    person = world.customer()
    page = world.visitor().open(link_to(world, person))
    assert "In which place did you once get lost?" in page.text
    refused = page.send(proof="the wood", password=NEW)
    assert refused.errors["proof"] == WRONG_ANSWER
    assert "the wood" not in refused.answer.text
    assert NEW not in refused.answer.text
    assert can_sign_in(world, person, PASSWORD)
    assert world.audit("recovery:proof:refused")[0].subject_id == person.id


def test_guessing_the_answer_by_a_link_is_blocked_after_six_tries(world: World) -> None:
    person = world.customer()
    page = world.visitor().open(link_to(world, person))
    for _ in range(6):
        page.send(proof="the wood", password=NEW)
    blocked = page.send(proof=ANSWER, password=NEW)
    assert "Too many attempts" in blocked.errors["proof"]
    assert can_sign_in(world, person, PASSWORD)


def test_a_link_works_once(world: World) -> None:
    person = world.customer()
    link = link_to(world, person)
    world.visitor().open(link).send(proof=ANSWER, password=NEW)
    assert world.visitor().open(link, status=410).title == "This link no longer works"
    assert world.visitor().send(link, proof=ANSWER, password=WRONG).status_code == 410
    assert can_sign_in(world, person, NEW)


def test_a_link_works_for_ten_minutes(world: World) -> None:
    link = link_to(world, world.customer())
    world.clock.move(minutes=9, seconds=59)
    assert world.visitor().open(link).title == "Choose a new password"
    world.clock.move(seconds=2)
    world.visitor().open(link, status=410)


def test_only_the_newest_link_works(world: World) -> None:
    person = world.customer()
    older, newer = link_to(world, person), link_to(world, person)
    world.visitor().open(older, status=410)
    world.visitor().open(newer)


def test_looking_at_a_link_changes_nothing(world: World) -> None:
    person = world.customer()
    link = link_to(world, person)
    before = world.rows()
    for _ in range(3):
        world.visitor().open(link)
        world.visitor().client.head(link)
    assert world.rows() == before
    world.visitor().open(link).send(proof=ANSWER, password=NEW)
    assert can_sign_in(world, person, NEW)


def test_a_link_for_something_else_opens_nothing_here(world: World) -> None:
    person = world.customer()
    token = link_to(world, person).rpartition("/")[2]
    world.visitor().open(f"/begin-anew/{token}", status=410)
    world.visitor().open(f"/register/confirm/{token}", status=410)
    world.visitor().open(f"/contact/confirm/{token}", status=410)


@pytest.mark.parametrize("weak", ["short", "rowan example rowan", "aaaaaaaaaaaaaaaaaaaa"])
def test_a_weak_password_is_refused_with_a_reason_and_the_link_stays(
    world: World, weak: str
) -> None:
    person = world.customer()
    page = world.visitor().open(link_to(world, person))
    assert page.send(proof=ANSWER, password=weak).errors["password"]
    assert page.send(proof=ANSWER, password=NEW).path == "/sign-in"


def test_whoever_has_an_authenticator_is_asked_for_its_code_and_not_for_the_answer(
    world: World,
) -> None:
    person = world.customer()
    secret, codes = with_authenticator(world, person)
    page = world.visitor().open(link_to(world, person))
    assert "In which place" not in page.text
    assert page.send(proof=ANSWER, password=NEW).errors["proof"].startswith("That code")
    world.clock.move(seconds=60)
    code = code_at(secret, int(world.clock().timestamp()) // STEP_SECONDS)
    assert page.send(proof=code, password=NEW).path == "/sign-in"
    again = world.visitor().open(link_to(world, person))
    assert again.send(proof=codes[0], password=WRONG).path == "/sign-in"


def test_a_new_password_forgets_remembered_browsers_and_counted_tries(world: World) -> None:
    person = world.customer()
    visitor = world.visitor()
    visitor.open("/sign-in").send(email=person.email, password=PASSWORD, remember="y")
    visitor.open("/sign-in/question").send(answer=ANSWER)
    for _ in range(7):
        world.visitor().open("/sign-in").send(email=person.email, password=WRONG)
    assert not can_sign_in(world, person, PASSWORD)
    world.visitor().open(link_to(world, person)).send(proof=ANSWER, password=NEW)
    with world.work() as work:
        assert rows_with(work, RememberedBrowser) == []
        assert rows_with(work, SignInSession) == []
        kept = {one.guarded for one in rows_with(work, TryCount)}
        assert kept == {"customer-link", "any-mail"}
    assert can_sign_in(world, person, NEW)


def test_known_and_unknown_addresses_see_the_same_page_and_leave_the_same_rows(
    world: World,
) -> None:
    world.customer()
    seen = []
    for email in ("rowan@example.com", "nobody@example.com"):
        before = world.rows()
        with listening(world) as heard:
            page = ask(world, email)
        after = world.rows()
        grown = {name: after[name] - before[name] for name in after}
        kinds = [one.split()[0] for one in heard.main if one.split()[0] != "SELECT"]
        seen.append((page.text, page.answer.status_code, grown, kinds, len(heard.keyring)))
    assert seen[0] == seen[1]
    subjects = {email.subject: email.to for email in world.deliver()}
    assert subjects == {
        "Choose a new password": "rowan@example.com",
        "There’s no account with this address": "nobody@example.com",
    }


def test_nothing_is_kept_of_an_address_that_nobody_has(world: World) -> None:
    ask(world, "nobody@example.com")
    world.deliver()
    world.clock.move(days=31)
    world.deliver()
    with world.work() as work:
        assert rows_with(work, OneTimeToken) == []
        assert work.vault.ledger is not None
    assert world.parts.keyring.count() == 0


def test_a_stranger_can_have_only_so_many_letters_sent(world: World) -> None:
    person = world.customer()
    for _ in range(9):
        ask(world, person.email)
    emails = [one for one in world.deliver() if one.subject == "Choose a new password"]
    assert len(emails) == 6
    assert world.visitor().open(emails[-1].link).title == "Choose a new password"


def test_a_strangers_letters_do_not_stop_the_code_of_somebody_signing_in(world: World) -> None:
    person = world.customer()
    for _ in range(7):
        ask(world, person.email)
    visitor = world.visitor()
    visitor.open("/sign-in").send(email=person.email, password=PASSWORD)
    visitor.send("/sign-in/email-code/send")
    assert world.email("Your sign-in code").to == person.email


def test_after_ten_minutes_letters_are_sent_again_however_often_they_were_stopped(
    world: World,
) -> None:
    person = world.customer()
    for _ in range(3):
        for _ in range(7):
            ask(world, person.email)
        world.deliver()
        world.clock.move(minutes=10, seconds=1)
    ask(world, person.email)
    assert world.email("Choose a new password").to == person.email
