"""A connector: only what the other system signed about the right person counts."""

import json
import math
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from portal.operations.demo_billing import KEPT
from portal.platform.core import connectors
from portal.platform.core.connectors import (
    MOST_BYTES,
    MOST_ITEMS,
    MOST_RECORDS,
    Connector,
    ConnectorError,
    Silence,
)
from portal.platform.core.signing import SigningKeys
from tests.billing import SECRET, Liar, billing_system, lying
from tests.consent.webhooks.receiver import new_secret
from tests.world import MovedClock

WHO = "6f1c0e5e2b7f4a0f" * 4
EMAIL = "rowan@example.com"
NEVER = math.inf
"""When a list has to be here that is not urgent."""


@pytest.fixture
def clock() -> MovedClock:
    return MovedClock()


@pytest.fixture
def liar(clock: MovedClock) -> Iterator[Liar]:
    with lying(clock) as server:
        yield server


def ask(url: str, clock: MovedClock, secret: str = SECRET) -> Any:
    """Ask for one thing; what came, or why nothing did."""
    connector = Connector(url, SigningKeys([secret]), clock)
    try:
        return connector.list_items(connector.refer_to(WHO, EMAIL), "calls", 0, 2)
    except ConnectorError as error:
        return error.silence


def good(said: dict[str, Any], **changes: Any) -> bytes:
    item = {"label": "01632 960001", "value": "3 min", "at": "2026-11-01T10:00:00+00:00"}
    head = {"person": said["person"][0], "category": said.get("category", "calls")}
    return json.dumps({**head, "total": 1, "items": [item], **changes}).encode()


def test_what_was_signed_about_the_right_person_is_taken(liar: Liar, clock: MovedClock) -> None:
    liar.make = good
    page = ask(liar.url, clock)
    assert (page.total, page.items[0].label, page.items[0].value) == (1, "01632 960001", "3 min")
    assert "01632" not in repr(page), "what somebody's calls are is in no log"


def _at(moment: str) -> dict[str, str]:
    return {"label": "x", "value": "y", "at": moment}


WRONG: dict[str, Callable[[dict[str, Any]], bytes]] = {
    "somebody else": lambda said: good(said, person="0" * 64),
    "nobody": lambda said: good(said, person=None),
    "another category": lambda said: good(said, category="bills"),
    "HTML": lambda _: b"<!doctype html><h1>Sign in</h1>",
    "nothing": lambda _: b"",
    "a list": lambda _: b"[]",
    "a number": lambda _: b"7",
    "a moment before time": lambda said: good(said, items=[_at("0001-01-01T00:00:00+05:00")]),
    "a moment after time": lambda said: good(said, items=[_at("9999-12-31T23:59:59-05:00")]),
    "more, and gives none": lambda said: good(said, total=5, items=[]),
    "fewer than it gives": lambda said: good(said, total=0),
    "no words": lambda said: good(said, items=[{"label": 1, "value": "x", "at": None}]),
    "no label": lambda said: good(said, items=[{"value": "x", "at": None}]),
    "an empty value": lambda said: good(said, items=[{"label": "x", "value": "", "at": None}]),
    "control signs": lambda said: good(
        said, items=[{"label": "x", "value": "\x1b[31m", "at": None}]
    ),
    "words without end": lambda said: good(
        said, items=[{"label": "x", "value": "y" * 2_001, "at": None}]
    ),
    "no moment": lambda said: good(said, items=[{"label": "x", "value": "y", "at": "yesterday"}]),
    "a moment without its zone": lambda said: good(
        said, items=[{"label": "x", "value": "y", "at": "2026-11-01T10:00:00"}]
    ),
    "more than was asked for": lambda said: good(
        said, total=3, items=[{"label": "x", "value": "y", "at": None}] * 3
    ),
    "fewer in all than here": lambda said: good(said, total=0),
    "no whole number": lambda said: good(said, total=1.5),
    "yes for a number": lambda said: good(said, total=True),
    "too many": lambda said: good(said, total=MOST_RECORDS + 1),
    "huge": lambda said: good(said, more="x" * MOST_BYTES),
    "nested without end": lambda _: b"[" * 100_000,
    "not text": lambda _: b"\xff\xfe",
}


@pytest.mark.parametrize("make", WRONG.values(), ids=WRONG)
def test_a_wrong_answer_is_named_and_harms_nothing(
    make: Callable[[dict[str, Any]], bytes], liar: Liar, clock: MovedClock
) -> None:
    liar.make = make
    assert ask(liar.url, clock) is Silence.WRONG


