"""The proof fails where a part of the portal does its work badly, and says what it found."""

from dataclasses import replace
from pathlib import Path
from uuid import uuid4

import pytest

from portal.erasure.cancellation import service
from portal.erasure.cancellation.models import CancellationUnderway
from portal.erasure.cancellation.queries import count_records
from portal.operations.erasure_proof.findings import Findings
from portal.operations.erasure_proof.running import ORDINARY, ErasureProof
from portal.operations.erasure_proof.scene import SceneParts
from portal.operations.erasure_proof.tracing import Hit, find_hits
from portal.platform.core.holdings import Register, no_traces
from portal.platform.core.ids import CustomerId
from portal.platform.core.work import Work
from tests.conftest import SETTINGS
from tests.operations.erasure_proof import sabotage
from tests.operations.erasure_proof.sabotage import CASES, PLANTED, PROFILE, made_with
from tests.world import World

WITH_AN_HEIR = 4
"""Of so many one leaves whose former address is somebody else's."""


def prove(folder: Path, made: SceneParts, people: int = 2) -> Findings:
    settings = replace(SETTINGS, instance=folder / "proof")
    return ErasureProof(settings, people, lambda _: None, made).run()


@pytest.fixture
def blind(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the portal find nothing itself: the proof must not rely on its look."""
    monkeypatch.setattr(service, "list_leftovers", sabotage.finds_nothing)


@pytest.mark.nightly
def test_where_a_key_is_not_destroyed_the_proof_fails(tmp_path: Path) -> None:
    found = prove(tmp_path, replace(ORDINARY, keyring=sabotage.ForgetfulKeyring))
    faults = " ".join(found.faults)
    assert "opened with every key there is today: nothing of the erased" in faults
    assert "the keyring: no key of theirs" in faults
    (opened,) = (place for place in found.places if "the old copy, opened" in place.name)
    names = {name.partition(":")[2] for name in opened.erased}
    assert names >= {"given_name", "email", "first_email", "telephone", "old_telephone", "message"}
    assert names >= {"note", "hold", "reply", "passkey", "draft_email", "wished_email"}


@pytest.mark.nightly
@pytest.mark.usefixtures("blind")
def test_where_a_message_by_a_former_address_stays_the_proof_fails(tmp_path: Path) -> None:
    erase = sabotage.erase_cases_of_today
    found = prove(tmp_path, made_with(CASES, erase=erase, erase_named=no_traces))
    assert "the look finds nobody who left: ['case_file.email_hash']" in found.faults
    assert "no keyed hash of whoever left: ['case_file.email_hash']" in found.faults
    opened = [place for place in found.places if "opened" in place.name]
    assert all({"0:early_message", "0:former_message"} <= place.erased for place in opened)


@pytest.mark.nightly
@pytest.mark.usefixtures("blind")
def test_where_tries_at_a_former_address_stay_the_proof_fails(tmp_path: Path) -> None:
    made = made_with(PROFILE, erase_named=sabotage.erase_waiting_of_today)
    assert prove(tmp_path, made).faults == [
        "the look finds nobody who left: ['try_count.name_hash']",
        "no keyed hash of whoever left: ['try_count.name_hash']",
    ]


@pytest.mark.nightly
@pytest.mark.usefixtures("blind")
def test_where_a_mark_is_left_with_somebody_else_the_proof_fails(tmp_path: Path) -> None:
    found = prove(tmp_path, made_with(PLANTED, erase=sabotage.leave_a_mark))
    assert "no keyed hash of whoever left: ['contact_mark.value_hash']" in found.faults


@pytest.mark.nightly
def test_where_the_message_of_another_is_emptied_the_proof_fails(tmp_path: Path) -> None:
    found = prove(tmp_path, made_with(CASES, erase_named=sabotage.erase_every_case_named))
    faults = " ".join(found.faults)
    assert "a message that names whoever left is its writer's" in faults
    assert "the others find every message of theirs" in faults


@pytest.mark.nightly
def test_where_a_no_is_kept_for_today_alone_the_proof_fails(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service, "list_suppressed", sabotage.suppress_what_is_there_today)
    found = prove(tmp_path, ORDINARY)
    assert "a no outlives whoever said it, for all they ever had" in found.faults
    assert "prospects are what was not refused, by telephone" in found.faults


@pytest.mark.nightly
def test_where_a_no_stops_whoever_has_the_address_today_the_proof_fails(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service, "list_suppressed", sabotage.suppress_what_others_have)
    assert "their yes counts as before" in prove(tmp_path, ORDINARY, WITH_AN_HEIR).faults


@pytest.mark.nightly
def test_where_the_receipt_says_another_number_the_proof_fails(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def count_one_more(work: Work, register: Register, me: CustomerId) -> dict[str, int]:
        return {what: number + 1 for what, number in count_records(work, register, me).items()}

    monkeypatch.setattr(service, "count_records", count_one_more)
    assert "the receipt says what the page had said" in prove(tmp_path, ORDINARY).faults


def test_a_keyed_hash_is_found_in_any_column_however_it_is_written(world: World) -> None:
    raw = world.parts.keyring.hash("email", "rowan@example.com")
    me, moment = uuid4(), world.clock()
    row = CancellationUnderway(
        customer_id=me,
        last_letter_id=uuid4(),
        decided_at=moment,
        next_look_at=moment,
        kept=[f"before {raw.hex()} after"],
    )
    with world.work() as work:
        work.session.add(row)
    world.parts.keyring.keep_note("a note", raw.hex().upper())
    assert find_hits(world.parts, {raw: "an address", b"x" * 32: "another"}) == {
        Hit("cancellation_underway", "kept", repr([me]), "an address"),
        Hit("note", "value", repr(["a note"]), "an address"),
    }
