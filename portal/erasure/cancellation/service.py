"""Cancel one registration, or everything.

Erasing somebody takes five steps, each durable before the next and each safe to take twice, so
that a crash between any two is finished by the worker and nothing is done by halves:

1. the decision: a row that says so, with keyed hashes of what is looked for later, and the last
   email, held back, sealed with a key of its own;
2. the erasure, in the keyring alone: the line of the ledger, whom not to contact again, and the
   person's destroyed key. From here on nothing of theirs can be read, wherever it was copied;
3. the rows: deleted category by category, and counted;
4. the look: every table, by id and by keyed hash. Only when nothing is found, the receipt is
   signed and kept with the line of the ledger. It waits a day for other systems that were told;
5. the end: the line is noted as carried out, the last email goes with the receipt in it, and
   the decision is struck off.
"""

from collections.abc import Mapping
from datetime import date, datetime
from uuid import UUID, uuid4

from portal.consent.marketing.service import stop_marketing
from portal.consent.webhooks.rules import EventType
from portal.consent.webhooks.service import announce, announce_end
from portal.erasure.cancellation import emails
from portal.erasure.cancellation.events import (
    CancellationDecided,
    CancellationPlanned,
    CustomerErased,
    ErasureChecked,
)
from portal.erasure.cancellation.models import AppliedErasure, CancellationUnderway, looked_at
from portal.erasure.cancellation.queries import (
    count_records,
    list_leftovers,
    list_own_traces,
    list_suppressed,
    list_traces,
)
from portal.erasure.cancellation.rules import (
    BY_WHAT,
    LONGEST_PAUSE,
    THINKING,
    UNHURRIED,
    Leaving,
    LeftoverError,
    When,
    copies_gone_on,
    make_receipt,
    next_pause,
    read_deleted,
    read_kept,
)
from portal.erasure.connector_erasures.held import list_stays
from portal.erasure.connector_erasures.queries import list_outcomes
from portal.erasure.connector_erasures.rules import SystemOutcome, next_look, waits_until
from portal.erasure.connector_erasures.service import ask_to_erase
from portal.governance.audit.timekeeping import refuse_wrong_clock, tell_moment
from portal.governance.audit.trail import record
from portal.governance.legal_holds.queries import list_holds
from portal.governance.receipts.rules import tells_of_hold
from portal.governance.receipts.service import issue_receipt
from portal.identity.accounts.models import CustomerRow
from portal.identity.accounts.queries import find_customer
from portal.identity.accounts.service import close_account, get_locked, lock_customer
from portal.identity.contact_index.queries import find_is_unindexed
from portal.identity.contact_index.service import index_contacts, note_agreed
from portal.identity.sessions.service import end_sessions
from portal.messaging.email.kinds import TOLD_AT_LAST
from portal.messaging.email.outbox import (
    hold_last,
    list_unsaid,
    queue,
    queue_alone,
    release,
)
from portal.platform.core.clock import london_day
from portal.platform.core.errors import DeadlockedError, WrongClockError
from portal.platform.core.holdings import Register, Traces
from portal.platform.core.ids import CustomerId
from portal.platform.core.ledger import Erasure, new_receipt_number
from portal.platform.core.work import Work, Works
from portal.platform.runtime import ErasureContext


def leave(works: Works, context: ErasureContext, customer_id: CustomerId, when: When) -> Leaving:
    """Erase a customer now, or close the account until their seven days have passed.

    Marketing stops at once either way. What a legal hold keeps is closed now and erased when
    the hold ends. Asked for twice, it is done once.
    """
    with works() as work:
        leaves_at = begin_leaving(work, context, customer_id, when)
    return finish_leaving(works, context, customer_id, leaves_at)


def begin_leaving(
    work: Work, context: ErasureContext, customer_id: CustomerId, when: When
) -> datetime | None:
    """Decide that a customer leaves, or close the account until a moment, which is returned.

    From the commit on it will be finished, by `finish_leaving` or by the worker. What else is done
    because they leave belongs into the same unit of work. The seven days are by a right clock.
    Raises `NotFoundError` for whoever is gone, `WrongClockError` where nobody knows the day.
    """
    row = get_locked(work, customer_id)
    holds = list_holds(work, customer_id)
    if when is When.NOW and not holds:
        decide(work, context, customer_id)
        return None
    if row.leaves_at is None:
        moment = tell_moment(work, context.timekeeper) + THINKING[when]
        plan(work, customer_id, moment, holds[0].until if holds else None)
    return row.leaves_at


def finish_leaving(
    works: Works, context: ErasureContext, customer_id: CustomerId, leaves_at: datetime | None
) -> Leaving:
    """Take the other steps at once where it was decided; say what came of it."""
    if leaves_at is not None:
        return Leaving(leaves_at=leaves_at)
    try:
        line = finish(works, context, customer_id)
    except (LeftoverError, DeadlockedError, WrongClockError):  # the worker finishes it
        return Leaving()
    return Leaving(reference=line.reference if line else None)


