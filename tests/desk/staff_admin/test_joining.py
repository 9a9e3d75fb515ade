"""Somebody joins the desk: by a link that works once, with a password and a second step."""

import pytest

from portal.identity.mfa.queries import get_factors
from portal.identity.staff_accounts.rules import Role
from tests.desk.staff_admin.steps import (
    CHOSEN,
    EMAIL,
    choose,
    invite_again,
    invited,
    join_by_passkey,
    joined,
    read_codes,
    read_secret,
    show_code,
    use_key,
)
from tests.pages import Page
from tests.world import PASSWORD, World


def half_in(world: World, email: str = EMAIL, password: str = CHOSEN) -> Page:
    return world.visitor().open("/staff/sign-in").send(email=email, password=password)


def is_dead(world: World, path: str) -> bool:
    return world.visitor().client.get(path).status_code == 410


def test_somebody_joins_with_a_password_an_app_and_codes_to_keep(world: World) -> None:
    person, path = invited(world)
    secret, page = joined(world, path)
    assert page.title == "Save your recovery codes"
    codes = read_codes(page)
    assert len(set(codes)) == 10
    assert page.visitor.open("/staff").path == "/staff"
    world.clock.move(seconds=30)
    assert half_in(world).send(code=show_code(world, secret)).path == "/staff"
    paper = half_in(world).visitor.open("/staff/sign-in/recovery-code")
    assert paper.send(code=codes[0]).path == "/staff"
    names = ("member:added", "member:invited", "invitation:used", "factor:added")
    lines = [line for name in names for line in world.audit(f"staff:{name}")]
    assert [line.subject_id for line in lines] == [person.id] * len(names)
    assert lines[-1].facts == {"way": "authenticator"}


def test_a_passkey_will_do_in_place_of_an_app_and_is_enough_alone(world: World) -> None:
    person, path = invited(world)
    key, page = join_by_passkey(world, path)
    assert page.title == "Save your recovery codes"
    factors = world.read(get_factors, person.id)
    assert (factors.authenticator_added_at, len(factors.passkeys)) == (None, 1)
    assert use_key(world.visitor(), key).path == "/staff"
    assert half_in(world).path == "/staff/sign-in/passkey"


def test_a_passkey_of_the_desk_opens_no_customers_page(world: World) -> None:
    _, path = invited(world)
    key, _ = join_by_passkey(world, path)
    visitor = world.visitor()
    options = visitor.send("/sign-in/passkey/options").text
    visitor.open("/sign-in").send("/sign-in/passkey", answer=key.sign(options))
    assert visitor.open("/account").path == "/sign-in"


def test_the_invitation_comes_by_letter_too(world: World) -> None:
    _, path = invited(world)
    email = world.email("Set up your account at the privacy desk")
    assert (email.to, email.link) == (EMAIL, path)


def test_an_invitation_that_is_only_looked_at_does_nothing(world: World) -> None:
    _, path = invited(world)
    before = world.rows()
    for _ in range(2):
        assert world.visitor().open(path).title == "Welcome to the privacy desk"
    assert world.rows() == before
    assert not is_dead(world, path)


def test_an_invitation_works_once(world: World) -> None:
    _, path = invited(world)
    late = world.visitor().open(path)
    choose(world, path)
    assert is_dead(world, path)
    after = late.send(status=410, password="five other words altogether")
    assert after.title == "This invitation no longer works"
    assert half_in(world, password="five other words altogether").path == "/staff/sign-in"


def test_an_invitation_works_for_ten_minutes(world: World) -> None:
    _, path = invited(world)
    world.clock.move(minutes=9, seconds=59)
    assert not is_dead(world, path)
    world.clock.move(seconds=1)
    assert is_dead(world, path)


def test_only_the_newest_invitation_works(world: World) -> None:
    person, old = invited(world)
    new = invite_again(world, person)
    assert is_dead(world, old)
    assert not is_dead(world, new)


def test_a_password_that_is_too_short_is_refused_and_the_link_still_works(world: World) -> None:
    _, path = invited(world)
    page = choose(world, path, "fourteen chars")
    assert page.errors["password"].startswith("Password must be 15 characters or more")
    assert page.send(password=CHOSEN).path == "/staff/join/authenticator"