FORGED: dict[str, Callable[[dict[str, str]], dict[str, str]]] = {
    "no signature": lambda head: {**head, "webhook-signature": ""},
    "another signature": lambda head: {**head, "webhook-signature": "v1,AAAA"},
    "an answer to another question": lambda head: {**head, "webhook-id": "msg_1.answer"},
    "an old moment": lambda head: {
        **head,
        "webhook-timestamp": str(int(head["webhook-timestamp"]) - 301),
    },
    "no moment": lambda head: {**head, "webhook-timestamp": "now"},
    "letters that are no ASCII": lambda head: {**head, "webhook-signature": "v1,\xe9"},
}


@pytest.mark.parametrize("change", FORGED.values(), ids=FORGED)
def test_what_is_not_signed_for_this_question_is_not_believed(
    change: Callable[[dict[str, str]], dict[str, str]], liar: Liar, clock: MovedClock
) -> None:
    liar.make, liar.change = good, change
    assert ask(liar.url, clock) is Silence.WRONG


def test_who_has_another_secret_is_not_believed(liar: Liar, clock: MovedClock) -> None:
    liar.make = good
    assert ask(liar.url, clock, new_secret()) is Silence.WRONG


@pytest.mark.parametrize(("status", "silence"), [(503, Silence.AWAY), (404, Silence.WRONG)])
def test_a_refusal_is_no_answer(
    status: int, silence: Silence, liar: Liar, clock: MovedClock
) -> None:
    liar.make, liar.status = good, status
    assert ask(liar.url, clock) is silence


def test_who_is_slow_is_away_and_is_left_alone_for_a_while(
    liar: Liar, clock: MovedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connectors, "TIMEOUT_SECONDS", 0.2)
    liar.make, liar.wait = good, 1.0
    connector = Connector(liar.url, SigningKeys([SECRET]), clock)
    for _ in range(5):
        with pytest.raises(ConnectorError) as raised:
            connector.list_items(connector.refer_to(WHO, EMAIL), "calls", 0)
        assert raised.value.silence is Silence.AWAY
    assert liar.asked == 1
    liar.wait = 0
    clock.move(minutes=1)
    assert connector.list_items(connector.refer_to(WHO, EMAIL), "calls", 0).total == 1


def test_a_list_that_never_ends_is_given_up(liar: Liar, clock: MovedClock) -> None:
    liar.make = lambda said: good(said, total=9, items=[])
    connector = Connector(liar.url, SigningKeys([SECRET]), clock)
    with pytest.raises(ConnectorError) as raised:
        connector.list_all(connector.refer_to(WHO, EMAIL), "calls", NEVER)
    assert raised.value.silence is Silence.WRONG


def test_a_list_that_ends_before_all_it_spoke_of_is_no_whole_list(
    liar: Liar, clock: MovedClock
) -> None:
    def make(said: dict[str, Any]) -> bytes:
        item = {"label": "x", "value": "y", "at": None}
        return (
            good(said, total=0, items=[])
            if said["offset"]
            else good(said, total=7, items=[item] * 3)
        )

    liar.make = make
    connector = Connector(liar.url, SigningKeys([SECRET]), clock)
    with pytest.raises(ConnectorError) as raised:
        connector.list_all(connector.refer_to(WHO, EMAIL), "calls", NEVER)
    assert raised.value.silence is Silence.WRONG


def test_the_made_up_system_gives_all_it_holds_and_forgets_whom_it_is_told_to(
    tmp_path: Path, clock: MovedClock
) -> None:
    with billing_system(tmp_path, clock, EMAIL, calls=MOST_ITEMS + 20) as system:
        connector = Connector(system.url, SigningKeys([SECRET]), clock)
        me, stranger = (
            connector.refer_to(WHO, EMAIL),
            connector.refer_to(uuid4().hex, "b@example.com"),
        )
        calls = connector.list_all(me, "calls", NEVER)
        assert len(calls) == MOST_ITEMS + 20
        moments = [one.at for one in calls if one.at]
        assert moments == sorted(moments, reverse=True)
        assert connector.list_all(stranger, "calls", NEVER) == []
        next_owner = connector.refer_to(uuid4().hex, EMAIL)
        assert connector.list_all(next_owner, "calls", NEVER) == [], (
            "nor has the address's next owner"
        )
        moved = connector.refer_to(WHO, "rowan.new@example.com")
        assert len(connector.list_all(moved, "calls", NEVER)) == len(calls), "known by who they are"
        erasure = uuid4()
        answer = connector.erase(moved, erasure)
        assert (answer.erased, answer.kept) == (len(calls) + 1, (KEPT,))
        assert connector.erase(moved, erasure) == answer, "told twice, it says the same"
        assert connector.list_all(me, "calls", NEVER) == []
        assert len(connector.list_all(me, "bills", NEVER)) == 12
    with billing_system(tmp_path, clock, EMAIL) as again:
        connector = Connector(again.url, SigningKeys([SECRET]), clock)
        assert connector.list_all(me, "calls", NEVER) == [], "and after a restart"
