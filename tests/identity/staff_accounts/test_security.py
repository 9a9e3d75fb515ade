"""A colleague changes how they sign in; one strong second step always stays."""

from typing import Any

import pytest

from portal.identity.mfa.models import Authenticator
from portal.identity.mfa.queries import get_factors
from portal.identity.mfa.rules import STEP_SECONDS, code_at
from tests.desk.staff_admin.steps import read_codes, read_secret, show_code, use_key
from tests.identity.mfa.keys import SoftKey
from tests.pages import Page, Visitor
from tests.world import PASSWORD, Person, World

HOME = "/staff/security"
CHOSEN = "four purple lanterns hum"


def add_key(world: World, desk: Visitor, name: str = "My laptop") -> tuple[SoftKey, Page]:
    key = SoftKey(world.parts.settings.address)
    options = desk.send(f"{HOME}/passkeys/options", name=name).text
    return key, desk.open(f"{HOME}/passkeys/add").send(name=name, answer=key.enrol(options))


def path_to_remove(world: World, person: Person, number: int = 0) -> str:
    passkey = world.read(get_factors, person.id).passkeys[number]
    return f"{HOME}/passkeys/{passkey.id}/remove"


def half_in(world: World, person: Person, password: str = PASSWORD) -> Page:
    return world.visitor().open("/staff/sign-in").send(email=person.email, password=password)


def test_a_colleague_sees_how_they_sign_in_and_where(world: World) -> None:
    person = world.colleague()
    desk = world.at_the_desk(person)
    page = desk.open(HOME)
    for words in ("sam@example.com", "Added on 23 November 2026", "10 left", "This one"):
        assert words in page.text
    assert "Sign out everywhere else" not in page.text


def test_a_new_password_counts_and_the_other_visits_end(world: World) -> None:
    person = world.colleague()
    desk, other = world.at_the_desk(person), world.at_the_desk(person)
    page = desk.open(f"{HOME}/password").send(password=CHOSEN)
    assert page.flashes == ["We’ve changed your password. You’re signed out everywhere else."]
    assert other.open("/staff").path == "/staff/sign-in"
    assert half_in(world, person).path == "/staff/sign-in"
    assert half_in(world, person, CHOSEN).path == "/staff/sign-in/authenticator"
    assert world.email("Your password at the desk was changed").to == person.email
    assert len(world.audit("staff:password:changed")) == 1


@pytest.mark.parametrize("wrong", ["", "fourteen chars", PASSWORD, "sam agent sam agent"])
def test_a_password_that_will_not_do_changes_nothing(world: World, wrong: str) -> None:
    person = world.colleague()
    page = world.at_the_desk(person).open(f"{HOME}/password").send(password=wrong)
    assert "password" in page.errors
    assert half_in(world, person).path == "/staff/sign-in/authenticator"


def test_another_app_takes_the_place_of_the_first(world: World) -> None:
    person = world.colleague()
    desk = world.at_the_desk(person)
    page = desk.open(f"{HOME}/authenticator").send(begin="yes")
    secret = read_secret(page)
    assert "code" in page.send(code="000000").errors
    assert page.send(code=show_code(world, secret)).path == HOME
    world.clock.move(seconds=60)
    asked = half_in(world, person)
    assert "code" in asked.send(code=world.code(person)).errors
    assert asked.send(code=show_code(world, secret)).path == "/staff"
    assert world.email("An authenticator app was added").to == person.email
    assert [one.facts for one in world.audit("staff:factor:added")] == [{"way": "authenticator"}]


def test_the_app_in_use_goes_on_until_the_new_one_has_shown_a_code(world: World) -> None:
    person = world.colleague()
    world.at_the_desk(person).open(f"{HOME}/authenticator").send(begin="yes")
    step = int(world.clock().timestamp()) // STEP_SECONDS
    assert half_in(world, person).send(code=code_at(person.secret, step + 1)).path == "/staff"


def test_a_passkey_is_added_and_opens_the_desk_alone(world: World) -> None:
    person = world.colleague()
    key, page = add_key(world, world.at_the_desk(person))
    assert page.path == HOME
    assert "My laptop" in page.text
    assert use_key(world.visitor(), key).path == "/staff"
    ways = [one.facts["way"] for one in world.audit("staff:member:signed-in")]
    assert ways == ["authenticator", "passkey"]


def test_a_passkey_is_removed_where_an_app_is_left(world: World) -> None:
    person = world.colleague()
    desk = world.at_the_desk(person)
    key, _ = add_key(world, desk)
    page = desk.open(path_to_remove(world, person)).send()
    assert page.flashes == ["We’ve removed the passkey. You’re signed out everywhere else."]
    assert use_key(world.visitor(), key).path == "/staff/sign-in"


