"""What is announced of whom, and what becomes of it: a real receiver, both databases."""

from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from portal.consent.marketing.rules import read_choices
from portal.consent.marketing.service import save_choices
from portal.consent.webhooks.models import KnownCustomer
from portal.consent.webhooks.queries import list_given_up
from portal.consent.webhooks.rules import KEPT_DELIVERED, KEPT_GIVEN_UP
from portal.consent.webhooks.service import (
    announce_end,
    claim_next,
    mark_failed,
    send_again,
    send_all_again,
)
from portal.erasure.cancellation.rules import When
from portal.erasure.cancellation.service import leave
from portal.governance.retention.service import purge
from portal.identity.accounts.service import change_email
from portal.platform.core.errors import NotFoundError
from portal.platform.core.webhooks import Receiver
from portal.platform.core.work import VISITOR, Actor
from tests.consent.marketing.steps import EVERY_CHOICE
from tests.consent.webhooks.receiver import Listener
from tests.consent.webhooks.steps import announcements, choose, give_up, states, tell
from tests.world import LEAVE_LATER, World, fail_after, rows_with

ON = frozenset({"offers:email"})


# ------------------------------------------------------------------------------ what is told


def test_a_choice_is_told_once_with_whom_it_is_about(world: World, there: Listener) -> None:
    person = world.customer()
    choose(world, person, "offers:email")
    tell(world)
    tell(world)
    (one,) = there.heard
    body = one.check(there.secret)
    assert body["type"] == "preferences.choice.changed"
    assert body["timestamp"] == "2026-11-23T12:00:00.000000Z"
    known = announcements(world)[0].known_id
    assert body["data"] == {
        "customer": known.hex,
        "email_hashes": Receiver(there.url, [there.secret]).fingerprints(person.email),
        "purpose": "offers",
        "channel": "email",
        "agreed": True,
        "wording": 1,
        "by": "customer",
    }
    assert states(world) == ["delivered"]


def test_no_name_no_address_and_no_number_of_ours_is_told(world: World, there: Listener) -> None:
    person = world.customer(given_name="Marigold", town="Exampleton", mobile="07700 900123")
    choose(world, person, "offers:email")
    world.erase(person)
    tell(world)
    said = b"".join(one.body for one in there.heard).lower()
    said += str([one.headers for one in there.heard]).lower().encode()
    for secret in ("marigold", "exampleton", "900123", person.email, person.id.hex, str(person.id)):
        assert secret.encode() not in said
    assert there.heard


def test_each_changed_choice_is_told_and_unchanged_ones_are_not(
    world: World, there: Listener
) -> None:
    person = world.customer()
    choose(world, person, "offers:email", "surveys:text")
    choose(world, person, "offers:email")
    choose(world, person, "offers:email")
    tell(world)
    told = [(data["purpose"], data["agreed"]) for _, data in there.told()]
    assert sorted(told[:2]) == [("offers", True), ("surveys", True)]
    assert told[2:] == [("surveys", False)]


@pytest.mark.parametrize(
    ("actor", "by"), [("customer", "customer"), ("staff", "staff"), ("visitor", "link")]
)
def test_it_is_told_who_did_it(world: World, there: Listener, actor: str, by: str) -> None:
    person = world.customer()
    who = VISITOR if actor == "visitor" else Actor(actor, person.id)
    with world.work(who) as work:
        save_choices(work, person.customer_id, read_choices(ON))
    tell(world)
    assert there.heard[0].data["by"] == by


def test_what_was_rolled_back_is_not_told(world: World, there: Listener) -> None:
    person = world.customer()
    chosen = read_choices(ON)
    fail_after(world, lambda work: save_choices(work, person.customer_id, chosen))
    tell(world)
    assert there.heard == []
    assert announcements(world) == []


def test_without_a_receiver_nothing_is_written(world: World) -> None:
    world.parts = world.app.extensions["portal"] = replace(world.parts, receiver=Receiver())
    person = world.customer()
    choose(world, person, "offers:email")
    world.erase(person)
    tell(world)
    rows = world.rows()
    assert (rows["announcement"], rows["known_customer"]) == (0, 0)


def test_the_page_of_choices_tells_too(world: World, there: Listener) -> None:
    world.signed_in().open("/preferences").send(choices=["offers:email"])
    tell(world)
    assert there.heard[0].data["by"] == "customer"


