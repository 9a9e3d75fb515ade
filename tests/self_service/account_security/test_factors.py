"""A customer sets up an authenticator, passkeys and recovery codes, uses them, removes them."""

import re
from uuid import uuid4

import pytest

from tests.identity.mfa.keys import SoftKey
from tests.self_service.account_security.steps import (
    add_key,
    ask_for_key,
    half_in,
    is_in,
    read_codes,
    read_secret,
    set_up_app,
    show_code,
    use_key,
)
from tests.world import World


def test_an_app_is_set_up_with_its_first_code_and_asked_from_then_on(world: World) -> None:
    person = world.customer()
    visitor = world.signed_in(person)
    secret, page = set_up_app(world, visitor)
    assert page.title == "Save your recovery codes"
    assert len(set(read_codes(page))) == 10
    world.clock.move(seconds=30)
    asked = half_in(world, person)
    assert asked.path == "/sign-in/authenticator"
    assert asked.send(code=show_code(secret, world.clock)).path == "/account"


def test_the_first_code_itself_does_not_work_a_second_time(world: World) -> None:
    person = world.customer()
    secret, _ = set_up_app(world, world.signed_in(person))
    asked = half_in(world, person)
    assert "code" in asked.send(code=show_code(secret, world.clock)).errors


def test_looking_at_the_page_begins_nothing(world: World) -> None:
    visitor = world.signed_in()
    before = world.rows()
    page = visitor.open("/security/authenticator")
    assert world.rows() == before
    assert page.soup.select_one("svg.qr") is None


def test_two_tabs_show_the_same_secret_and_the_second_may_end_it(world: World) -> None:
    visitor = world.signed_in()
    first = visitor.open("/security/authenticator").send(begin="yes")
    second = visitor.open("/security/authenticator")
    assert read_secret(first) == read_secret(second)
    code = show_code(read_secret(first), world.clock)
    assert read_codes(second.send(code=code))
    late = first.send(code=code)
    assert (late.path, late.title) == ("/security/authenticator", "Authenticator app")
    assert len(world.audit("security:authenticator:added")) == 1


@pytest.mark.parametrize("wrong", ["", "000000", "12345", "abcdef", "\uff11" * 6])
def test_a_wrong_first_code_sets_nothing_up(world: World, wrong: str) -> None:
    person = world.customer()
    page = world.signed_in(person).open("/security/authenticator").send(begin="yes")
    assert "code" in page.send(code=wrong).errors
    assert half_in(world, person).path == "/sign-in/question"


def test_the_picture_stands_in_white_and_carries_no_style(world: World) -> None:
    page = world.signed_in().open("/security/authenticator").send(begin="yes")
    picture = page.soup.select_one("svg.qr")
    assert picture is not None
    ground = picture.select_one("rect")
    assert ground is not None
    assert ground["fill"] == "#fff"
    assert not page.soup.select("svg.qr [style]")


def test_another_app_takes_the_place_of_the_first_and_no_new_codes_are_made(world: World) -> None:
    person = world.customer()
    visitor = world.signed_in(person)
    old, _ = set_up_app(world, visitor)
    page = visitor.open("/security/authenticator").send(begin="yes")
    new = read_secret(page)
    assert new != old
    page = page.send(code=show_code(new, world.clock))
    assert (page.path, page.flashes) == (
        "/security",
        ["Your new authenticator app is set up. You’re signed out everywhere else."],
    )
    world.clock.move(seconds=60)
    asked = half_in(world, person)
    assert "code" in asked.send(code=show_code(old, world.clock)).errors
    assert asked.send(code=show_code(new, world.clock)).path == "/account"
    assert len(world.audit("security:codes:made")) == 1


def test_the_old_app_works_until_the_new_one_has_shown_its_code(world: World) -> None:
    person = world.customer()
    visitor = world.signed_in(person)
    old, _ = set_up_app(world, visitor)
    visitor.open("/security/authenticator").send(begin="yes")
    world.clock.move(seconds=60)
    assert half_in(world, person).send(code=show_code(old, world.clock)).path == "/account"


def test_without_the_app_the_question_is_asked_again_and_codes_are_gone(world: World) -> None:
    person = world.customer()
    visitor = world.signed_in(person)
    set_up_app(world, visitor)
    page = visitor.open("/security/authenticator/remove")
    assert "we’ll ask your security question again" in page.text
    assert page.send().path == "/security"
    assert world.rows()["recovery_code"] == 0
    assert half_in(world, person).path == "/sign-in/question"
    emails = {one.subject: one for one in world.deliver()}
    assert "your security question again" in emails["Your authenticator app was removed"].text


def test_what_is_not_set_up_cannot_be_removed(world: World) -> None:
    visitor = world.signed_in()
    visitor.open("/security/authenticator/remove", 404)
    assert visitor.send("/security/authenticator/remove").status_code == 404


