"""A page asks whether its session is still there; to ask keeps nobody signed in."""

import pytest

from portal.identity.sessions.service import end_sessions
from portal.platform.core.work import Actor
from tests.world import World


@pytest.mark.parametrize("path", ["/session", "/staff/session"])
def test_a_tab_that_asks_keeps_nobody_signed_in(world: World, path: str) -> None:
    visitor = world.at_the_desk() if path.startswith("/staff") else world.signed_in()
    for _ in range(3):
        world.clock.move(minutes=9, seconds=59)
        assert visitor.client.get(path).status_code == 200
    world.clock.move(minutes=1)
    answer = visitor.client.get(path)
    assert (answer.status_code, answer.text) == (401, "idle")


def test_a_tab_hears_that_its_session_was_ended_elsewhere(world: World) -> None:
    person = world.customer()
    visitor, other = world.signed_in(person), world.signed_in(person)
    mine = visitor.client.get("/session").text
    assert mine != other.client.get("/session").text
    page = visitor.open("/profile")
    assert page.soup.select_one(f"body[data-visit='{mine}'][data-look='/session']")
    with world.work(Actor("customer", person.id)) as work:
        end_sessions(work, person.id)
    answer = visitor.client.get("/session")
    assert (answer.status_code, answer.text) == (401, "")


def test_whoever_is_not_signed_in_asks_no_database(world: World) -> None:
    page = world.visitor().open("/contact")
    assert not page.soup.select("[data-look]")
    assert world.visitor().client.get("/session").status_code == 401