def test_the_id_of_a_customer_stays_when_their_address_changes(
    world: World, there: Listener
) -> None:
    person = world.customer()
    choose(world, person, "offers:email")
    tell(world)
    with world.work() as work:
        change_email(work, person.customer_id, "new@example.org")
    choose(world, person)
    tell(world)
    one, two = (heard.data for heard in there.heard)
    assert one["customer"] == two["customer"]
    assert one["email_hashes"] != two["email_hashes"]


# ------------------------------------------------------------------------------ trying again


def test_a_receiver_that_is_down_for_a_while_gets_everything_in_order(
    world: World, there: Listener
) -> None:
    person = world.customer()
    there.answers = [500, 503]
    choose(world, person, "offers:email")
    choose(world, person)
    tell(world)
    assert [one.status for one in there.heard] == [500], "the second waits behind the first"
    world.clock.move(seconds=4)
    tell(world)
    assert len(there.heard) == 1, "not before its pause is over"
    world.clock.move(seconds=1)
    tell(world)
    world.clock.move(minutes=5)
    tell(world)
    assert [data["agreed"] for _, data in there.told()] == [True, False]
    assert [one.status for one in there.heard] == [500, 503, 204, 204]
    assert len({one.id for one in there.heard[:3]}) == 1, "the same id each time"
    assert there.heard[2].sent_at > there.heard[0].sent_at


def test_somebody_elses_go_on_while_one_persons_wait(world: World, there: Listener) -> None:
    slow, quick = world.customer(), world.customer("jules@example.com")
    there.answers = [500]
    choose(world, slow, "offers:email")
    tell(world)
    choose(world, slow)
    choose(world, quick, "offers:email")
    tell(world)
    assert [one.status for one in there.heard] == [500, 204]
    assert states(world).count("delivered") == 1


def test_after_eight_tries_in_a_day_it_is_given_up(world: World, there: Listener) -> None:
    choose(world, world.customer(), "offers:email")
    begun = world.clock.now
    give_up(world, there)
    assert len(there.heard) == 8
    assert world.clock.now - begun == timedelta(hours=27, minutes=35, seconds=5)
    (row,) = announcements(world)
    assert (row.tries, row.last_status, row.next_try_at) == (8, 500, None)
    world.clock.move(days=2)
    tell(world)
    assert len(there.heard) == 8


def test_one_that_is_given_up_lets_the_next_one_go_on(world: World, there: Listener) -> None:
    person = world.customer()
    choose(world, person, "offers:email")
    choose(world, person)
    there.answers = [410]
    tell(world)
    assert states(world) == ["dead", "delivered"], "410 is no use trying again"


def test_the_receiver_gets_the_time_that_it_asks_for(world: World, there: Listener) -> None:
    person, other = world.customer(), world.customer("jules@example.com")
    there.answers, there.headers = [429], {"Retry-After": "3600"}
    choose(world, person, "offers:email")
    choose(world, other, "offers:email")
    one = world.worker()
    one.tell_receiver()
    assert len(there.heard) == 1, "nobody else's is tried meanwhile"
    world.clock.move(minutes=59)
    one.tell_receiver()
    assert len(there.heard) == 1
    world.clock.move(minutes=1)
    one.tell_receiver()
    assert states(world) == ["delivered", "delivered"]


def test_a_receiver_that_asks_for_a_year_gets_a_day(world: World, there: Listener) -> None:
    there.answers, there.headers = [503], {"Retry-After": "31536000"}
    choose(world, world.customer(), "offers:email")
    tell(world)
    world.clock.move(days=1)
    tell(world)
    assert states(world) == ["delivered"]


def test_a_redirect_is_not_followed(world: World, there: Listener) -> None:
    there.answers, there.headers = [302], {"Location": there.url}
    choose(world, world.customer(), "offers:email")
    tell(world)
    assert [one.status for one in there.heard] == [302]
    assert states(world) == ["waiting"]


def test_a_receiver_that_is_away_costs_one_try_and_holds_up_nothing_else(
    world: World, there: Listener
) -> None:
    nowhere = Receiver("http://127.0.0.1:9/", [there.secret])
    world.parts = replace(world.parts, receiver=nowhere)
    for number in range(3):
        choose(world, world.customer(f"person{number}@example.com"), "offers:email")
    one = world.worker()
    one.tell_receiver()
    one.tell_receiver()
    assert sorted(row.tries for row in announcements(world)) == [0, 0, 1]
    world.clock.move(seconds=30)
    one.tell_receiver()
    assert sum(row.tries for row in announcements(world)) == 2


