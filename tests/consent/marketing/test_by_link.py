"""Choices without signing in: by a link in an email, which opens them and nothing else."""

import pytest

from portal.consent.marketing.queries import get_choices, list_refused
from portal.erasure.cancellation.rules import When
from portal.erasure.cancellation.service import leave
from portal.identity.accounts.queries import get_customer
from portal.identity.contact_index.rules import Channel
from tests.pages import Visitor
from tests.world import Person, World

EMAIL, TEXT = "offers:email", "surveys:text"
SUBJECT = "Your marketing choices"


def link_to(world: World, person: Person) -> str:
    page = world.visitor().open("/choices").send(email=person.email)
    assert page.path == "/choices/sent"
    return world.email(SUBJECT).link


def values(world: World, person: Person) -> list[str]:
    found = world.read(get_choices, person.customer_id).agreed
    return sorted(choice.value for choice in found)


def test_the_link_opens_the_choices_and_saves_them_as_its_own_doing(world: World) -> None:
    person = world.customer()
    link = link_to(world, person)
    page = world.visitor().open(link).send(choices=[EMAIL, TEXT])
    assert page.flashes == ["We’ve saved your choices."]
    assert values(world, person) == [EMAIL, TEXT]
    page = world.visitor().open(link)
    assert page.ticked("choices") == [EMAIL, TEXT], "twice is fine"
    assert "by you, by a link in an email" in page.text
    (first, _) = world.audit("preferences:choice:made")
    assert (first.actor_kind, first.subject_id) == ("visitor", person.id)


def test_looking_changes_nothing(world: World) -> None:
    person = world.customer()
    world.signed_in(person).open("/preferences").send(choices=[EMAIL])
    link = link_to(world, person)
    before = world.rows()
    for method in ("GET", "HEAD"):
        scanner = world.visitor()
        scanner.client.open(link, method=method, headers={"Sec-Purpose": "prefetch"})
        scanner.client.open(link, method=method)
    assert world.rows() == before
    assert values(world, person) == [EMAIL]
    assert "1 of 20 is on for the address our email went to" in world.visitor().open(link).text


def test_a_post_without_the_token_of_the_page_changes_nothing(world: World) -> None:
    person = world.customer()
    link = link_to(world, person)
    assert world.visitor().post(link, {"choices": EMAIL}).status_code == 400
    assert values(world, person) == []


def test_the_link_opens_nothing_else(world: World) -> None:
    visitor = world.visitor()
    visitor.open(link_to(world, world.customer()))
    for path in ("/preferences", "/account", "/profile", "/preferences/history"):
        assert visitor.open(path).path == "/sign-in"
    token = link_to(world, Person(world.customer("jules@example.com").id, "jules@example.com"))
    for path in ("/forgotten/{}", "/security/email/confirm/{}", "/register/confirm/{}"):
        visitor.open(path.format(token.rpartition("/")[2]), 410)


def test_only_the_newest_link_works_and_for_a_day(world: World) -> None:
    person = world.customer()
    first = link_to(world, person)
    second = link_to(world, person)
    world.visitor().open(first, 410)
    world.visitor().open(second)
    world.clock.move(hours=24, seconds=1)
    assert world.visitor().open(second, 410).title == "This link no longer works"


def test_known_and_unknown_addresses_see_the_same_and_leave_the_same_rows(world: World) -> None:
    person = world.customer()
    pages, rows = [], []
    for email in (person.email, "nobody@example.org"):
        before = world.rows()
        pages.append(world.visitor().open("/choices").send(email=email))
        after = world.rows()
        rows.append({name: after[name] - before[name] for name in after})
    assert pages[0].text == pages[1].text
    assert rows[0] == rows[1]
    told = {one.to: one.subject for one in world.deliver()}
    assert told == {
        person.email: SUBJECT,
        "nobody@example.org": "There are no marketing choices for this address",
    }


def test_a_stranger_has_only_so_many_letters_sent(world: World) -> None:
    person = world.customer()
    for _ in range(8):
        world.visitor().open("/choices").send(email=person.email)
    assert len(world.deliver()) == 6


def test_a_change_meanwhile_is_shown_and_not_overwritten(world: World) -> None:
    person = world.customer()
    late = world.visitor().open(link_to(world, person))
    world.signed_in(person).open("/preferences").send(choices=[EMAIL])
    page = late.send(status=409, choices=[TEXT], made_from="")
    assert "Offers on your services by email: on now, would be off" in page.text
    assert values(world, person) == [EMAIL]


@pytest.mark.parametrize("path", ["/choices/" + "a" * 43, "/choices/x"])
def test_a_link_that_never_was_opens_nothing(world: World, path: str) -> None:
    world.visitor().open(path, 410)


def test_a_link_turns_nothing_on_while_an_account_is_closed(world: World) -> None:
    person = world.customer()
    link = link_to(world, person)
    page = world.visitor().open(link)
    leave(world.parts.work, world.parts.context, person.customer_id, When.LATER)
    again = page.send(status=409, choices=[EMAIL])
    assert "Nothing was turned on" in again.text
    assert "choices" not in {one.get("name") for one in again.soup.select("input")}
    assert values(world, person) == []
    world.signed_in(person)
    assert world.visitor().open(link).ticked("choices") == []


def test_a_link_asked_for_while_an_account_is_closed_takes_a_no_and_leaves_it_closed(
    world: World,
) -> None:
    person = world.customer()
    leave(world.parts.work, world.parts.context, person.customer_id, When.LATER)
    world.deliver()
    world.visitor().open("/choices").send(email=person.email)
    told = world.email("Your marketing choices")
    assert "you can only turn marketing off" in told.text
    page = world.visitor().open(told.link)
    assert "Your account will be deleted" in page.text
    assert "You’ve said no" not in page.text
    page = page.send()
    assert "You’ve said no" in page.text
    assert world.read(get_customer, person.customer_id).is_closed
    assert world.read(list_refused, person.customer_id) == (list(Channel), [])
    world.erase(person)
    contact = (Channel.EMAIL.value, world.parts.keyring.hash("email", person.email))
    with world.work() as work:
        assert work.vault.ledger.list_suppressed([contact]), "as the page says"


def test_after_leaving_a_link_opens_nothing(world: World) -> None:
    person = world.customer()
    link = link_to(world, person)
    world.erase(person)
    Visitor(world.app).open(link, 410)


def test_whoever_gets_in_may_have_letters_sent_again(world: World) -> None:
    person = world.customer()
    for _ in range(8):
        world.visitor().open("/choices").send(email=person.email)
    world.deliver()
    world.signed_in(person)
    assert link_to(world, person)