def test_the_last_second_step_is_never_removed(world: World) -> None:
    person = world.colleague()
    desk = world.at_the_desk(person)
    key, _ = add_key(world, desk)
    add_key(world, desk, "My other laptop")
    first, last = path_to_remove(world, person), path_to_remove(world, person, 1)
    with world.work() as work:
        work.session.delete(work.session.get_one(Authenticator, person.id))
    form = desk.open(last)
    assert desk.open(first).send().path == HOME
    page = form.send()
    assert page.flashes == ["You always need an app or a passkey. Add another one first."]
    assert "It’s your only second step" in desk.open(last).text
    assert len(world.read(get_factors, person.id).passkeys) == 1
    assert use_key(world.visitor(), key).path == "/staff/sign-in"


def test_anothers_passkey_is_not_removed(world: World) -> None:
    person = world.colleague()
    add_key(world, world.at_the_desk(person))
    other = world.at_the_desk(world.colleague("kit@example.com"))
    path = path_to_remove(world, person)
    assert other.client.get(path).status_code == other.send(path).status_code == 404
    assert len(world.read(get_factors, person.id).passkeys) == 1


def test_new_recovery_codes_end_the_old_ones(world: World) -> None:
    person = world.colleague()
    desk = world.at_the_desk(person)
    page = desk.open(f"{HOME}/recovery-codes").send()
    codes = read_codes(page)
    assert len(set(codes)) == 10
    paper = half_in(world, person).visitor.open("/staff/sign-in/recovery-code")
    assert "code" in paper.send(code=person.codes[0]).errors
    assert paper.send(code=codes[0]).path == "/staff"
    assert world.email("You have new recovery codes").to == person.email


def test_a_colleague_signs_out_elsewhere(world: World) -> None:
    person = world.colleague()
    desk, *others = (world.at_the_desk(person) for _ in range(3))
    page = desk.open(HOME)
    ends = [str(one["action"]) for one in page.soup.select("form[action$='/end']")]
    one = next(action for action in ends if not action.endswith("sessions/end"))
    page = page.send(one)
    assert page.flashes == ["You’re signed out there."]
    still = [other for other in others if other.open("/staff").path == "/staff"]
    assert len(still) == 1
    page.send(f"{HOME}/sessions/end")
    assert still[0].open("/staff").path == "/staff/sign-in"
    assert desk.open("/staff").path == "/staff"
    assert [line.facts for line in world.audit("staff:session:ended")] == [
        {"which": "one"}, {"which": "others"},
    ]  # fmt: skip


def test_anothers_session_is_not_ended(world: World) -> None:
    person, kit = world.colleague(), world.colleague("kit@example.com")
    theirs, desk = world.at_the_desk(kit), world.at_the_desk(person)
    more = world.at_the_desk(kit)
    form = theirs.open(HOME).soup.select_one("form[action$='/end']")
    assert form is not None
    assert desk.send(str(form["action"])).status_code == 404
    assert more.open("/staff").path == "/staff"


CHANGES: list[tuple[str, dict[str, Any]]] = [
    ("/password", {"password": CHOSEN}),
    ("/authenticator", {"begin": "yes"}),
    ("/recovery-codes", {}),
    ("/passkeys/add", {"name": "x", "answer": "{}"}),
]


@pytest.mark.parametrize(("path", "fields"), CHANGES)
def test_a_change_needs_a_fresh_proof(world: World, path: str, fields: dict[str, str]) -> None:
    person = world.colleague()
    desk = world.at_the_desk(person)
    world.clock.move(minutes=6)
    before = world.rows()
    assert desk.open(f"{HOME}{path}").path == "/staff/prove"
    answer = desk.send(f"{HOME}{path}", **fields)
    assert answer.location.startswith("/staff/prove?next=/staff/security")
    assert {**world.rows(), "draft": 0} == {**before, "draft": 0}


def test_a_passkey_is_fresh_proof_too_and_anothers_is_none(world: World) -> None:
    person = world.colleague()
    desk = world.at_the_desk(person)
    mine, _ = add_key(world, desk)
    theirs, _ = add_key(world, world.at_the_desk(world.colleague("kit@example.com")))
    world.clock.move(minutes=6)
    asked = desk.open(f"{HOME}/password")
    for key, wanted in ((theirs, "/staff/prove"), (mine, f"{HOME}/password")):
        options = desk.send("/staff/sign-in/passkey/options").text
        action = f"/staff/prove/passkey?next={HOME}/password"
        assert asked.send(action, answer=key.sign(options)).path == wanted


def test_tries_at_the_fresh_proof_are_counted(world: World) -> None:
    desk = world.at_the_desk(world.colleague())
    world.clock.move(minutes=6)
    page = desk.open(f"{HOME}/password")
    for _ in range(6):
        page = page.send(password="five brown trombones sleep")
    assert "Too many attempts" in page.send(password=PASSWORD).errors["password"]