def test_what_was_sent_when_the_worker_died_is_sent_again_with_the_same_id(
    world: World, there: Listener
) -> None:
    person = world.customer()
    choose(world, person, "offers:email")
    choose(world, person)

    one = world.worker()
    one._webhook_sender._parts = replace(world.parts, receiver=Dying(there))
    with pytest.raises(KeyboardInterrupt):
        one.tell_receiver()
    tell(world)
    assert len(there.heard) == 1, "nobody else sends it meanwhile"
    world.clock.move(minutes=2)
    tell(world)
    assert [one.data["agreed"] for one in there.heard] == [True, True, False]
    assert there.heard[0].id == there.heard[1].id


class Dying(Receiver):
    """Sends, and is killed before anybody hears of the answer."""

    def __init__(self, there: Listener) -> None:
        super().__init__(there.url, [there.secret])

    def send(self, *given: Any) -> Any:
        super().send(*given)
        raise KeyboardInterrupt


def test_a_worker_that_comes_back_late_changes_nothing(world: World) -> None:
    choose(world, world.customer(), "offers:email")
    with world.work() as work:
        claimed = claim_next(work)
    assert claimed is not None
    world.clock.move(minutes=3)
    tell(world)
    with world.work() as work:
        assert not mark_failed(work, claimed.id, 500, timedelta())
    assert states(world) == ["delivered"]


# ------------------------------------------------------------------------------ leaving


def test_whoever_is_erased_is_told_of_by_the_id_the_receiver_knows(
    world: World, there: Listener
) -> None:
    person = world.customer()
    choose(world, person, "offers:email")
    tell(world)
    world.erase(person)
    tell(world)
    (_, before), (kind, data) = there.told()
    assert kind == "customer.left"
    assert data == {**{name: before[name] for name in ("customer", "email_hashes")}, "by": "system"}
    (row,) = announcements(world)
    assert (row.sealed, row.kind) == (None, "customer.left")
    assert known_customers(world) == [None], "nothing leads from the id to whom it was"
    assert row.id not in doomed_or_kept(world, row.id)


def known_customers(world: World) -> list[UUID | None]:
    with world.work() as work:
        return [row.customer_id for row in rows_with(work, KnownCustomer)]


def doomed_or_kept(world: World, key_id: UUID) -> dict[UUID, bytes]:
    """The key of a sealed address, once the worker has destroyed what is doomed."""
    world.worker().destroy_keys()
    return world.parts.keyring.read([key_id])


def test_what_waits_of_somebody_goes_with_them_and_that_they_left_is_told(
    world: World, there: Listener
) -> None:
    person = world.customer()
    there.answers = [500]
    choose(world, person, "offers:email")
    tell(world)
    world.erase(person)
    tell(world)
    world.clock.move(minutes=3)
    tell(world)
    assert [kind for kind, _ in there.told()] == ["customer.left"]
    assert world.rows()["announcement"] == 1


def test_nothing_comes_after_that_somebody_left_though_it_was_on_its_way(
    world: World, there: Listener
) -> None:
    person = world.customer()
    choose(world, person, "offers:email")
    with world.work() as work:
        assert claim_next(work) is not None, "another worker sends it at this moment"
    world.erase(person)
    tell(world)
    assert there.heard == []
    world.clock.move(minutes=2)
    tell(world)
    assert [kind for kind, _ in there.told()] == ["customer.left"]


def test_whoever_leaves_while_the_receiver_is_away_leaves_no_address_behind(
    world: World, there: Listener
) -> None:
    person = world.customer()
    world.erase(person)
    (row,) = announcements(world)
    assert row.sealed is not None
    assert person.email.encode() not in row.sealed
    give_up(world, there)
    (row,) = announcements(world)
    assert row.sealed is None
    assert doomed_or_kept(world, row.id) == {}
    with world.work() as work:
        assert send_again(work, row.id)
    tell(world)
    ((kind, data),) = there.told()
    assert (kind, data["email_hashes"]) == ("customer.left", [])


def test_an_account_that_is_closed_stops_everything(world: World, there: Listener) -> None:
    person = world.customer()
    choose(world, person, "offers:email")
    leave(world.parts.work, world.parts.context, person.customer_id, When.LATER)
    tell(world)
    world.clock.move(days=8)
    world.deliver()
    tell(world)
    told = [(kind, data.get("agreed")) for kind, data in there.told()]
    assert told == [
        ("preferences.choice.changed", True),
        ("preferences.choice.changed", False),
        ("customer.closed", None),
        ("customer.left", None),
    ]


