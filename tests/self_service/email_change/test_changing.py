"""A customer changes the address they sign in with; the old one can take it back."""

import threading

import pytest
from sqlalchemy import event

from portal.identity.accounts.queries import get_customer
from portal.identity.accounts.rules import AlreadyRegisteredError
from portal.identity.credentials.rules import BLOCKED, TRIES
from portal.self_service.email_change.rules import WRONG_ACCOUNT
from portal.self_service.email_change.service import confirm_change
from tests.pages import Page, Visitor
from tests.self_service.account_security.steps import half_in, is_in, visit_of
from tests.world import Delivered, Person, World, fail_after

OLD, NEW = "rowan@example.com", "rowan@example.org"


def ask(visitor: Visitor, email: str = NEW) -> Page:
    return visitor.open("/security/email").send(email=email)


def emails(world: World) -> dict[str, Delivered]:
    return {one.to: one for one in world.deliver() if "new device" not in one.subject}


def change(world: World, visitor: Visitor, email: str = NEW) -> Delivered:
    """Change an address all the way; the email to the old one."""
    ask(visitor, email)
    visitor.open(emails(world)[email].link).send()
    return next(one for one in world.deliver() if one.subject == "Your email address was changed")


def address_of(world: World, person: Person) -> str:
    customer = world.read(get_customer, person.customer_id)
    return str(customer.details.email)


def test_a_new_address_counts_once_its_letter_is_used(world: World) -> None:
    person = world.customer(OLD)
    visitor = world.signed_in(person)
    page = ask(visitor)
    assert page.path == "/security"
    assert page.flashes[0].startswith("Check your email. We’ve sent a link to your new address.")
    sent = emails(world)
    assert set(sent) == {NEW, OLD}
    assert address_of(world, person) == OLD
    page = visitor.open(sent[NEW].link)
    assert address_of(world, person) == OLD, "a GET only looks"
    assert page.send().flashes[0].startswith("Your new email address is confirmed.")
    assert address_of(world, person) == NEW
    assert half_in(world, Person(person.id, NEW)).path == "/sign-in/question"
    assert half_in(world, person).path == "/sign-in"


def test_both_addresses_are_told_and_only_the_old_one_can_undo_it(world: World) -> None:
    visitor = world.signed_in(world.customer(OLD))
    ask(visitor)
    visitor.open(emails(world)[NEW].link).send()
    told = emails(world)
    assert set(told) == {OLD, NEW}
    assert "/security/email/undo/" in told[OLD].link
    assert "undo" not in told[NEW].text
    assert NEW not in told[OLD].text + told[OLD].html


def test_a_changed_address_ends_the_other_sessions(world: World) -> None:
    person = world.customer(OLD)
    here, there = world.signed_in(person), world.signed_in(person)
    change(world, here)
    assert is_in(here)
    assert not is_in(there)


def test_the_link_works_signed_out_with_the_password_and_then_ends_every_session(
    world: World,
) -> None:
    person = world.customer(OLD)
    visitor = world.signed_in(person)
    ask(visitor)
    page = world.visitor().open(emails(world)[NEW].link).send(password=person.password)
    assert page.path == "/sign-in"
    assert address_of(world, person) == NEW
    assert not is_in(visitor)


def test_whose_mailbox_it_is_gives_a_thief_no_account_at_it_by_pressing_the_button(
    world: World,
) -> None:
    thief = world.customer("thief@example.com")
    ask(world.signed_in(thief))
    link = emails(world)[NEW].link
    page = world.visitor().open(link)
    assert page.send().errors["password"] == "Enter the password of your account"
    assert page.send(password="a password of my own").errors["password"] == WRONG_ACCOUNT
    world.visitor().submit(link, {}, None)
    assert address_of(world, thief) == "thief@example.com"
    assert thief.email not in page.text


def test_somebody_signed_in_as_another_customer_is_told_so_and_changes_nothing(
    world: World,
) -> None:
    person, owner = world.customer(OLD), world.customer("jules@example.com")
    visitor, other = world.signed_in(person), world.signed_in(owner)
    ask(visitor)
    link = emails(world)[NEW].link
    page = other.open(link)
    assert page.title == "Another account asked for this address"
    for fields in ({}, {"password": person.password}, {"password": owner.password}):
        answer = other.send(link, **fields)
        assert answer.status_code in {200, 409}
    assert (address_of(world, person), address_of(world, owner)) == (OLD, "jules@example.com")
    assert is_in(other)
    assert is_in(visitor)


def test_the_password_of_whoever_asked_cannot_be_guessed_beside_the_link(world: World) -> None:
    person = world.customer(OLD)
    ask(world.signed_in(person))
    page = world.visitor().open(emails(world)[NEW].link)
    for _ in range(TRIES):
        page = page.send(password="wrong password indeed")
        assert page.errors["password"] == WRONG_ACCOUNT
    assert page.send(password=person.password).errors["password"] == BLOCKED
    assert address_of(world, person) == OLD


