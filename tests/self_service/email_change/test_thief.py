"""A thief who is signed in asks for another address; what its owner does puts an end to it."""

from collections.abc import Callable

import pytest

from portal.identity.contact_index.queries import get_email_hash
from portal.identity.credentials.models import TryCount
from tests.pages import Visitor
from tests.self_service.account_security.steps import NEW_PASSWORD, add_key, half_in, is_in, use_key
from tests.self_service.email_change.test_changing import NEW, OLD, address_of, ask, change, emails
from tests.world import ANSWER, World


def choose(_: World, owner: Visitor) -> None:
    owner.open("/security/password").send(password=NEW_PASSWORD)


def forget(world: World, _: Visitor) -> None:
    stranger = world.visitor()
    stranger.open("/forgotten").send(email=OLD)
    page = stranger.open(world.email("Choose a new password").link)
    page.send(proof=ANSWER, password=NEW_PASSWORD)


def sign_out_everywhere(_: World, owner: Visitor) -> None:
    owner.send("/security/sessions/end", where="others")


def disown(_: World, owner: Visitor) -> None:
    page = owner.open("/security")
    link = next(one for one in page.links() if one.endswith("/unknown"))
    owner.open(link).send()


@pytest.mark.parametrize("act", [choose, forget, sign_out_everywhere, disown])
def test_what_the_owner_does_ends_a_change_that_waits(
    world: World, act: Callable[[World, Visitor], None]
) -> None:
    person = world.customer(OLD)
    thief, owner = world.signed_in(person), world.signed_in(person)
    ask(thief)
    link = emails(world)[NEW].link
    assert world.visitor().open(link).title == "Use this address from now on?"
    world.clock.move(seconds=1)
    act(world, owner)
    dead = world.visitor().open(link, 410)
    assert dead.title == "This link no longer works"
    world.visitor().submit(link, {}, None)
    assert address_of(world, person) == OLD


def test_the_old_address_hears_of_it_while_nothing_has_changed(world: World) -> None:
    person = world.customer(OLD)
    ask(world.signed_in(person))
    told = emails(world)[OLD]
    assert told.subject == "Someone wants to change your email address"
    assert NEW not in told.text + told.html
    assert "That stops the change and signs them out" in told.text, "as the test above shows"
    assert told.link.endswith("/security/password")
    assert address_of(world, person) == OLD


def test_undoing_takes_back_what_the_old_address_was_not_told_of(world: World) -> None:
    person = world.customer(OLD)
    thief = world.signed_in(person)
    mine, _ = add_key(world, thief, "My telephone")
    world.clock.move(seconds=1)
    told = change(world, thief)
    assert "sign everyone out" in told.text
    assert "remove any authenticator app or passkey added since the change" in told.text
    theirs, _ = add_key(world, thief, "Another telephone")
    world.visitor().open(told.link).send()
    back = world.email("Your old email address is back").text
    assert "signed everyone out, and your old password no longer works" in back
    assert "removed any authenticator app or passkey added since the change" in back
    assert not is_in(thief)
    assert use_key(world.visitor(), theirs).path == "/sign-in"
    assert half_in(world, person).path == "/sign-in", "the password opens nothing any more"
    assert use_key(world.visitor(), mine).path == "/account"


def test_undoing_leaves_no_codes_where_nothing_needs_them(world: World) -> None:
    person = world.customer(OLD)
    thief = world.signed_in(person)
    undo = change(world, thief).link
    add_key(world, thief)
    world.visitor().open(undo).send()
    rows = world.rows()
    assert (rows["passkey"], rows["recovery_code"]) == (0, 0)
    page = world.visitor().open(world.email("Choose a new password").link)
    assert page.send(proof=person.answer, password=NEW_PASSWORD).path == "/sign-in"
    assert half_in(world, person).path == "/sign-in"
    world.visitor().open("/sign-in").send(email=OLD, password=NEW_PASSWORD)


def test_erasing_leaves_no_link_of_a_change(world: World) -> None:
    person = world.customer(OLD)
    change(world, world.signed_in(person))
    world.erase(person)
    rows = world.rows()
    assert (rows["email_change"], rows["one_use_token"]) == (0, 0)


def test_tries_at_an_address_go_with_it(world: World) -> None:
    person = world.customer(OLD)
    visitor = world.signed_in(person)
    world.visitor().open("/sign-in").send(email=OLD, password="wrong")
    assert world.rows()["try_count"] == 1
    ask(visitor)
    visitor.open(emails(world)[NEW].link).send()
    with world.work() as work:
        names = {row.name_hash for row in work.session.query(TryCount)}
        assert names == {get_email_hash(work, NEW)}, "how often that one was written to"
