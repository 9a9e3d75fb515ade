"""The desk lets somebody back in who has forgotten everything."""

from typing import Any

from portal.desk.case_records.rules import Topic
from portal.identity.credentials.queries import find_secrets
from portal.identity.mfa.queries import get_factors
from portal.identity.staff_accounts.rules import Role
from tests.identity.account_recovery.test_forgotten import NEW, can_sign_in, with_authenticator
from tests.pages import Page, Visitor
from tests.world import PASSWORD, World

NOTE = "Rang the number in the profile; knew the last bill to the penny."


LINK = "Set up your sign-in again"


def subjects(world: World) -> list[str]:
    return [email.subject for email in world.deliver()]


def case_of(world: World, email: str = "rowan@example.com") -> str:
    return world.case(topic=Topic.SIGN_IN, email=email, text="I have forgotten everything.")


def senior(world: World) -> Visitor:
    return world.at_the_desk(world.colleague("kit@example.com", role=Role.SENIOR))


def let_in(world: World, reference: str, **fields: Any) -> Page:
    page = senior(world).open(f"/staff/cases/{reference}/let-back-in")
    return page.send(**{"note": NOTE, "confirm": "y", **fields})


def test_somebody_who_forgot_everything_begins_anew_by_the_desks_link(world: World) -> None:
    person = world.customer()
    with_authenticator(world, person)
    reference = case_of(world)
    page = let_in(world, reference)
    assert page.flashes == ["The link is on its way to the address on file."]
    email = world.email("Set up your sign-in again")
    assert email.to == person.email
    assert "remove your authenticator app, passkeys and recovery codes" in email.text
    elsewhere = world.visitor().open(email.link)
    fields: dict[str, Any] = {"password": NEW, "question": "teacher", "answer": "Ng"}
    assert elsewhere.send(**fields).path == "/sign-in"
    assert can_sign_in(world, person, NEW)
    secrets = world.read(find_secrets, person.id)
    assert secrets.question == "Which teacher did you like best?"
    assert not world.read(get_factors, person.id).are_strong
    told = world.email("Your password and security question")
    assert told.to == person.email
    assert "removed your authenticator app, passkeys and recovery codes" in told.text
    world.visitor().open(email.link, status=410)


def test_until_the_link_is_used_nothing_has_changed(world: World) -> None:
    person = world.customer()
    secret, _ = with_authenticator(world, person)
    let_in(world, case_of(world))
    world.visitor().open(world.email("Set up your sign-in again").link)
    assert secret
    assert world.read(get_factors, person.id).are_strong
    page = world.visitor().open("/sign-in").send(email=person.email, password=PASSWORD)
    assert page.path == "/sign-in/authenticator"


def test_the_desks_link_works_for_an_hour(world: World) -> None:
    world.customer()
    let_in(world, case_of(world))
    link = world.email("Set up your sign-in again").link
    world.clock.move(minutes=59)
    world.visitor().open(link)
    world.clock.move(minutes=2)
    world.visitor().open(link, status=410)


def test_an_agent_cannot_let_anybody_in(world: World) -> None:
    world.customer()
    reference = case_of(world)
    agent = world.at_the_desk()
    agent.open(f"/staff/cases/{reference}/let-back-in", status=403)
    fields = {"note": NOTE, "confirm": "y", "version": "1"}
    assert agent.send(f"/staff/cases/{reference}/let-back-in", **fields).status_code == 403
    assert LINK not in subjects(world)


def test_a_note_and_a_tick_are_needed(world: World) -> None:
    world.customer()
    reference = case_of(world)
    assert let_in(world, reference, note="ok").errors["note"].startswith("Say more about")
    page = world.at_the_desk(world.colleague("lou@example.com", role=Role.SENIOR))
    opened = page.open(f"/staff/cases/{reference}/let-back-in")
    assert opened.send(note=NOTE).errors["confirm"].startswith("Tick the box")
    assert LINK not in subjects(world)


def test_the_note_stays_between_colleagues_and_the_step_is_in_the_timeline(world: World) -> None:
    person = world.customer()
    reference = world.case(person, topic=Topic.SIGN_IN)
    let_in(world, reference)
    shown = world.at_the_desk().open(f"/staff/cases/{reference}").text
    assert NOTE in shown
    assert "Sent a link to set up sign-in again" in shown
    mine = world.signed_in(person).open(f"/cases/{reference}").text
    assert NOTE not in mine
    assert world.audit("recovery:customer:readmitted")[0].subject_id == person.id


def test_an_address_without_an_account_gets_no_link(world: World) -> None:
    reference = case_of(world, "nobody@example.com")
    page = senior(world).open(f"/staff/cases/{reference}/let-back-in")
    assert "There is nobody to let in" in page.text
    answer = page.visitor.send(
        f"/staff/cases/{reference}/let-back-in", note=NOTE, confirm="y", version="1"
    )
    assert answer.status_code == 303
    assert LINK not in subjects(world)


def test_a_case_that_moved_on_meanwhile_is_shown_again(world: World) -> None:
    world.customer()
    reference = case_of(world)
    page = senior(world).open(f"/staff/cases/{reference}/let-back-in")
    world.at_the_desk().open(f"/staff/cases/{reference}/close").send(ended="thanks")
    page.send(note=NOTE, confirm="y", status=409)
    assert LINK not in subjects(world)
