"""What holds whatever comes first: no expected values, so that a new verb needs none either."""

from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import exists, func, select

from portal.consent.marketing.models import ChoiceChange, MarketingChoices
from portal.desk.case_records.models import CaseEntry, CaseRow
from portal.desk.cases.rules import Status, Step
from portal.erasure.cancellation.events import CancellationDecided
from portal.erasure.cancellation.models import CancellationUnderway
from portal.erasure.cancellation.queries import list_leftovers
from portal.governance.audit.models import AuditEntry
from portal.identity.accounts.models import CustomerRow
from portal.identity.accounts.queries import get_customer
from portal.identity.contact_index.models import UNDONE, ContactHash, UnindexedCustomer
from portal.identity.contact_index.queries import EVER
from portal.identity.contact_index.rules import Channel
from portal.identity.contact_index.service import list_hashes
from portal.identity.sessions.models import SignInSession
from portal.identity.sessions.rules import SessionStage
from portal.identity.staff_accounts.models import StaffRow
from portal.platform.core.holdings import Trace
from portal.platform.core.ledger import Erasure
from portal.platform.core.work import Work
from portal.platform.runtime import Runtime
from portal.self_service.email_change.events import ChangeConfirmed, ChangeUndone
from tests.interleavings.facts import Facts
from tests.world import NOON

ONLY_NAMES_AN_ADDRESS = "try_count.name_hash"
"""Anybody may type the address of somebody who has left, and that says nothing of them."""


def list_early_faults(parts: Runtime) -> list[str]:
    """Return what is wrong before the worker comes by: a decision ends every session."""
    is_in = SignInSession.owner_id == CancellationUnderway.customer_id
    query = select(SignInSession.id).where(is_in, SignInSession.stage == SessionStage.FULL)
    with parts.reading() as work:
        there = work.session.scalars(query).first() is not None
    return ["somebody is signed in who is being erased"] if there else []


def list_faults(parts: Runtime, facts: Facts) -> list[str]:
    """Return what is wrong with the portal as it stands."""
    with parts.reading() as work:
        line = work.vault.ledger.find(facts.me.id)
        has_key = bool(parts.keyring.list_present([facts.me.id]))
        faults = list(_cases(work))
        if line is not None:
            return faults + list(_erased(work, facts, line, has_key=has_key))
        if not has_key:
            return [*faults, "no key, and no line in the ledger"]
        return faults + list(_choices(work, facts)) + list(_cancellation_requests(work, facts))


def _erased(work: Work, facts: Facts, line: Erasure, *, has_key: bool) -> Iterator[str]:
    ended = _until(work, facts) or line.erased_at
    theirs = facts.traces[1:] if find_is_undone(work, facts) else facts.traces
    traces = tuple(Trace(value_hash, EVER, ended) for value_hash in theirs)
    left = list_leftovers(work, facts.me.id, traces)
    left.pop(ONLY_NAMES_AN_ADDRESS, None)
    if left:
        yield f"somebody erased is left in {sorted(left)}"
    if has_key:
        yield "somebody erased has a key"
    if line.receipt is None:
        yield "somebody erased has no receipt"
    elif "Deleted, with the number of records\n- " not in line.receipt:
        yield "the receipt says that nothing was deleted"
    if work.session.scalar(select(exists().select_from(CancellationUnderway))):
        yield "the erasure does not end"


def find_is_undone(work: Work, facts: Facts) -> bool:
    """Tell whether they said of today's address, before they left, that it never was theirs."""
    name, me = AuditEntry.name == ChangeUndone.name, AuditEntry.subject_id == facts.me.id
    return bool(work.session.scalar(select(exists().where(name, me))))


def _until(work: Work, facts: Facts) -> datetime | None:
    """Return until when what names an address of theirs is theirs.

    What is younger than the decision is of whoever typed it; what is younger than a change of
    address may have been typed at one that was nobody's by then.
    """
    about, name = AuditEntry.subject_id == facts.me.id, AuditEntry.name
    began = AuditEntry.occurred_at >= NOON + facts.later
    is_change = name.in_((ChangeConfirmed.name, ChangeUndone.name)) & began
    is_end = is_change | (name == CancellationDecided.name)
    return work.session.scalar(select(func.min(AuditEntry.occurred_at)).where(about, is_end))


def _choices(work: Work, facts: Facts) -> Iterator[str]:
    """Choices, contact index and history say the same; the contact index is that of the details."""
    me = facts.me.id
    kept = work.session.get(MarketingChoices, me)
    agreed = sorted(kept.agreed) if kept else []
    hashes = work.session.scalars(select(ContactHash).where(ContactHash.customer_id == me)).all()
    if not work.session.get(UnindexedCustomer, me):
        used = [one for one in hashes if one.channel != UNDONE]
        if any(sorted(one.agreed) != agreed for one in used):
            yield "contact index and choices say different things"
        reach = get_customer(work, facts.my_id).details.reach
        today = {(one.channel, one.value_hash) for one in hashes if one.ended_at is None}
        if set(list_hashes(work, reach, *Channel)) != today:
            yield "the contact index is not that of the details"
    net, last = _history(work, me)
    adds_up = set(net.values()) <= {0, 1}
    if not adds_up or sorted(name for name, number in net.items() if number) != agreed:
        yield "the history does not add up to the choices"
    elif sorted(name for name, is_on in last.items() if is_on) != agreed:
        yield "the newest of the history is not the choice"


def _history(work: Work, me: UUID) -> tuple[Counter[str], dict[str, bool]]:
    """Return how often each choice was turned on more than off, and what was said last."""
    net: Counter[str] = Counter()
    last: dict[str, bool] = {}
    theirs = select(ChoiceChange).where(ChoiceChange.customer_id == me)
    for row in work.session.scalars(theirs.order_by(ChoiceChange.changed_at)):
        name = f"{row.purpose}:{row.channel}"
        net[name] += 1 if row.agreed else -1
        last[name] = row.agreed
    return net, last


def _cases(work: Work) -> Iterator[str]:
    """Versions count entries; nobody who has left has an open case."""
    entries: Any = (func.count(CaseEntry.id), func.count(CaseEntry.number.distinct()))
    query = (
        select(CaseRow.version, *entries)
        .outerjoin(CaseEntry, CaseEntry.case_id == CaseRow.id)
        .group_by(CaseRow.id, CaseRow.version)
    )
    for version, number, different in work.session.execute(query):
        if not version == number == different:
            yield f"a case of version {version} has {number} entries, {different} different"
    lost = (
        select(CaseRow.id)
        .join(StaffRow, StaffRow.id == CaseRow.assigned_to)
        .where(StaffRow.closed_at.is_not(None), CaseRow.status != Status.CLOSED)
    )
    if work.session.scalars(lost).first() is not None:
        yield "an open case is with a colleague who has left"


def _cancellation_requests(work: Work, facts: Facts) -> Iterator[str]:
    """A request to cancel everything that was confirmed is carried out, or somebody will."""
    customer = work.session.get(CustomerRow, facts.me.id)
    if customer is None or customer.leaves_at is not None:
        return
    for reference in (facts.everything, facts.skipping):
        case = work.session.scalars(select(CaseRow).where(CaseRow.reference == reference)).one()
        steps = set(
            work.session.scalars(select(CaseEntry.step).where(CaseEntry.case_id == case.id))
        )
        if steps & {Step.CONFIRMED, Step.SKIPPED}:
            yield "a confirmed wish to cancel everything is closed, and the account is open"