@pytest.mark.parametrize(
    "weak", ["new agent new agent", "new@example.com new@", "1234567890123456"]
)
def test_a_password_made_of_ones_own_name_or_of_what_is_common_is_refused(
    world: World, weak: str
) -> None:
    _, path = invited(world)
    assert "password" in choose(world, path, weak).errors


def test_a_password_alone_opens_nothing_but_the_next_step(world: World) -> None:
    _, path = invited(world, Role.ADMINISTRATOR)
    visitor = choose(world, path).visitor
    steps = ("sign-in/authenticator", "sign-in/recovery-code", "sign-in/passkey")
    closed = ("", "/cases", "/colleagues", "/colleagues/add", "/security", "/security/password")
    for page in (*closed, "/prove", *(f"/{step}" for step in steps)):
        assert visitor.open(f"/staff{page}").path == "/staff/sign-in", page
    for action in ("/security/recovery-codes", "/security/authenticator", "/colleagues/add"):
        assert visitor.send(f"/staff{action}", begin="yes").location.startswith("/staff/sign-in")
    assert visitor.open("/staff/join/authenticator").path == "/staff/join/authenticator"


def test_whoever_leaves_before_the_second_step_needs_another_invitation(world: World) -> None:
    person, path = invited(world)
    page = choose(world, path)
    assert "send the invitation again" in half_in(world).errors["password"]
    assert half_in(world, password=PASSWORD).errors == half_in(world, "nil@example.com").errors
    world.clock.move(minutes=10, seconds=1)
    assert page.visitor.open("/staff/join/authenticator").path == "/staff/sign-in"
    _, page = joined(world, invite_again(world, person))
    assert page.title == "Save your recovery codes"


def test_a_wrong_first_code_sets_nothing_up(world: World) -> None:
    person, path = invited(world)
    page = choose(world, path)
    assert "code" in page.send(code="000000").errors
    assert not world.read(get_factors, person.id).are_strong
    assert page.send(code=show_code(world, read_secret(page))).title == "Save your recovery codes"


def test_half_a_sign_in_is_no_way_to_choose_a_second_step(world: World) -> None:
    person = world.colleague()
    visitor = half_in(world, person.email, person.password).visitor
    assert visitor.open("/staff/join/authenticator").path == "/staff/sign-in"
    assert visitor.send("/staff/join/passkey", answer="{}").location == "/staff/sign-in"
    assert visitor.send("/staff/join/passkey/options").status_code == 403


def test_whoever_lost_everything_begins_anew_and_nothing_of_before_works(world: World) -> None:
    person = world.colleague()
    desk, paper = world.at_the_desk(person), person.codes[0]
    path = invite_again(world, person)
    assert desk.open("/staff").path == "/staff", "nothing changes before the link is used"
    page = choose(world, path)
    assert desk.open("/staff").path == "/staff/sign-in"
    page.send(code=show_code(world, read_secret(page)))
    assert "password" in half_in(world, person.email, person.password).errors
    asked = half_in(world, person.email)
    assert asked.path == "/staff/sign-in/authenticator"
    assert "code" in asked.send(code=world.code(person)).errors
    old = asked.visitor.open("/staff/sign-in/recovery-code").send(code=paper)
    assert "code" in old.errors


def test_an_invitation_helps_whoever_is_blocked_by_too_many_tries(world: World) -> None:
    person, path = invited(world)
    for _ in range(7):
        half_in(world)
    secret, _ = joined(world, path)
    world.clock.move(seconds=30)
    assert half_in(world, person.email).send(code=show_code(world, secret)).path == "/staff"


def test_the_picture_stands_in_white_with_the_secret_beside_it(world: World) -> None:
    _, path = invited(world)
    page = choose(world, path)
    picture = page.soup.select_one("svg.qr rect")
    assert picture is not None
    assert picture["fill"] == "#fff"
    spelled = page.soup.select_one("code.code")
    assert spelled is not None
    assert {len(group) for group in spelled.get_text().split()} == {4}