def test_setting_up_ends_the_other_sessions_and_is_told(world: World) -> None:
    person = world.customer()
    here, there = world.signed_in(person), world.signed_in(person)
    set_up_app(world, here)
    assert is_in(here)
    assert not is_in(there)
    assert world.email("An authenticator app was set up").to == person.email


def test_a_recovery_code_lets_in_once(world: World) -> None:
    person = world.customer()
    _, page = set_up_app(world, world.signed_in(person))
    code = read_codes(page)[0]
    for expected in ("/account", "/sign-in/recovery-code"):
        asked = half_in(world, person).visitor.open("/sign-in/recovery-code")
        assert asked.send(code=code.lower()).path == expected


def test_the_codes_are_numbered_in_groups_of_four_to_be_written_down(world: World) -> None:
    _, page = set_up_app(world, world.signed_in())
    codes = read_codes(page)
    assert all(re.fullmatch(r"[2-9A-Z]{4}-[2-9A-Z]{4}-[2-9A-Z]{4}", one) for one in codes)
    listed = page.soup.select_one("ol#codes")
    assert listed is not None
    assert len(listed.select("li")) == 10, "a list that counts, on paper too"


def test_new_recovery_codes_end_the_old_ones(world: World) -> None:
    person = world.customer()
    visitor = world.signed_in(person)
    _, page = set_up_app(world, visitor)
    new = visitor.open("/security/recovery-codes").send()
    assert len(read_codes(new)) == 10
    assert world.rows()["recovery_code"] == 10
    asked = half_in(world, person).visitor.open("/sign-in/recovery-code")
    assert "code" in asked.send(code=read_codes(page)[0]).errors
    assert asked.send(code=read_codes(new)[0]).path == "/account"
    assert world.audit("security:codes:made")[0].subject_id == person.id


def test_codes_are_shown_once_and_counted_afterwards(world: World) -> None:
    visitor = world.signed_in()
    set_up_app(world, visitor)
    page = visitor.open("/security/recovery-codes")
    assert read_codes(page) == []
    assert "You have 10 left" in page.text
    assert "10 left" in visitor.open("/security").text


def test_there_are_no_recovery_codes_without_something_to_recover(world: World) -> None:
    visitor = world.signed_in()
    assert (
        "When you add the first one, we’ll give you recovery codes"
        in visitor.open("/security/recovery-codes").text
    )
    assert visitor.send("/security/recovery-codes").status_code == 404
    assert world.rows()["recovery_code"] == 0


def test_a_passkey_made_in_the_pages_signs_in_through_the_pages(world: World) -> None:
    person = world.customer()
    key, page = add_key(world, world.signed_in(person))
    assert page.title == "Save your recovery codes"
    page = use_key(world.visitor(), key)
    assert page.path == "/account"
    shown = page.visitor.open("/security").text
    assert "My telephone" in shown
    assert "last used on" in shown


def test_with_a_passkey_the_question_opens_nothing_any_more(world: World) -> None:
    person = world.customer()
    asked = half_in(world, person)
    add_key(world, world.signed_in(person))
    assert asked.visitor.open("/sign-in/question").path == "/sign-in"
    page = half_in(world, person)
    assert page.path == "/sign-in/passkey"
    assert page.visitor.open("/sign-in/question").path == "/sign-in"


def test_a_removed_passkey_opens_nothing(world: World) -> None:
    person = world.customer()
    visitor = world.signed_in(person)
    key, _ = add_key(world, visitor)
    remove = next(link for link in visitor.open("/security").links() if link.endswith("/remove"))
    page = visitor.open(remove)
    assert "My telephone" in page.text
    assert page.send().path == "/security"
    assert use_key(world.visitor(), key).path == "/sign-in"
    assert half_in(world, person).path == "/sign-in/question"
    assert {"A passkey was added", "A passkey was removed"} <= {
        one.subject for one in world.deliver()
    }


def test_of_two_passkeys_the_other_one_stays_and_so_do_the_codes(world: World) -> None:
    person = world.customer()
    visitor = world.signed_in(person)
    first, _ = add_key(world, visitor)
    second, page = add_key(world, visitor, "My computer")
    assert page.flashes == ["We’ve added your passkey. You’re signed out everywhere else."]
    path = next(link for link in visitor.open("/security").links() if link.endswith("/remove"))
    assert "You still have another passkey" in visitor.open(path).text
    visitor.open(path).send()
    came = {use_key(world.visitor(), key).path for key in (first, second)}
    assert came == {"/account", "/sign-in"}
    assert world.rows()["recovery_code"] == 10


def test_a_copy_of_a_passkey_is_refused_when_it_counts_backwards(world: World) -> None:
    person = world.customer()
    key, _ = add_key(world, world.signed_in(person))
    thief = key.clone()
    for _ in range(2):
        assert use_key(world.visitor(), key).path == "/account"
    assert use_key(world.visitor(), thief).path == "/sign-in"
    assert use_key(world.visitor(), key).path == "/account"


