"""What is offered is allowed: every link and form that somebody is shown leads somewhere."""

from typing import Any
from urllib.parse import urlsplit

import pytest
from bs4 import BeautifulSoup
from flask import request

from portal.desk.cases.queries import get_case
from portal.desk.staff_admin.service import close_account
from portal.identity.staff_accounts.queries import get_at_work
from portal.identity.staff_accounts.rules import NewColleague, Role
from portal.identity.staff_accounts.service import add_staff
from portal.platform.core.errors import NotFoundError
from tests.pages import Visitor
from tests.platform.web.test_bad_input import LEAVING
from tests.world import World

DEAD_ENDS = (
    "This isn’t a business customer",
    "There is nobody to let in",
    "There’s nothing to cancel",
    "There are no choices to set",
)
"""What pages say that were opened in vain."""
FOR_NOBODY = {403, 404, 405}
CANCEL: dict[str, Any] = {"topic": "cancel-registration", "service": "everything"}


def furnish(world: World) -> list[str]:
    """Cases of every kind that a page of the desk makes a difference of."""
    person = world.customer(telephone="01632 960077")
    business = world.customer("shop@example.com", kind="business")
    leaver = world.customer("leaver@example.com")
    made = [
        world.case(),
        world.case(person),
        world.case(business),
        world.case(email=person.email),
        world.case(person, **CANCEL),
        world.case(person, topic="cancel-registration", service="wifi"),
        world.case(**CANCEL),
        world.case(person, topic="sign-in"),
        world.case(topic="sign-in"),
        world.case(leaver),
    ]
    world.erase(leaver)
    asked = world.case(person, **CANCEL)
    kit = world.colleague("kit@example.com", "Kit")
    page = world.at_the_desk(kit).open(f"/staff/cases/{asked}/without-link")
    page.send(reason="They are in hospital and wrote to us by post.")
    return [*made, asked]


def offers(page: BeautifulSoup, here: str) -> tuple[set[str], set[str]]:
    """Where the links of a page lead, and where its forms are sent."""
    links = {urlsplit(str(one["href"])) for one in page.select("a[href]")}
    forms = {str(one.get("action") or here) for one in page.select("form[method=post]")}
    ours = {one.path or here for one in links if not one.netloc and one.scheme == ""}
    return ours, forms


def walk(visitor: Visitor, begin: list[str]) -> list[tuple[str, str, object]]:
    """Open whatever can be reached; return what was offered in vain: where, what and why."""
    waiting, seen = [("", path) for path in begin], set(begin)
    wrong: list[tuple[str, str, object]] = []
    offered: dict[str, str] = {}
    while waiting:
        where, path = waiting.pop()
        answer = visitor.client.get(path, follow_redirects=True)
        if answer.status_code in FOR_NOBODY:
            wrong.append((where, path, answer.status_code))
            continue
        if answer.mimetype != "text/html":
            continue
        wrong += [(where, path, words) for words in DEAD_ENDS if words in answer.text]
        links, forms = offers(BeautifulSoup(answer.text, "html.parser"), answer.request.path)
        for target in {one.partition("?")[0] for one in forms}:
            offered.setdefault(target, path)
        fresh = {one for one in links if not one.startswith("/assets/")} - seen
        seen |= fresh
        waiting += [(path, one) for one in sorted(fresh)]
    assert len(seen) > 5
    token = visitor.token("/contact")
    for target in sorted(set(offered) - set(LEAVING)):  # filled in with nothing, and last of all
        status = visitor.post(target, {"csrf_token": token}).status_code
        if status in FOR_NOBODY:
            wrong.append((offered[target], target, status))
    return wrong


@pytest.mark.parametrize(
    "role",
    [
        Role.AGENT,
        *(
            pytest.param(one, marks=pytest.mark.nightly, id=one.value)
            for one in Role
            if one is not Role.AGENT
        ),
    ],
)
def test_nobody_at_the_desk_is_offered_what_they_may_not_do(world: World, role: Role) -> None:
    cases = furnish(world)
    desk = world.at_the_desk(world.colleague("role@example.com", "Robin", role))
    pages = [f"/staff/cases/{reference}" for reference in cases]
    assert walk(desk, ["/staff", *pages]) == []


@pytest.mark.parametrize("who", ["customer", "visitor"])
def test_nobody_is_offered_what_is_not_there(world: World, who: str) -> None:
    person = world.customer()
    world.case(person)
    visitor = world.signed_in(person) if who == "customer" else world.visitor()
    assert walk(visitor, ["/", "/account"]) == []


@pytest.mark.nightly
def test_an_offer_in_vain_is_found(world: World) -> None:
    furnish(world)
    agent = world.at_the_desk()
    agent.client.get("/staff")
    reference = world.case(topic="sign-in")
    assert walk(agent, ["/staff", f"/staff/cases/{reference}/let-back-in"])[0][2] == 403
    world.colleague("boss@example.com", role=Role.ADMINISTRATOR)
    found = walk(agent, ["/staff", f"/staff/cases/{reference}/account-manager"])
    assert [why for _, _, why in found] == ["This isn’t a business customer"]


def test_a_form_in_vain_is_found(world: World) -> None:
    """The twin: a page with a form that leads to no case."""
    target = "/staff/cases/PC-2222-222/close"
    planted = {"/planted": f'<form method="post" action="{target}"></form>'}
    world.app._got_first_request = False
    world.app.before_request(lambda: planted.get(request.path))
    found = walk(world.at_the_desk(), ["/staff", "/planted"])
    planted.clear()
    assert found == [("/planted", target, 404)]


def test_an_agent_reads_who_can_let_somebody_back_in(world: World) -> None:
    reference = world.case(world.customer(), topic="sign-in")
    page = world.at_the_desk().open(f"/staff/cases/{reference}")
    assert "A senior agent or a privacy officer can let them back in" in page.text


def test_whoever_is_to_ring_a_number_in_the_profile_sees_it_and_is_recorded(world: World) -> None:
    person = world.customer(telephone="01632 960077", mobile="07700 900123")
    reference = world.case(person, topic="sign-in")
    senior = world.at_the_desk(world.colleague(role=Role.SENIOR))
    text = senior.open(f"/staff/cases/{reference}/let-back-in").text
    assert "Ring 01632 960077 or 07700 900123, from the profile" in text
    assert [one.subject_id for one in world.audit("recovery:numbers:viewed")] == [person.id]
    bare = world.case(world.customer("bare@example.com"), topic="sign-in")
    text = senior.open(f"/staff/cases/{bare}/let-back-in").text
    assert "There’s no number in the profile to ring" in text


def test_a_case_goes_to_nobody_who_is_not_at_work(world: World) -> None:
    desk, reference = world.at_the_desk(world.colleague(name="Sam")), world.case()
    leaver = world.colleague("leaver@example.com", "Lee Leaver")
    with world.work() as work:
        new = NewColleague(name="Never Joined", email="never@example.com", role=Role.AGENT)
        never = add_staff(work, new)
        close_account(work, leaver.staff_id, None)
    path = f"/staff/cases/{reference}"
    page = desk.open(path)
    offered = {one.get_text() for one in page.soup.select("select[name=colleague] option")}
    assert offered == {"Choose a colleague", "Sam"}
    for staff_id in (never, leaver.staff_id):
        page.send(f"{path}/assign", colleague=str(staff_id))
        with world.work() as work, pytest.raises(NotFoundError):
            get_at_work(work, staff_id)
    assert world.read(get_case, reference).assigned_to is None
