"""docs/integrate.md: its receiver works, and its words and numbers are the program's own."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from flask import Flask

from portal.consent.directories.rules import Listing
from portal.consent.marketing.rules import NO_MORE
from portal.consent.purposes.rules import FIRST, YES
from portal.consent.webhooks.rules import BY, PAUSES, EventType
from portal.identity.contact_index.rules import Channel
from portal.platform.core import signing, webhooks
from tests.consent.webhooks.receiver import Heard, Listener
from tests.consent.webhooks.steps import choose, tell
from tests.integration import TEXT, find_example
from tests.world import World


class Documented:
    """The receiver of the document, as it stands there."""

    def __init__(self, secret: str, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("PORTAL_WEBHOOK_SECRET", secret)
        code = find_example("Receive webhooks")
        self.names: dict[str, Any] = {"__name__": "receiver"}
        exec(code, self.names)  # noqa: S102  # the code of our own document
        self.kept: list[tuple[str, str, dict[str, Any]]] = []
        self.names["keep"] = lambda *facts: self.kept.append(facts)

    def hear(self, one: Heard, body: bytes | None = None) -> int:
        app: Flask = self.names["app"]
        sent = one.body if body is None else body
        with time_machine.travel(one.sent_at, tick=False):
            return app.test_client().post("/hooks", data=sent, headers=one.headers).status_code


def test_its_receiver_takes_what_the_portal_sends_once_and_finds_whom_it_is_about(
    world: World, there: Listener, monkeypatch: pytest.MonkeyPatch
) -> None:
    person = world.customer("rowan@example.com")
    choose(world, person, "offers:email")
    tell(world)
    (one,) = there.heard
    receiver = Documented(there.secret, monkeypatch)
    assert receiver.hear(one, one.body.replace(b"true", b"false")) == 400
    assert receiver.kept == []
    assert receiver.hear(one) == receiver.hear(one) == 204
    ((kind, _, data),) = receiver.kept
    assert kind == "preferences.choice.changed"
    assert receiver.names["find_by"]("Rowan@Example.com") in data["email_hashes"]


def test_a_receiver_with_another_secret_takes_nothing(
    world: World, there: Listener, monkeypatch: pytest.MonkeyPatch
) -> None:
    choose(world, world.customer(), "offers:email")
    tell(world)
    receiver = Documented(signing.SECRET_PREFIX + "A" * 44, monkeypatch)
    assert receiver.hear(there.heard[0]) == 400


def test_it_names_every_word_that_a_receiver_meets() -> None:
    asked = (one.key for one in FIRST.purposes)
    words = [*EventType, *asked, *Channel, YES, NO_MORE.purpose, *Listing, *BY.values()]
    assert [word for word in words if f"`{word}`" not in TEXT] == []


def test_it_says_how_often_and_how_long_is_waited() -> None:
    assert (
        timedelta(seconds=5),
        *(timedelta(minutes=number) for number in (5, 30)),
        *(timedelta(hours=number) for number in (2, 5, 10, 10)),
    ) == PAUSES
    assert "after 5 seconds, 5 and 30 minutes, 2, 5, 10 and 10 hours" in TEXT
    assert f"More than {webhooks.TIMEOUT_SECONDS} seconds" in TEXT
