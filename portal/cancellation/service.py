"""Cancel one registration, or everything.

Erasing somebody takes five steps, each durable before the next and each safe to take twice, so
that a crash between any two is finished by the worker and nothing is done by halves:

1. the decision: a row that says so, with keyed hashes of what is looked for later, and the last
   letter, held back, sealed with a key of its own;
2. the erasure, in the keyring alone: the line of the ledger, whom not to contact again, and the
   person's destroyed key. From here on nothing of theirs can be read, wherever it was copied;
3. the rows: deleted category by category, and counted;
4. the look: every table, by id and by keyed hash. Only when nothing is found, the receipt is
   signed and kept with the line of the ledger;
5. the end: the line is noted as carried out, the last letter goes with the receipt in it, and
   the decision is struck off.
"""

from datetime import date, datetime, timedelta

from sqlalchemy import delete, select

from portal.account.models import CustomerRow, RegistrationRow
from portal.account.queries import find_customer, get_customer, get_registration
from portal.account.service import close_account
from portal.audit.trail import record
from portal.cancellation import letters
from portal.cancellation.events import (
    CancellationDecided,
    CancellationPlanned,
    CopyTaken,
    CustomerErased,
    ErasureChecked,
    RegistrationCancelled,
)
from portal.cancellation.models import AppliedErasure, CancellationUnderway, looked_at
from portal.cancellation.queries import (
    list_kept,
    list_leftovers,
    list_suppressed,
    list_traces,
)
from portal.cancellation.rules import (
    THINKING_TIME,
    Leaving,
    LeftoverError,
    When,
    copies_gone_on,
)
from portal.holds.queries import list_holds
from portal.kernel.clock import london_day, spell_day, spell_moment
from portal.kernel.holdings import Item, Register
from portal.kernel.ids import CustomerId, RegistrationId
from portal.kernel.ledger import Erasure, new_receipt_number
from portal.kernel.work import Work, Works
from portal.mail.outbox import hold_last, queue, release
from portal.preferences.service import stop_marketing
from portal.receipts.rules import Receipt
from portal.receipts.service import issue_receipt
from portal.runtime import Means
from portal.sessions.service import end_sessions
from portal.webhooks.rules import Kind
from portal.webhooks.service import announce, announce_end

LOOK_AGAIN_AFTER = timedelta(minutes=10)


def cancel_registration(
    work: Work, customer_id: CustomerId, registration_id: RegistrationId
) -> str:
    """Delete one registration and tell the customer; return the service's name.

    Raises `NotFoundError`, also when it is another's or was cancelled before.
    """
    registration = get_registration(work, customer_id, registration_id)
    work.session.execute(delete(RegistrationRow).where(RegistrationRow.id == registration.id))
    to = get_customer(work, customer_id).details
    letter = letters.registration_cancelled(to.email, to.given_name, registration.name)
    queue(work, customer_id, letter)
    record(work, RegistrationCancelled(customer_id, registration.service))
    return registration.name


def take_copy(work: Work, means: Means, customer_id: CustomerId) -> str:
    """Return everything that is held about a customer, as a text that people can read."""
    lines = [f"What {means.brand} holds about you, on {spell_day(london_day(work.now))}", ""]
    for holding in means.register:
        items = list(holding.list_items(work, customer_id))
        if items:
            lines += [holding.category, "-" * len(holding.category)]
            lines += [f"Why: {holding.purpose}. From: {holding.source}."]
            lines += [f"Who gets it: {holding.recipients}."]
            lines += [f"How long: {rule.what}: {rule.text}." for rule in holding.rules]
            lines += ["", *map(_spell_item, items)]
            lines += [""]
    record(work, CopyTaken(customer_id))
    return "\n".join(lines)


def _spell_item(item: Item) -> str:
    """Spell one thing that is held, with its moment where it has one."""
    since = f" ({spell_moment(item.at)})" if item.at else ""
    return f"{item.label}{since}: {item.value}"


def leave(works: Works, means: Means, customer_id: CustomerId, when: When) -> Leaving:
    """Erase a customer now, or close the account until their seven days have passed.

    Marketing stops at once either way. What a legal hold keeps is closed now and erased when
    the hold ends. Asked for twice, it is done once.
    """
    with works() as work:
        holds = list_holds(work, customer_id)
        if when is When.LATER or holds:
            moment = work.now + (THINKING_TIME if when is When.LATER else timedelta())
            plan(work, customer_id, moment, holds[0].until if holds else None)
            return Leaving(leaves_at=moment)
        decide(work, means, customer_id)
    try:
        line = finish(works, means, customer_id)
    except LeftoverError:  # it is deleted and unreadable; the receipt follows by letter
        return Leaving()
    return Leaving(reference=line.reference if line else None)


def plan(work: Work, customer_id: CustomerId, moment: datetime, held_until: date | None) -> None:
    """Close an account that is to be erased at a moment, or after a hold; tell its owner."""
    customer = find_customer(work, customer_id)
    if customer is None or customer.is_closed:
        return
    to = customer.details
    close_account(work, customer_id, moment)
    stop_marketing(work, customer_id)
    announce(work, Kind.CUSTOMER_CLOSED, customer_id, {})
    letter = letters.account_closed(to.email, to.given_name, moment, held_until)
    queue(work, customer_id, letter)
    record(work, CancellationPlanned(customer_id, held_until is not None))


