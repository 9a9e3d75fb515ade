"""Instead of the question: an authenticator, a recovery code, a code by letter."""

import re

import pytest

from portal.identity.credentials.rules import TRIES
from portal.identity.mfa.rules import (
    MALFORMED_CODE,
    MISTYPED,
    STEP_SECONDS,
    WRONG_CODE,
    code_at,
    new_recovery_code,
)
from portal.identity.one_time_tokens.models import OneTimeToken
from portal.identity.sessions.models import SignInRecord
from tests.identity.account_recovery.test_forgotten import with_authenticator
from tests.pages import Page, Visitor
from tests.world import ANSWER, PASSWORD, Delivered, Person, World, rows_with

GUARD = "Too many attempts"


def half(world: World, person: Person) -> Page:
    return world.visitor().open("/sign-in").send(email=person.email, password=PASSWORD)


def code_now(world: World, secret: str, around: int = 0) -> str:
    return code_at(secret, int(world.clock().timestamp()) // STEP_SECONDS + around)


def mailed(world: World, visitor: Visitor) -> str:
    visitor.open("/sign-in/question").send("/sign-in/email-code/send")
    return read_code(world.email("Your sign-in code"))


def read_code(sent: Delivered) -> str:
    found = re.search(r"^(\d{4}) (\d{4})\s*$", sent.text, re.MULTILINE)
    assert found
    return found[1] + found[2]


def test_with_an_authenticator_its_code_is_asked_and_the_question_never(world: World) -> None:
    person = world.customer()
    secret, _ = with_authenticator(world, person)
    world.clock.move(minutes=1)
    page = half(world, person)
    assert page.path == "/sign-in/authenticator"
    assert page.visitor.open("/sign-in/question").path == "/sign-in"
    assert page.visitor.send("/sign-in/question", answer=ANSWER).status_code == 303
    assert page.visitor.open("/profile").path == "/sign-in"
    assert page.send(code=code_now(world, secret)).path == "/account"


@pytest.mark.parametrize("around", [-1, 0, 1])
def test_a_clock_that_is_half_a_minute_off_is_good_enough(world: World, around: int) -> None:
    person = world.customer()
    secret, _ = with_authenticator(world, person)
    world.clock.move(minutes=2)
    assert half(world, person).send(code=code_now(world, secret, around)).path == "/account"


@pytest.mark.parametrize("around", [-3, -2, 2, 3])
def test_an_old_code_and_one_of_the_future_open_nothing(world: World, around: int) -> None:
    person = world.customer()
    secret, _ = with_authenticator(world, person)
    world.clock.move(minutes=3)
    page = half(world, person).send(code=code_now(world, secret, around))
    assert page.errors["code"] == WRONG_CODE


def test_a_code_works_once(world: World) -> None:
    person = world.customer()
    secret, _ = with_authenticator(world, person)
    world.clock.move(minutes=1)
    code = code_now(world, secret)
    assert half(world, person).send(code=code).path == "/account"
    assert half(world, person).send(code=code).errors["code"].startswith("That code")


def test_a_recovery_code_works_once_however_it_is_typed(world: World) -> None:
    person = world.customer()
    _, codes = with_authenticator(world, person)
    page = half(world, person)
    assert "Use a recovery code" in page.text
    typed = codes[3].lower().replace("-", " ")
    assert page.visitor.open("/sign-in/recovery-code").send(code=typed).path == "/account"
    again = half(world, person).visitor.open("/sign-in/recovery-code").send(code=codes[3])
    assert again.errors["code"].startswith("That code")
    assert codes[3] not in again.answer.text


@pytest.mark.parametrize("typed", ["wrong", "123456", "7K4Q-92WX-3BC0", "ABCD"])
def test_a_mistyped_recovery_code_is_told_and_counts_as_no_try(world: World, typed: str) -> None:
    person = world.customer()
    _, codes = with_authenticator(world, person)
    page = half(world, person).visitor.open("/sign-in/recovery-code")
    tries = world.rows()["try_count"]
    for _ in range(8):
        assert page.send(code=typed).errors["code"] == MISTYPED
    assert world.rows()["try_count"] == tries
    swapped = codes[0][:-1] + ("A" if codes[0][-1] != "A" else "B")
    assert page.send(code=swapped).errors["code"] == MISTYPED
    assert page.send(code=codes[0]).path == "/account"


def test_anothers_recovery_code_opens_nothing(world: World) -> None:
    mine, theirs = world.customer(), world.customer("jules@example.com")
    with_authenticator(world, mine)
    _, codes = with_authenticator(world, theirs)
    page = half(world, mine).visitor.open("/sign-in/recovery-code").send(code=codes[0])
    assert page.errors["code"].startswith("That code")


@pytest.mark.parametrize("typed", ["12345", "1234567", "12345a", "abcdef", "one two"])
def test_what_no_app_shows_is_said_to_be_no_code_and_is_no_try(world: World, typed: str) -> None:
    person = world.customer()
    secret, _ = with_authenticator(world, person)
    world.clock.move(minutes=1)
    page = half(world, person)
    for _ in range(TRIES + 1):
        assert page.send(code=typed).errors == {"code": MALFORMED_CODE}
    assert page.send(code=code_now(world, secret)).path == "/account"


def test_codes_of_all_kinds_are_counted_together(world: World) -> None:
    person = world.customer()
    secret, codes = with_authenticator(world, person)
    world.clock.move(minutes=1)
    page = half(world, person)
    for _ in range(3):
        page.send(code="123456")
        page.visitor.open("/sign-in/recovery-code").send(code=new_recovery_code())
    assert GUARD in page.send(code=code_now(world, secret)).errors["code"]
    other = page.visitor.open("/sign-in/recovery-code").send(code=codes[0])
    assert GUARD in other.errors["code"]


def test_a_code_by_letter_takes_the_place_of_the_answer(world: World) -> None:
    person = world.customer()
    page = half(world, person)
    code = mailed(world, page.visitor)
    step = page.visitor.open("/sign-in/email-code")
    assert code not in step.answer.text
    assert step.send(code=f" {code[:4]} {code[4:]} ").path == "/account"
    with world.work() as work:
        assert code.encode() not in b"".join(
            row.token_hash for row in rows_with(work, OneTimeToken)
        )


def test_a_code_by_email_says_until_when_it_works_however_late_it_was_asked_for(
    world: World,
) -> None:
    person = world.customer()
    visitor = half(world, person).visitor
    world.clock.move(minutes=6, seconds=20)
    visitor.open("/sign-in/question").send("/sign-in/email-code/send")
    sent = world.email("Your sign-in code")
    assert "It works once, until 12:10pm." in sent.text
    code = read_code(sent)
    world.clock.move(minutes=3, seconds=40)
    step = visitor.open("/sign-in/email-code")
    world.clock.move(seconds=1)
    assert step.send(code=code).path == "/sign-in", "the half-open session has ended"


@pytest.mark.parametrize("gap", ["", " ", "  ", "-", "\u00a0"])
def test_a_code_by_email_is_taken_until_its_last_minute_with_a_gap_and_without(
    world: World, gap: str
) -> None:
    person = world.customer()
    visitor = half(world, person).visitor
    world.clock.move(minutes=6)
    code = mailed(world, visitor)
    world.clock.move(minutes=4)
    step = visitor.open("/sign-in/email-code")
    assert step.send(code=f"{code[:4]}{gap}{code[4:]}").path == "/account"


def test_a_code_by_letter_is_for_the_browser_that_asked_for_it(world: World) -> None:
    person = world.customer()
    code = mailed(world, half(world, person).visitor)
    elsewhere = half(world, person).visitor.open("/sign-in/email-code").send(code=code)
    assert elsewhere.errors["code"].startswith("That code")


def test_only_the_newest_code_by_letter_works_and_for_ten_minutes(world: World) -> None:
    person = world.customer()
    visitor = half(world, person).visitor
    older, newer = mailed(world, visitor), mailed(world, visitor)
    step = visitor.open("/sign-in/email-code")
    assert step.send(code=older).errors["code"].startswith("That code")
    world.clock.move(minutes=10, seconds=1)
    assert step.send(code=newer).path == "/sign-in"


def test_only_so_many_codes_are_sent(world: World) -> None:
    visitor = half(world, world.customer()).visitor
    for _ in range(6):
        visitor.open("/sign-in/email-code").send("/sign-in/email-code/send")
    page = visitor.open("/sign-in/email-code").send("/sign-in/email-code/send")
    assert page.flashes == ["We can’t send another code yet."]
    sent = [one for one in world.deliver() if one.subject == "Your sign-in code"]
    assert len(sent) == 6


def test_whoever_has_an_authenticator_is_sent_no_code(world: World) -> None:
    person = world.customer()
    with_authenticator(world, person)
    page = half(world, person)
    assert "Email me a code" not in page.text
    page.visitor.send("/sign-in/email-code/send")
    assert world.deliver() == []
    assert page.visitor.open("/sign-in/email-code").path == "/sign-in"


@pytest.mark.parametrize("view", ["question", "authenticator", "recovery-code", "email-code"])
def test_no_second_step_without_the_first(world: World, view: str) -> None:
    world.customer()
    assert world.visitor().open(f"/sign-in/{view}").path == "/sign-in"
    assert world.visitor().send(f"/sign-in/{view}", code="1", answer=ANSWER).status_code == 303


def test_each_sign_in_is_written_down_with_how_and_with_what(world: World) -> None:
    person = world.customer()
    world.signed_in(person)
    with world.work() as work:
        (row,) = rows_with(work, SignInRecord, owner_id=person.id)
        assert b"Werkzeug" not in row.sealed
    (event,) = world.audit("entrance:customer:signed-in")
    assert event.facts == {"way": "question", "is_new_device": False}
