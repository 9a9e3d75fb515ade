"""Signing in at the desk: password and second step, passkeys, recovery codes, signing out."""

import re

import pytest

from portal.desk.staff_admin.service import close_account
from portal.identity.credentials.queries import find_secrets
from portal.identity.mfa.models import Authenticator, RecoveryCode
from portal.identity.mfa.rules import (
    STEP_SECONDS,
    WRONG_CODE,
    WRONG_PASSKEY,
    code_at,
    new_recovery_code,
)
from portal.identity.staff_accounts.rules import NewColleague, Role
from portal.identity.staff_accounts.service import add_staff
from tests.identity.account_recovery.test_forgotten import with_authenticator
from tests.identity.realms.steps import SECOND_STEPS, list_open_ways
from tests.pages import Page, Visitor
from tests.world import ANSWER, PASSWORD, Person, World

WRONG = "five brown trombones sleep"


def try_password(world: World, email: str, password: str = WRONG) -> Page:
    return world.visitor().open("/staff/sign-in").send(email=email, password=password)


def half_in(world: World, person: Person) -> Page:
    return try_password(world, person.email, PASSWORD)


def with_paper(world: World, person: Person) -> Visitor:
    """Signed in by a recovery code."""
    visitor = half_in(world, person).visitor
    visitor.open("/staff/sign-in/recovery-code").send(code=person.codes.pop())
    return visitor


def test_a_colleague_signs_in_with_password_and_code(world: World) -> None:
    person, visitor = world.colleague(), world.visitor()
    page = visitor.open("/staff").send(email=" SAM@example.com ", password=PASSWORD)
    assert page.path == "/staff/sign-in/authenticator"
    assert page.send(code=world.code(person)).path == "/staff"
    (line,) = world.audit("staff:member:signed-in")
    assert line.subject_id == person.id
    assert line.facts == {"way": "authenticator", "is_new_device": False}


def test_nobody_at_the_desk_has_a_question_and_none_is_asked(world: World) -> None:
    person = world.colleague()
    secrets = world.read(find_secrets, person.id)
    assert (secrets.question, secrets.answer_hash) == ("", "")
    with world.work() as work:
        assert set(list_open_ways(work, person.id)) <= set(SECOND_STEPS)
    assert half_in(world, person).visitor.client.get("/staff/sign-in/question").status_code == 404


def test_a_code_opens_the_desk_once(world: World) -> None:
    person = world.colleague()
    code = world.code(person)
    assert half_in(world, person).send(code=code).path == "/staff"
    again = half_in(world, person).send(code=code)
    assert again.errors == {"code": WRONG_CODE}


def test_a_code_that_is_too_old_opens_nothing(world: World) -> None:
    person = world.colleague()
    step = int(world.clock().timestamp()) // STEP_SECONDS
    old = half_in(world, person).send(code=code_at(person.secret, step - 2))
    assert "code" in old.errors
    assert old.send(code=code_at(person.secret, step - 1)).path == "/staff"


def test_a_recovery_code_stands_in_for_the_app_once(world: World) -> None:
    person = world.colleague()
    page = half_in(world, person)
    assert "/staff/sign-in/recovery-code" in page.links()
    code = person.codes[0]
    typed = code.lower().replace("-", " ")
    for wanted in ("/staff", "/staff/sign-in/recovery-code"):
        visitor = half_in(world, person).visitor
        assert visitor.open("/staff/sign-in/recovery-code").send(code=typed).path == wanted


def test_unknown_and_wrong_get_the_same_page_at_the_desk(world: World) -> None:
    known = try_password(world, world.colleague().email)
    unknown = try_password(world, "nil@example.com")
    assert known.errors == {
        "password": "The email address or the password isn’t right. Check both and try again"
    }
    assert known.text == unknown.text