def test_only_the_newest_link_works_once_and_for_a_day(world: World) -> None:
    person = world.customer(OLD)
    visitor = world.signed_in(person)
    ask(visitor, "first@example.org")
    first = emails(world)["first@example.org"].link
    assert "first@example.org" in visitor.open("/security/email").text
    ask(visitor)
    second = emails(world)[NEW].link
    visitor.open(first, 410)
    visitor.open(second).send()
    assert visitor.open(second, 410).title == "This link no longer works"
    ask(visitor, "third@example.org")
    third = emails(world)["third@example.org"].link
    world.clock.move(hours=25)
    world.visitor().open(third, 410)
    assert address_of(world, person) == NEW


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("", "Enter your new email address"),
        ("nonsense", "Enter an email address in the correct format"),
        ("rowan@Example.com", "That’s already your email address"),
    ],
)
def test_an_address_that_will_not_do_is_refused(world: World, typed: str, said: str) -> None:
    page = ask(world.signed_in(world.customer(OLD)), typed)
    assert page.errors["email"].startswith(said)
    assert world.rows()["email_change"] == 0


def test_somebody_can_correct_how_their_own_address_is_spelled(world: World) -> None:
    person = world.customer("Rowan@example.com")
    visitor = world.signed_in(person)
    ask(visitor, OLD)
    sent = emails(world)
    assert sent[OLD].subject == "Confirm your new email address"
    visitor.open(sent[OLD].link).send()
    assert address_of(world, person) == OLD
    assert half_in(world, Person(person.id, OLD)).path == "/sign-in/question"


def test_the_address_is_kept_while_the_proof_is_asked(world: World) -> None:
    person = world.customer(OLD)
    visitor = world.signed_in(person)
    page = visitor.open("/security/email")
    world.clock.move(minutes=6)
    page = page.send(email=NEW).send(password=person.password)
    assert (page.path, page.value("email")) == ("/security/email", NEW)


def test_nobody_has_us_write_to_strangers_without_end(world: World) -> None:
    visitor = world.signed_in(world.customer(OLD))
    said = [ask(visitor, f"person{number}@example.org").errors for number in range(8)]
    assert said[:5] == [{}] * 5
    assert said[-1]["email"].startswith("We can’t send another of these emails yet")
    assert len(emails(world)) <= 7, "six, and the one to the old address"


def test_a_taken_address_looks_and_costs_the_same_and_its_owner_is_told(world: World) -> None:
    world.customer("taken@example.org")
    pages, rows = [], []
    for number, wanted in enumerate(("free@example.org", "taken@example.org")):
        visitor = world.signed_in(world.customer(f"asks{number}@example.com"))
        before = world.rows()
        pages.append(ask(visitor, wanted))
        after = world.rows()
        rows.append({table: after[table] - before[table] for table in after})
    assert pages[0].flashes == pages[1].flashes
    assert pages[0].path == pages[1].path
    assert rows[0] == rows[1]
    told = emails(world)
    assert told["free@example.org"].subject == "Confirm your new email address"
    assert told["taken@example.org"].subject == "You already have an account"
    assert "/security/email/" not in told["taken@example.org"].text


def test_an_address_that_was_taken_meanwhile_changes_nothing(world: World) -> None:
    person = world.customer(OLD)
    visitor = world.signed_in(person)
    ask(visitor)
    link = emails(world)[NEW].link
    world.customer(NEW)
    page = visitor.open(link).send(status=409)
    assert page.title == "This address already has an account"
    assert address_of(world, person) == OLD
    assert world.deliver() == []
    assert is_in(visitor)


def test_of_two_who_confirm_one_address_at_once_one_gets_it(world: World) -> None:
    people = [world.customer(f"asks{number}@example.com") for number in range(2)]
    links = []
    for person in people:
        ask(world.signed_in(person))
        links.append(emails(world)[NEW].link.rpartition("/")[2])
    is_waiting = threading.Event()
    refused: list[bool] = []

    def come_second() -> None:
        try:
            with world.work() as work:
                confirm_change(work, links[1], None)
        except AlreadyRegisteredError:
            refused.append(True)

    def notice(connection: object, cursor: object, statement: str, *rest: object) -> None:
        del connection, cursor, rest
        if threading.current_thread() is second and (
            statement.startswith(("UPDATE customer", "BEGIN IMMEDIATE"))
        ):
            is_waiting.set()

    second = threading.Thread(target=come_second)
    engine = world.parts.sessions.engine
    event.listen(engine, "before_cursor_execute", notice)
    with world.work() as work:
        assert confirm_change(work, links[0], None)
        work.session.flush()
        second.start()
        assert is_waiting.wait(10), "the second has come as far as it can"
    second.join()
    event.remove(engine, "before_cursor_execute", notice)
    assert refused == [True]
    assert [address_of(world, person) for person in people] == [NEW, "asks1@example.com"]