def plan(work: Work, customer_id: CustomerId, moment: datetime, held_until: date | None) -> None:
    """Close an account that is to be erased at a moment, or after a hold; tell its owner.

    Nothing is done for one that is closed already: planned twice, it is planned once.
    """
    lock_customer(work, customer_id)
    customer = find_customer(work, customer_id)
    if customer is None or customer.is_closed:
        return
    to = customer.details
    close_account(work, customer_id, moment)
    stop_marketing(work, customer_id)
    announce(work, EventType.CUSTOMER_CLOSED, customer_id, {})
    email = emails.account_closed(to.email, to.given_name, moment, held_until)
    queue(work, customer_id, email)
    record(work, CancellationPlanned(customer_id, held_until is not None))


def erase_due(works: Works, context: ErasureContext, customer_id: CustomerId) -> None:
    """Erase somebody whose seven days have passed by a right clock, unless they are back."""
    with works() as work:
        refuse_wrong_clock(work, context.timekeeper)
        row = lock_customer(work, customer_id)
        is_due = row is not None and row.leaves_at is not None and row.leaves_at <= work.now
        if not is_due or list_holds(work, customer_id):
            return
        decide(work, context, customer_id)
    finish(works, context, customer_id)


def decide(work: Work, context: ErasureContext, customer_id: CustomerId) -> None:
    """Take the first step: from its commit on, the cancellation will be finished.

    Nobody finds the customer any more: what waits for their row comes too late. What there is is
    counted first, as the page before showed it: sessions end here already.
    """
    row, customer = lock_customer(work, customer_id), find_customer(work, customer_id)
    if row is None or customer is None:
        return
    counted = count_records(work, context.register, customer_id)
    if find_is_unindexed(work, customer_id):
        index_contacts(work, customer_id, customer.details.reach)
    to = customer.details
    last, others = list_unsaid(work, customer_id, TOLD_AT_LAST, to.email)
    email = emails.account_erased(to.email, to.given_name, last, is_announced=work.announces)
    email_id = hold_last(work, email)
    for one in others:
        queue_alone(work, one)
    told = ask_to_erase(work, context.other_systems, customer_id, to.email)
    suppressed = [[one, code.hex()] for one, code in list_suppressed(work, customer_id)]
    underway = _begin(work, customer_id, email_id, told)
    underway.suppressed = suppressed
    _note_counts(context, underway, counted)
    note_agreed(work, customer_id, [])  # no list lets them through from here on
    announce_end(work, customer_id)
    end_sessions(work, customer_id)
    row.decided_at = work.now
    record(work, CancellationDecided(customer_id))


def finish(works: Works, context: ErasureContext, customer_id: CustomerId) -> Erasure | None:
    """Take the other steps, from wherever they were left, by a right clock; return the line.

    It has no receipt while that waits for other systems; the worker looks again.
    """
    with works() as work:
        refuse_wrong_clock(work, context.timekeeper)
        underway = work.session.get(CancellationUnderway, customer_id)
        if underway is None:
            return work.vault.ledger.find(customer_id)
        suppressed = [(kind, bytes.fromhex(code)) for kind, code in underway.suppressed]
    line = work.vault.erase_person(customer_id, new_receipt_number(), suppressed)
    with works() as work:
        _delete_rows(work, context.register, customer_id)
    with works() as work:
        if _waits_for_others(work, customer_id):
            return line
    with works() as work:
        text = _look(work, context, customer_id, line)
    if text is None:
        raise LeftoverError
    with works() as work:
        _strike_off(work, customer_id, line, text)
    return line


def apply_again(work: Work, context: ErasureContext, customer_id: CustomerId) -> dict[str, int]:
    """Delete the rows of somebody whom the ledger knows as erased; return what is left of them.

    For a copy that was put back: the key is gone already. Other systems are told again, by who
    somebody was to us, and where no receipt was issued yet, the worker finishes it. The last email
    went, or is lost with its row.
    """
    row, register = _lock(work, customer_id), context.register
    line, underway = work.vault.ledger.find(customer_id), _lock_underway(work, customer_id)
    is_again = row is not None and underway is None
    if row is not None:
        announce_end(work, customer_id)
    if is_again:
        told = ask_to_erase(work, context.other_systems, customer_id, "")
        underway = _begin(work, customer_id, uuid4(), told)
    decided = underway.read_traces() if underway else ()
    traces = list_own_traces(work, customer_id, decided) + list_traces(work, customer_id)
    held = [stay for one in register for stay, _number in one.held_back(work, customer_id)]
    erased = _erase(work, register, customer_id, traces)
    if underway is not None and is_again:
        _note_counts(context, underway, erased)
        underway.kept = [*underway.kept, *(f"{stay.what}: {stay.until}" for stay in held)]
    if underway is not None and (line is None or line.receipt is not None):
        work.session.delete(underway)
    work.session.flush()
    return list_leftovers(work, customer_id, traces)