def test_the_words_of_both_sign_ins_are_the_same(world: World) -> None:
    customer, colleague = world.customer(), world.colleague()
    with_authenticator(world, customer)
    codes, passkeys = [], []
    for address, person in (("/sign-in", customer), ("/staff/sign-in", colleague)):
        visitor = world.visitor()
        page = visitor.open(address).send(email=person.email, password=PASSWORD)
        codes.append(page.send(code="000000").errors)
        data = {"csrf_token": page.value("csrf_token"), "answer": "{}"}
        passkeys.append(visitor.submit(f"{address}/passkey", data).flashes)
    assert codes == [{"code": WRONG_CODE}] * 2
    assert passkeys == [[WRONG_PASSKEY]] * 2


@pytest.mark.parametrize("email", ["sam@example.com", "unknown@example.com"])
def test_six_tries_block_at_the_desk_as_well(world: World, email: str) -> None:
    world.colleague()
    for _ in range(6):
        try_password(world, email)
    assert "Too many attempts" in try_password(world, email, PASSWORD).errors["password"]


def test_six_wrong_codes_block_at_the_desk_as_well_whichever_kind_they_are(world: World) -> None:
    person = world.colleague()
    page = half_in(world, person)
    for number in range(6):
        ways = (("authenticator", "000000"), ("recovery-code", new_recovery_code()))
        way, code = ways[number % 2]
        page = page.visitor.open(f"/staff/sign-in/{way}").send(code=code)
    right = page.visitor.open("/staff/sign-in/authenticator").send(code=world.code(person))
    assert "Too many attempts" in right.errors["code"]
    world.clock.move(minutes=15, seconds=1)
    assert half_in(world, person).send(code=world.code(person)).path == "/staff"


def test_whoever_got_in_has_all_tries_again(world: World) -> None:
    person = world.colleague()
    for _ in range(5):
        try_password(world, person.email)
    page = half_in(world, person)
    for _ in range(5):
        page = page.send(code="000000")
    assert page.send(code=world.code(person)).path == "/staff"
    for _ in range(5):
        try_password(world, person.email)
    assert half_in(world, person).path == "/staff/sign-in/authenticator"


def test_a_right_password_alone_opens_nothing_for_an_account_without_a_second_step(
    world: World,
) -> None:
    person = world.colleague()
    with world.work() as work:
        work.session.delete(work.session.get_one(Authenticator, person.id))
    page = half_in(world, person)
    assert "send the invitation again" in page.errors["password"]
    for path in ("authenticator", "recovery-code", "passkey"):
        assert page.visitor.open(f"/staff/sign-in/{path}").path == "/staff/sign-in"
    assert try_password(world, person.email).errors == try_password(world, "nil@x.example").errors


def test_recovery_codes_alone_are_no_second_step(world: World) -> None:
    person = world.colleague()
    asked = half_in(world, person)
    with world.work() as work:
        work.session.delete(work.session.get_one(Authenticator, person.id))
        assert work.session.query(RecoveryCode).count() == 10
    page = asked.visitor.send("/staff/sign-in/recovery-code", code=person.codes[0])
    assert page.location == "/staff/sign-in"
    assert asked.visitor.open("/staff").path == "/staff/sign-in"


def test_whoever_was_added_and_has_not_joined_looks_like_nobody(world: World) -> None:
    with world.work() as work:
        new = NewColleague(name="New Agent", email="new@example.com", role=Role.AGENT)
        add_staff(work, new)
    unknown = try_password(world, "nil@example.com")
    assert try_password(world, "new@example.com").text == unknown.text
    assert try_password(world, "new@example.com", "").errors == {"password": "Enter your password"}


def test_a_customer_cannot_sign_in_at_the_desk_nor_a_colleague_as_a_customer(world: World) -> None:
    customer, colleague = world.customer(), world.colleague()
    assert try_password(world, customer.email, PASSWORD).path == "/staff/sign-in"
    page = world.visitor().open("/sign-in").send(email=colleague.email, password=PASSWORD)
    assert page.path == "/sign-in"


def test_one_address_can_be_a_customers_and_a_colleagues_with_sessions_apart(world: World) -> None:
    world.customer("both@example.com")
    colleague = world.colleague("both@example.com")
    desk = world.at_the_desk(colleague)
    assert desk.open("/staff").path == "/staff"
    assert desk.open("/account").path == "/sign-in"


