"""A portal that tells a receiver of changes, and what there is to do with it."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from portal.consent.marketing.rules import read_choices
from portal.consent.marketing.service import save_choices
from portal.consent.webhooks.models import Announcement
from portal.consent.webhooks.rules import GONE, PAUSES
from portal.consent.webhooks.service import claim_next, mark_failed
from portal.platform.core.webhooks import Receiver
from tests.consent.webhooks.receiver import Listener
from tests.world import Person, World, act, rows_with


def telling(world: World, receiver: Receiver) -> World:
    """The portal, telling a receiver from now on."""
    world.parts = world.app.extensions["portal"] = replace(world.parts, receiver=receiver)
    return world


def choose(world: World, person: Person, *choices: str) -> None:
    act(world, person, save_choices, person.customer_id, read_choices(choices))


def tell(world: World) -> None:
    """Let a worker that has just started tell what is due."""
    world.worker().tell_receiver()


def announcements(world: World) -> list[Any]:
    with world.work() as work:
        rows = sorted(rows_with(work, Announcement), key=lambda row: row.number)
        work.session.expunge_all()
    return rows


def states(world: World) -> list[str]:
    return [
        "waiting" if row.next_try_at else "delivered" if row.delivered_at else "dead"
        for row in announcements(world)
    ]


def give_up(world: World, there: Listener) -> None:
    """Let every try at what waits fail."""
    for pause in (timedelta(), *PAUSES):
        world.clock.now += pause
        there.answers = [500] * 40
        tell(world)
    there.answers = []


def refuse(world: World) -> None:
    """Let the receiver want nothing of what is due, without one."""
    while True:
        with world.work() as work:
            claimed = claim_next(work)
            if claimed is None:
                return
            mark_failed(work, claimed.id, GONE, timedelta())