def _begin(
    work: Work, customer_id: CustomerId, email_id: UUID, told: list[UUID]
) -> CancellationUnderway:
    """Note that somebody is being erased, what finds them afterwards, and whom we told."""
    underway = CancellationUnderway(
        customer_id=customer_id,
        last_letter_id=email_id,
        decided_at=work.now,
        next_look_at=work.now + UNHURRIED,
        told_systems=[one.hex for one in told],
    )
    underway.keep_traces(list_traces(work, customer_id))
    work.session.add(underway)
    return underway


def _note_counts(
    context: ErasureContext, underway: CancellationUnderway, counted: Mapping[str, int]
) -> None:
    """Note how many records go of each category, and what stays of those, or elsewhere."""
    stays, day = list_stays(context.other_systems), london_day(underway.decided_at)
    kept = read_kept(context.register, counted, day, stays)
    underway.kept = [f"{line.what}: {line.until}" for line in kept]
    underway.counts = read_deleted(context.register, counted)


def note_applied(work: Work, number: int) -> None:
    """Note that a line of the ledger is carried out in this database."""
    if work.session.get(AppliedErasure, number) is None:
        work.session.add(AppliedErasure(number=number, applied_at=work.now))


def _delete_rows(work: Work, register: Register, customer_id: CustomerId) -> None:
    """Take the third step; the counts of the decision stand, but for what a hold keeps.

    Taken again, it takes what came late from somebody who had begun before the decision.
    """
    _lock(work, customer_id)
    underway = _lock_underway(work, customer_id)
    if underway is None:
        return
    traces = list_own_traces(work, customer_id, underway.read_traces())
    counts, kept = dict(underway.counts or {}), list(underway.kept)
    for one in register:
        for stay, number in one.held_back(work, customer_id):
            counts[one.category] = counts.get(one.category, 0) - number
            kept.append(f"{stay.what}: {stay.until}")
    erased = _erase(work, register, customer_id, traces)
    going = {what: number for what, number in counts.items() if number > 0}
    underway.counts, underway.kept = (erased if underway.counts is None else going), kept


def _erase(
    work: Work, register: Register, customer_id: CustomerId, traces: Traces
) -> dict[str, int]:
    """Delete every row of somebody, and what names an address of theirs; count by category."""
    named = {one.category: one.erase_named(work, traces) for one in register}
    return {one.category: one.erase(work, customer_id) + named[one.category] for one in register}


def _waits_for_others(work: Work, customer_id: CustomerId) -> bool:
    """Tell whether the receipt waits for other systems to confirm, and plan when to look again."""
    underway = _lock_underway(work, customer_id)
    if underway is None or not underway.told_systems:
        return False
    is_waiting = any(one.is_waiting for one in _list_told(work, underway))
    if not is_waiting or work.now >= waits_until(underway.decided_at):
        return False
    underway.next_look_at = next_look(underway.decided_at, work.now, LONGEST_PAUSE)
    return True


def _list_told(work: Work, underway: CancellationUnderway) -> list[SystemOutcome]:
    return list_outcomes(work, map(UUID, underway.told_systems))


def _look(
    work: Work, context: ErasureContext, customer_id: CustomerId, line: Erasure
) -> str | None:
    """Take the fourth step; return the receipt, or None when something was found."""
    underway = _lock_underway(work, customer_id)
    if underway is None:
        return line.receipt
    traces = list_own_traces(work, customer_id, underway.read_traces())
    found = list_leftovers(work, customer_id, traces)
    record(work, ErasureChecked(customer_id, tuple(sorted(found))))
    if found:
        underway.looks += 1
        underway.next_look_at = work.now + next_pause(underway.looks)
        return None
    columns = looked_at()
    searched = (
        f"{len({table.name for table, _ in columns})} tables and the emails waiting to be sent",
        f"{len(columns)} columns: {BY_WHAT}",
        "The keys: there is none for the account",
    )
    looked = searched, copies_gone_on(line.erased_at, context.copies_kept)
    counts, kept = underway.counts or {}, tuple(underway.kept)
    others = [
        text for one in _list_told(work, underway) for text in one.lines(context.other_systems)
    ]
    receipt = make_receipt(context.brand, line, counts, (kept, tuple(others)), looked)
    return issue_receipt(work, line, receipt)


def _strike_off(work: Work, customer_id: CustomerId, line: Erasure, receipt: str) -> None:
    """Take the last step."""
    underway = _lock_underway(work, customer_id)
    if underway is None:
        return
    note_applied(work, line.number)
    more = (emails.HELD_BACK,) if tells_of_hold(receipt) else ()
    release(work, underway.last_letter_id, receipt, more)
    record(work, CustomerErased(customer_id, sum((underway.counts or {}).values())))
    work.session.delete(underway)


def _lock_underway(work: Work, customer_id: CustomerId) -> CancellationUnderway | None:
    return work.session.get(
        CancellationUnderway, customer_id, with_for_update=True, populate_existing=True
    )


def _lock(work: Work, customer_id: CustomerId) -> CustomerRow | None:
    """Wait for everybody who writes about a customer, or refers to them; nobody begins any more."""
    return work.session.get(CustomerRow, customer_id, with_for_update=True, populate_existing=True)