def test_somebody_who_left_is_let_in_no_more_and_put_out_at_once(world: World) -> None:
    person = world.colleague()
    desk, asked = world.at_the_desk(person), half_in(world, person)
    with world.work() as work:
        close_account(work, person.staff_id, None)
    assert desk.open("/staff").path == "/staff/sign-in"
    assert asked.visitor.open("/staff/sign-in/authenticator").path == "/staff/sign-in"
    gone, unknown = half_in(world, person), try_password(world, "nil@example.com")
    assert gone.text == unknown.text


def test_half_a_sign_in_opens_nothing_at_the_desk(world: World) -> None:
    visitor = half_in(world, world.colleague()).visitor
    assert visitor.open("/staff/cases").path == "/staff/sign-in"
    assert visitor.open("/staff/sign-in/authenticator").path == "/staff/sign-in/authenticator"
    world.clock.move(minutes=10, seconds=1)
    assert visitor.open("/staff/sign-in/authenticator").path == "/staff/sign-in"


def test_a_visit_at_the_desk_ends_after_half_an_hour_of_nothing_or_eight_hours(
    world: World,
) -> None:
    person = world.colleague()
    desk = world.at_the_desk(person)
    for _ in range(16):
        world.clock.move(minutes=29)
        assert desk.open("/staff").path == "/staff"
    world.clock.move(minutes=29)
    assert desk.open("/staff").path == "/staff/sign-in"
    idle = with_paper(world, person)
    assert idle.open("/staff").path == "/staff"
    world.clock.move(minutes=31)
    assert idle.open("/staff").path == "/staff/sign-in"


def test_a_colleague_signs_out(world: World) -> None:
    desk = world.at_the_desk()
    answer = desk.send("/staff/sign-out")
    assert answer.location == "/staff/signed-out"
    assert desk.open("/staff").path == "/staff/sign-in"
    assert len(world.audit("staff:member:signed-out")) == 1


def test_a_new_device_is_told_by_letter_and_the_first_one_is_not(world: World) -> None:
    person = world.colleague()
    world.at_the_desk(person)
    assert world.deliver() == []
    other = world.visitor()
    other.client.environ_base["HTTP_USER_AGENT"] = "Mozilla/5.0 (X11; Linux x86_64) Firefox/130.0"
    other.open("/staff/sign-in").send(email=person.email, password=PASSWORD)
    other.open("/staff/sign-in/recovery-code").send(code=person.codes.pop())
    email = world.email("New sign-in to your account")
    assert email.to == person.email
    assert "Firefox" in email.text
    assert "23 November 2026 at 12:00" in email.text
    assert email.link == "/staff/security"


def test_the_cookie_of_the_desk_goes_to_our_own_pages_only(world: World) -> None:
    visitor = world.visitor()
    person: Person = world.colleague()
    page = visitor.open("/staff/sign-in")
    answer = visitor.post(
        "/staff/sign-in",
        {"csrf_token": page.value("csrf_token"), "email": person.email, "password": PASSWORD},
    )
    cookie = next(one for one in answer.headers.getlist("Set-Cookie") if one.startswith("desk="))
    assert re.search(r"; HttpOnly; Path=/; SameSite=Strict$", cookie)


@pytest.mark.parametrize("wanted", ["/profile", "//evil.example", "/staff/../account", "/"])
def test_signing_in_at_the_desk_leads_to_the_desk(world: World, wanted: str) -> None:
    person = world.colleague()
    page = world.visitor().open(f"/staff/sign-in?next={wanted}")
    page = page.send(email="sam@example.com", password=PASSWORD)
    assert page.send(code=world.code(person)).path == "/staff"


def test_signing_in_leads_on_to_the_page_that_was_asked_for(world: World) -> None:
    person, visitor = world.colleague(), world.visitor()
    page = visitor.open("/staff/cases").send(email=person.email, password=PASSWORD)
    assert page.send(code=world.code(person)).path == "/staff/cases"


def test_the_answer_of_a_customer_is_of_no_use_at_the_desk(world: World) -> None:
    page = half_in(world, world.colleague())
    assert "code" in page.send(code=ANSWER).errors