def test_an_answer_of_the_browser_counts_once(world: World) -> None:
    visitor = world.signed_in()
    key = SoftKey(world.parts.settings.address)
    answer = key.enrol(ask_for_key(visitor))
    page = visitor.open("/security/passkeys/add")
    assert read_codes(page.send(name="One", answer=answer))
    again = page.send(name="Two", answer=answer)
    assert again.flashes == ["That passkey didn’t work, so we haven’t saved it. Try again"]
    assert world.rows()["passkey"] == 1


@pytest.mark.parametrize(
    "answer",
    ["", "{}", "[]", "null", "{" * 5_000, "x" * 20_000],
    ids=["nothing", "empty", "a list", "null", "nested", "huge"],
)
def test_what_no_passkey_answers_is_refused_with_words(world: World, answer: str) -> None:
    page = world.signed_in().open("/security/passkeys/add").send(name="One", answer=answer)
    assert page.path == "/security/passkeys/add"
    assert world.rows()["passkey"] == 0


def test_a_passkey_of_another_site_is_not_kept(world: World) -> None:
    visitor = world.signed_in()
    key = SoftKey("http://portal.example.net")
    page = visitor.open("/security/passkeys/add")
    page.send(name="One", answer=key.enrol(ask_for_key(visitor)))
    assert world.rows()["passkey"] == 0


def test_a_name_that_is_too_long_is_refused_before_a_passkey_is_made(world: World) -> None:
    visitor = world.signed_in()
    assert visitor.send("/security/passkeys/options", name="x" * 61).status_code == 400
    assert world.rows()["one_use_token"] == 0


def test_a_passkey_without_a_name_has_that_of_its_device(world: World) -> None:
    visitor = world.signed_in()
    key = SoftKey(world.parts.settings.address)
    page = visitor.open("/security/passkeys/add")
    page.send(name="", answer=key.enrol(ask_for_key(visitor)))
    assert "an unknown device" in visitor.open("/security").text


def test_after_ten_passkeys_there_is_room_for_no_more(world: World) -> None:
    visitor = world.signed_in()
    for number in range(10):
        add_key(world, visitor, f"Key {number}")
    assert "the most you can have" in visitor.open("/security/passkeys/add").text
    token = visitor.token()
    answer = SoftKey(world.parts.settings.address).enrol(ask_for_key(visitor))
    data = {"csrf_token": token, "name": "Key 10", "answer": answer}
    visitor.post("/security/passkeys/add", data)
    assert world.rows()["passkey"] == 10


def test_a_passkey_of_somebody_else_is_not_there(world: World) -> None:
    owner = world.signed_in(world.customer("jules@example.com"))
    key, _ = add_key(world, owner)
    path = next(link for link in owner.open("/security").links() if link.endswith("/remove"))
    visitor = world.signed_in()
    for one in (path, f"/security/passkeys/{uuid4()}/remove"):
        visitor.open(one, 404)
        assert visitor.send(one).status_code == 404
    assert use_key(world.visitor(), key).path == "/account"


@pytest.mark.parametrize(
    "path",
    [
        "/security/authenticator",
        "/security/authenticator/remove",
        "/security/recovery-codes",
        "/security/passkeys/add",
        "/security/passkeys/00000000-0000-0000-0000-000000000000/remove",
        "/security/password",
        "/security/question",
        "/security/email",
    ],
)
def test_what_is_precious_asks_for_fresh_proof_and_leads_back(world: World, path: str) -> None:
    person = world.customer()
    visitor = world.signed_in(person)
    set_up_app(world, visitor)
    world.clock.move(minutes=6)
    before = world.rows()
    assert visitor.open(path).path == "/prove"
    answer = visitor.send(path, code="123456", begin="yes")
    assert answer.location == f"/prove?next={path}"
    assert world.rows() | {"draft": 0} == before
    status = 404 if "passkeys/" in path and "add" not in path else None
    page = visitor.open(path).visitor.open(f"/prove?next={path}")
    page = page.send(password=person.password, status=status or 200)
    assert page.path == path


def test_the_name_of_a_passkey_is_kept_while_the_proof_is_asked(world: World) -> None:
    person = world.customer()
    visitor = world.signed_in(person)
    page = visitor.open("/security/passkeys/add")
    world.clock.move(minutes=6)
    page = page.send(name="My blue telephone").send(password=person.password)
    assert page.path == "/security/passkeys/add"
    assert page.value("name") == "My blue telephone"


def test_what_somebody_else_began_is_not_offered_ten_minutes_later(world: World) -> None:
    person = world.customer()
    thief, owner = world.signed_in(person), world.signed_in(person)
    secret = read_secret(thief.open("/security/authenticator").send(begin="yes"))
    world.clock.move(minutes=10, seconds=1)
    page = owner.open("/security/authenticator")
    assert page.full_path == "/prove?next=/security/authenticator"
    page = page.send(password=person.password)
    assert secret not in page.text.replace(" ", "")
    assert read_secret(page.send(begin="yes")) != secret
    page = owner.open("/security/authenticator").send(code=show_code(secret, world.clock))
    assert "code" in page.errors