def erase_due(works: Works, means: Means, customer_id: CustomerId) -> None:
    """Erase somebody whose seven days have passed, unless they came back just now."""
    with works() as work:
        query = select(CustomerRow).where(CustomerRow.id == customer_id).with_for_update()
        row = work.session.scalars(query).first()
        is_due = row is not None and row.leaves_at is not None and row.leaves_at <= work.now
        if not is_due or list_holds(work, customer_id):
            return
        decide(work, means, customer_id)
    finish(works, means, customer_id)


def decide(work: Work, means: Means, customer_id: CustomerId) -> None:
    """Take the first step: from its commit on, the cancellation will be finished."""
    _lock(work, customer_id)
    customer = find_customer(work, customer_id)
    if customer is None or work.session.get(CancellationUnderway, customer_id) is not None:
        return
    to = customer.details
    letter_id = hold_last(work, letters.account_erased(to.email, to.given_name))
    suppressed = list_suppressed(work, customer_id)
    kept = list_kept(work, means, customer_id)
    work.session.add(
        CancellationUnderway(
            customer_id=customer_id,
            last_letter_id=letter_id,
            decided_at=work.now,
            traces=[trace.hex() for trace in list_traces(work, customer_id)],
            suppressed=[[kind, value_hash.hex()] for kind, value_hash in suppressed],
            kept=[f"{line.what}: {line.until}" for line in kept],
        )
    )
    announce_end(work, customer_id)
    end_sessions(work, customer_id)
    record(work, CancellationDecided(customer_id))


def finish(works: Works, means: Means, customer_id: CustomerId) -> Erasure | None:
    """Take the other steps, from wherever they were left; return the line of the ledger."""
    with works() as work:
        underway = work.session.get(CancellationUnderway, customer_id)
        if underway is None:
            return work.vault.ledger.find(customer_id)
        suppressed = [(kind, bytes.fromhex(code)) for kind, code in underway.suppressed]
    line = work.vault.erase_person(customer_id, new_receipt_number(), suppressed)
    with works() as work:
        _delete_rows(work, means.register, customer_id)
    with works() as work:
        text = _look(work, means, customer_id, line)
    if text is None:
        raise LeftoverError
    with works() as work:
        _strike_off(work, customer_id, line, text)
    return line


def apply_again(work: Work, register: Register, customer_id: CustomerId) -> dict[str, int]:
    """Delete the rows of somebody whom the ledger knows as erased; return what is left of them.

    For a copy that was put back: the key is gone already, and the receipt was issued.
    """
    _lock(work, customer_id)
    row = work.session.get(CustomerRow, customer_id)
    traces = [row.email_hash] if row is not None else []
    if row is not None:
        announce_end(work, customer_id)
    for holding in register:
        holding.erase(work, customer_id)
    underway = work.session.get(CancellationUnderway, customer_id)
    if underway is not None:
        work.session.delete(underway)
    work.session.flush()
    return list_leftovers(work, customer_id, traces)


def note_applied(work: Work, number: int) -> None:
    """Note that a line of the ledger is carried out in this database."""
    if work.session.get(AppliedErasure, number) is None:
        work.session.add(AppliedErasure(number=number, applied_at=work.now))


def _delete_rows(work: Work, register: Register, customer_id: CustomerId) -> None:
    """Take the third step; the counts of the first time stand."""
    underway = _lock_underway(work, customer_id)
    if underway is None or underway.counts is not None:
        return
    _lock(work, customer_id)
    underway.counts = {holding.category: holding.erase(work, customer_id) for holding in register}


def _look(work: Work, means: Means, customer_id: CustomerId, line: Erasure) -> str | None:
    """Take the fourth step; return the receipt, or None when something was found."""
    underway = _lock_underway(work, customer_id)
    if underway is None:
        return line.receipt
    traces = [bytes.fromhex(code) for code in underway.traces]
    found = list_leftovers(work, customer_id, traces)
    record(work, ErasureChecked(customer_id, tuple(sorted(found))))
    if found:
        underway.decided_at, underway.counts = work.now + LOOK_AGAIN_AFTER, None
        return None
    counts: dict[str, int] = underway.counts or {}
    columns = looked_at()
    receipt = Receipt(
        reference=line.reference,
        brand=means.brand,
        erased_at=line.erased_at,
        deleted=tuple((category, number) for category, number in counts.items() if number),
        kept=tuple(underway.kept),
        looked_at=(
            f"{len({table.name for table, _ in columns})} tables with letters that wait",
            f"{len(columns)} columns, by number and by fingerprint",
            "the keyring: there is no key",
        ),
        copies_gone_on=copies_gone_on(line.erased_at, means.copies_kept),
    )
    return issue_receipt(work, line, receipt)


def _strike_off(work: Work, customer_id: CustomerId, line: Erasure, receipt: str) -> None:
    """Take the last step."""
    underway = _lock_underway(work, customer_id)
    if underway is None:
        return
    note_applied(work, line.number)
    release(work, underway.last_letter_id, receipt)
    record(work, CustomerErased(customer_id, sum((underway.counts or {}).values())))
    work.session.delete(underway)


def _lock_underway(work: Work, customer_id: CustomerId) -> CancellationUnderway | None:
    return work.session.scalars(
        select(CancellationUnderway)
        .where(CancellationUnderway.customer_id == customer_id)
        .with_for_update()
    ).first()


def _lock(work: Work, customer_id: CustomerId) -> None:
    """Keep others from adding rows to a customer who is being erased (PostgreSQL)."""
    work.session.scalars(
        select(CustomerRow.id).where(CustomerRow.id == customer_id).with_for_update()
    ).all()