def test_the_old_address_takes_it_back(world: World) -> None:
    person = world.customer(OLD)
    thief = world.signed_in(person)
    link = change(world, thief).link
    page = world.visitor().open(link)
    assert OLD in page.text
    assert address_of(world, person) == NEW, "a GET only looks"
    page = page.send()
    assert page.path == "/sign-in"
    assert address_of(world, person) == OLD
    assert not is_in(thief)
    told = [(one.to, one.subject) for one in world.deliver()]
    assert sorted(told) == [
        (OLD, "Choose a new password"),
        (OLD, "Your old email address is back"),
        (NEW, "The change of your email address was undone"),
    ]
    assert half_in(world, person).path == "/sign-in", "the thief may know the password"
    world.visitor().open(link, 410)


def test_the_link_that_comes_with_it_changes_the_password(world: World) -> None:
    person = world.customer(OLD)
    world.visitor().open(change(world, world.signed_in(person)).link).send()
    link = world.email("Choose a new password").link
    page = world.visitor().open(link)
    page = page.send(proof=person.answer, password="nine copper owls drift")
    assert page.path == "/sign-in"


def test_undoing_forgets_the_browsers_and_the_thiefs_link_to_a_new_password(
    world: World,
) -> None:
    person = world.customer(OLD)
    thief = world.visitor()
    thief.open("/sign-in").send(email=OLD, password=person.password, remember="y")
    thief.open("/sign-in/question").send(answer=person.answer)
    undo = change(world, thief).link
    world.visitor().open("/forgotten").send(email=NEW)
    theirs = world.email("Choose a new password").link
    world.visitor().open(theirs)
    world.visitor().open(undo).send()
    assert world.rows()["remembered_browser"] == 0
    world.visitor().open(theirs, 410)


def test_after_seven_days_nothing_is_undone(world: World) -> None:
    person = world.customer(OLD)
    link = change(world, world.signed_in(person)).link
    world.clock.move(days=7, minutes=1)
    assert world.visitor().open(link, 410).title == "This link no longer works"
    assert address_of(world, person) == NEW


def test_a_thief_who_changes_the_address_twice_does_not_shake_off_the_first(
    world: World,
) -> None:
    person = world.customer(OLD)
    thief = world.signed_in(person)
    mine = change(world, thief).link
    world.clock.move(minutes=1)
    theirs = change(world, thief, "third@example.org").link
    ask(thief, "fourth@example.org")
    waiting = emails(world)["fourth@example.org"].link
    world.visitor().open(mine).send()
    assert address_of(world, person) == OLD
    for link in (theirs, waiting):
        world.visitor().open(link, 410)


def test_an_old_address_that_is_somebody_elses_by_now_is_not_brought_back(world: World) -> None:
    person = world.customer(OLD)
    visitor = world.signed_in(person)
    link = change(world, visitor).link
    world.customer(OLD)
    page = world.visitor().open(link).send(status=409)
    assert page.title == "Your old address now has another account"
    assert address_of(world, person) == NEW
    assert is_in(visitor)
    assert world.deliver() == []


def test_a_change_that_fails_leaves_everything_as_it_was(world: World) -> None:
    person = world.customer(OLD)
    visitor = world.signed_in(person)
    ask(visitor)
    token = emails(world)[NEW].link.rpartition("/")[2]
    visit = visit_of(world, visitor)
    fail_after(world, lambda work: confirm_change(work, token, visit))
    assert address_of(world, person) == OLD
    assert world.deliver() == []
    visitor.open(f"/security/email/confirm/{token}").send()
    assert address_of(world, person) == NEW


def test_a_profile_form_that_was_open_meanwhile_does_not_bring_the_old_address_back(
    world: World,
) -> None:
    person = world.customer(OLD)
    visitor = world.signed_in(person)
    form = visitor.open("/profile/edit")
    change(world, visitor)
    form.send(town="Exampleton")
    assert address_of(world, person) == NEW


def test_every_step_is_recorded_and_says_no_address(world: World) -> None:
    person = world.customer(OLD)
    world.visitor().open(change(world, world.signed_in(person)).link).send()
    for what in ("asked", "confirmed", "undone"):
        [line] = world.audit(f"mailbox:change:{what}")
        assert (line.subject_id, line.facts) == (person.id, {})


def test_the_profile_leads_to_the_change(world: World) -> None:
    visitor = world.signed_in()
    assert "/security/email" in visitor.open("/profile").links()
