"""The link to set up sign-in again goes where the page said that it goes."""

from portal.desk.case_records.rules import Topic
from portal.identity.staff_accounts.rules import Role
from tests.self_service.email_change.test_changing import NEW, OLD, change
from tests.world import World


def test_no_link_goes_to_an_address_that_the_colleague_was_not_shown(world: World) -> None:
    person = world.customer(OLD)
    thief = world.signed_in(person)
    reference = world.case(email=OLD, topic=Topic.SIGN_IN)
    desk = world.at_the_desk(world.colleague("sam@example.com", "Sam Senior", Role.SENIOR))
    page = desk.open(f"/staff/cases/{reference}/let-back-in")
    assert OLD in page.text
    world.clock.move(minutes=2)
    change(world, thief, NEW)
    again = page.send(status=409, note="Rang them; they knew the last bill.", confirm="y")
    assert "Rang them; they knew the last bill." in again.text, "what was typed is not lost"
    assert not [one for one in world.deliver() if "/begin-anew/" in one.text]