def test_after_the_end_nothing_is_announced(world: World, there: Listener) -> None:
    person = world.customer()
    with world.work() as work:
        announce_end(work, person.customer_id)
        announce_end(work, person.customer_id)
    choose(world, person, *(choice.value for choice in EVERY_CHOICE))
    tell(world)
    assert [kind for kind, _ in there.told()] == ["customer.left"]


def test_the_receipt_names_what_stays_for_the_receiver(world: World) -> None:
    person = world.customer()
    preview = world.signed_in(person).open(LEAVE_LATER).text
    world.erase(person)
    receipt = world.email("Your account is deleted").text
    for said in (preview, receipt):
        assert "Your email address, locked with a key of its own" in " ".join(said.split())


# ------------------------------------------------------------------------------ once more


def test_what_was_given_up_can_be_sent_again(world: World, there: Listener) -> None:
    choose(world, world.customer(), "offers:email")
    give_up(world, there)
    (dead,) = world.read(list_given_up)
    assert (dead.title, dead.answer, dead.tries) == ("A marketing choice", "HTTP 500", 8)
    with world.work() as work:
        assert send_again(work, dead.id)
    tell(world)
    assert states(world) == ["delivered"]
    assert there.heard[-1].id == there.heard[0].id
    (line,) = world.audit("webhooks:announcement:repeated")
    assert (line.subject_id, line.facts) == (dead.id, {"number": 1})


def test_an_old_yes_is_never_sent_after_a_newer_no(world: World, there: Listener) -> None:
    person = world.customer()
    choose(world, person, "offers:email", "surveys:text")
    there.answers = [410, 410]
    tell(world)
    choose(world, person, "surveys:text")
    tell(world)
    done = send_all_again(world.parts.work, dead_only=True)
    assert (done.sent, done.overtaken) == (1, 1)
    tell(world)
    told = [(data["purpose"], data["agreed"]) for _, data in there.told()]
    assert told == [("offers", False), ("surveys", True)]
    (overtaken,) = world.read(list_given_up)
    assert overtaken.is_overtaken
    with world.work() as work:
        assert not send_again(work, overtaken.id)


def test_a_receiver_that_lost_everything_is_told_the_newest_of_each(
    world: World, there: Listener
) -> None:
    person = world.customer()
    choose(world, person, "offers:email")
    choose(world, person)
    world.clock.move(days=1)
    choose(world, person, "surveys:text")
    tell(world)
    there.heard.clear()
    done = send_all_again(world.parts.work, world.clock() - timedelta(days=2), dead_only=False)
    tell(world)
    told = [(data["purpose"], data["agreed"]) for _, data in there.told()]
    assert told == [("offers", False), ("surveys", True)]
    assert (done.sent, done.overtaken) == (2, 1)
    done = send_all_again(world.parts.work, world.clock(), dead_only=False)
    assert (done.sent, done.overtaken) == (1, 0), "only since that moment"


def test_what_waits_or_is_not_there_cannot_be_sent_again(world: World) -> None:
    choose(world, world.customer(), "offers:email")
    (row,) = announcements(world)
    for announcement_id in (row.id, UUID(int=1)):
        with pytest.raises(NotFoundError), world.work() as work:
            send_again(work, announcement_id)


# ------------------------------------------------------------------------------ how long


def test_what_was_delivered_and_what_was_given_up_goes_after_a_month(
    world: World, there: Listener
) -> None:
    person = world.customer()
    there.answers = [410]
    choose(world, person, "offers:email")
    tell(world)
    choose(world, person)
    tell(world)
    begun = world.clock.now
    before = states(world)
    world.clock.now = begun + KEPT_GIVEN_UP
    purge(world.parts.work, world.parts.register)
    assert states(world) == before, "not before its time"
    world.clock.move(seconds=1)
    purge(world.parts.work, world.parts.register)
    assert states(world) == []
    assert known_customers(world) == [person.id], "the receiver goes on knowing them by it"


def test_of_whoever_has_left_nothing_stays_in_the_end(world: World) -> None:
    world.erase(world.customer())
    tell(world)
    world.clock.now += KEPT_DELIVERED + timedelta(seconds=1)
    purge(world.parts.work, world.parts.register)
    rows = world.rows()
    assert (rows["announcement"], rows["known_customer"]) == (0, 0)


def test_what_waits_for_a_receiver_that_was_taken_away_goes_too(world: World) -> None:
    world.erase(world.customer())
    (row,) = announcements(world)
    world.parts = replace(world.parts, receiver=Receiver())
    world.clock.now += KEPT_GIVEN_UP + timedelta(seconds=1)
    world.deliver()
    assert world.rows()["announcement"] == 0
    assert doomed_or_kept(world, row.id) == {}
