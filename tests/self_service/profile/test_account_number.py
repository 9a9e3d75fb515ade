"""The billing account number is shown in full only after fresh proof, and nowhere else."""

import pytest

from portal.identity.accounts.queries import get_customer
from portal.identity.accounts.rules import mask_account_number, parse_account_number
from tests.pages import Page, Visitor
from tests.self_service.your_data.downloads import copy_in
from tests.world import PASSWORD, World

NUMBER = "AB12345678"
PATH = "/profile/account-number"


def with_number(world: World) -> Visitor:
    visitor = world.signed_in()
    page = visitor.open(PATH).send(number="ab 1234 5678")
    assert page.flashes == ["Your details are saved."]
    return visitor


def seen_everywhere(visitor: Visitor) -> str:
    pages: list[Page] = [visitor.open(one) for one in ("/profile", "/account", "/profile/edit")]
    return "".join(page.answer.text for page in pages)


def test_it_is_masked_on_every_page_and_in_letters(world: World) -> None:
    visitor = with_number(world)
    shown = seen_everywhere(visitor)
    assert NUMBER not in shown
    assert "•••• 678" in shown
    email = world.email("Your details were changed")
    assert NUMBER not in email.text + email.html
    assert "Billing account number" in email.text
    assert NUMBER not in str([one.facts for one in world.audit("profile:details:changed")])


def test_it_is_shown_in_full_after_fresh_proof(world: World) -> None:
    visitor = with_number(world)
    world.clock.move(minutes=6)
    page = visitor.open(PATH)
    assert page.full_path == f"/prove?next={PATH}"
    assert NUMBER not in page.answer.text
    assert page.send(password=PASSWORD).value("number") == NUMBER


def test_what_was_typed_is_there_after_the_proof(world: World) -> None:
    visitor = with_number(world)
    page = visitor.open(PATH)
    world.clock.move(minutes=6)
    back = page.send(number="CD 999 888").send(password=PASSWORD)
    assert back.path == PATH
    assert back.value("number") == "CD 999 888"
    assert back.send().path == "/profile"
    assert "•••• 888" in visitor.open("/profile").text


def test_it_can_be_taken_away_again(world: World) -> None:
    person = world.customer()
    visitor = world.signed_in(person)
    visitor.open(PATH).send(number=NUMBER)
    visitor.open(PATH).send(number="")
    assert world.read(get_customer, person.customer_id).details.account_number == ""


def test_two_tabs_do_not_overwrite_each_other(world: World) -> None:
    visitor = world.signed_in()
    first, second = visitor.open(PATH), visitor.open(PATH)
    first.send(number=NUMBER)
    met = second.send(number="CD999888", status=409)
    assert NUMBER in met.errors["number"]
    assert met.value("number") == "CD999888"
    assert met.send().path == "/profile"
    assert visitor.open(PATH).value("number") == "CD999888"


def test_what_is_in_the_copy_is_the_whole_number(world: World) -> None:
    assert NUMBER in copy_in(with_number(world))


@pytest.mark.parametrize("wrong", ["12345", "ABCD123456", "1" * 16, "AB 12", "<b>123456</b>"])
def test_what_is_no_number_is_refused_beside_the_field(world: World, wrong: str) -> None:
    with pytest.raises(ValueError, match="Not a billing"):
        parse_account_number(wrong)
    assert world.signed_in().open(PATH).send(number=wrong).errors["number"].startswith("Enter the")


def test_a_mask_shows_the_end_alone() -> None:
    assert mask_account_number(NUMBER) == "•••• 678"
    assert mask_account_number("") == ""
