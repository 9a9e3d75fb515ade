"""Billing account numbers in messages are hidden from everybody who has not just proved who."""

from portal.desk.case_records.rules import Topic
from tests.governance.legal_holds.test_desk import place
from tests.world import PASSWORD, World

NUMBER = "AB12345678"
TEXT = f"My number is {NUMBER}, ring 01632 960001."
HIDDEN = "My number is •••• 678, ring 01632 960001."


def test_a_customer_sees_the_number_in_a_message_only_after_fresh_proof(world: World) -> None:
    person = world.customer()
    path = f"/cases/{world.case(person, text=TEXT)}"
    visitor = world.signed_in(person)
    page = visitor.open(path)
    assert HIDDEN in page.text
    assert NUMBER not in page.answer.text
    world.clock.move(minutes=6)
    proof = visitor.open(f"{path}/in-full")
    assert proof.path == "/prove"
    assert NUMBER not in proof.answer.text
    page = proof.send(password=PASSWORD)
    assert page.path == f"{path}/in-full"
    assert TEXT in page.text
    assert page.send(path, message="One more thing").path == path


def test_a_message_without_such_a_number_offers_nothing_to_show(world: World) -> None:
    person = world.customer()
    path = f"/cases/{world.case(person)}"
    assert f"{path}/in-full" not in world.signed_in(person).open(path).links()


def test_nobody_sees_the_number_in_the_message_of_somebody_else(world: World) -> None:
    path = f"/cases/{world.case(world.customer(), text=TEXT)}/in-full"
    world.signed_in(world.customer("other@example.com")).open(path, status=404)
    world.visitor().open(path, status=200)  # sign in first


def test_the_desk_sees_the_number_after_fresh_proof_and_it_is_recorded(world: World) -> None:
    reference = world.case(text=TEXT)
    path = f"/staff/cases/{reference}"
    desk = world.at_the_desk()
    page = desk.open(path)
    assert HIDDEN in page.text
    assert NUMBER not in page.answer.text
    assert f"{path}/in-full" in page.links()
    assert TEXT in desk.open(f"{path}/in-full").text
    assert [line.facts["in_full"] for line in world.audit("cases:case:viewed")] == [False, True]
    world.clock.move(minutes=6)
    assert NUMBER not in desk.open(f"{path}/in-full").answer.text


def test_an_answer_does_not_carry_the_number_in_an_email(world: World) -> None:
    reference = world.case(topic=Topic.COMPLAINT)
    path = f"/staff/cases/{reference}"
    message = f"We looked at {NUMBER}.\n\nYour order is 12345678."
    world.at_the_desk().open(path).send(path, step="replied", message=message, outcome="not-upheld")
    email = world.email("We replied")
    assert "We looked at •••• 678." in email.text
    assert "Your order is 12345678." in email.text
    assert NUMBER not in email.text + email.html


def test_a_number_that_is_only_digits_is_hidden_where_we_know_that_it_is_theirs(
    world: World,
) -> None:
    person = world.customer(account_number="98765432")
    reference = world.case(person, text="Hello, it is 98 76\u201354 32, ring 01632 960001.")
    page = world.signed_in(person).open(f"/cases/{reference}")
    assert "Hello, it is •••• 432, ring 01632 960001." in page.text
    path = f"/staff/cases/{reference}"
    world.at_the_desk().open(path).send(path, step="replied", message="We looked at 98765432.")
    assert "We looked at •••• 432." in world.email("We replied").text


def test_the_reason_of_a_hold_shows_no_number_in_full(world: World) -> None:
    reference = world.case()
    place(world, reference, why=f"Lawyers wrote about {NUMBER}.")
    page = world.at_the_desk().open(f"/staff/cases/{reference}/holds")
    assert "Lawyers wrote about •••• 678." in page.text
    assert NUMBER not in page.answer.text


def test_a_private_note_with_a_number_offers_the_customer_nothing_to_show(world: World) -> None:
    person = world.customer()
    reference = world.case(person)
    desk, path = world.at_the_desk(), f"/staff/cases/{reference}"
    desk.open(path).send(path, step="noted", message=TEXT)
    assert f"{path}/in-full" in desk.open(path).links()
    page = world.signed_in(person).open(f"/cases/{reference}")
    assert "Show it in full" not in page.text
