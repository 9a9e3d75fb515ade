"""Personal data of the cases room."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import ColumnElement, Select, case, delete, select, update
from sqlalchemy.orm import aliased

from portal.desk.case_records.models import (
    CaseEntry,
    CaseRow,
    are_free,
    are_theirs,
    is_past,
    names_address,
)
from portal.desk.case_records.queries import find_words
from portal.desk.case_records.rules import KEPT_AFTER_CLOSING, NUMBER_KEPT
from portal.desk.cases.rules import IN_WORDS, Status, Step
from portal.identity.contact_index.models import UNDONE, ContactHash
from portal.identity.form_drafts.service import forget_about
from portal.identity.one_time_tokens.rules import OF_CASES
from portal.identity.one_time_tokens.service import end_tokens_of
from portal.messaging.email.outbox import forget_person
from portal.platform.core.database import wait_in_line
from portal.platform.core.holdings import (
    CONTRACT,
    NO_LONGER_THAN_NEEDED,
    UNTIL_HOLD_ENDS,
    Fate,
    HeldFor,
    Holding,
    Item,
    LawfulBasis,
    People,
    Rule,
    Stay,
    Traces,
)
from portal.platform.core.ids import CustomerId
from portal.platform.core.prepared import prepared
from portal.platform.core.recipients import RecipientKind
from portal.platform.core.rows import (
    count_where,
    named_by,
    span_where,
    take_where,
)
from portal.platform.core.sealing import place
from portal.platform.core.texts import _
from portal.platform.core.visit import STAFF
from portal.platform.core.work import Work
from portal.platform.encryption.doomed import doom_keys

LOCK = 20091976
"""PostgreSQL's advisory lock that erasures take; an arbitrary number that is ours."""


def list_items(work: Work, customer_id: CustomerId) -> list[Item]:
    """List all entries of a customer's messages that they may see, oldest first.

    Each message begins with the name and address that were typed, then the text. Notes between
    colleagues are left out.
    """
    return [
        Item(row.reference, value, entry.happened_at, "closed-messages", row.closed_at)
        for row, entry in work.session.execute(*_told(customer_id, work.now))
        for value in _list_said(work, row, entry)
    ]


@prepared
def _told(customer_id: CustomerId, now: datetime) -> Select[CaseRow, CaseEntry]:
    del now
    told = CaseEntry.step.in_([step for step in Step if step in IN_WORDS])
    entries = select(CaseRow, CaseEntry).join(CaseEntry, CaseEntry.case_id == CaseRow.id)
    theirs = entries.where(are_theirs(customer_id), told)
    return theirs.order_by(CaseRow.received_at, CaseEntry.number)


def _list_said(work: Work, row: CaseRow, entry: CaseEntry) -> Iterator[str]:
    if entry.step == Step.RECEIVED:
        typed = find_words(work, row, place("case_file", row.id), row.sealed)
        sender = ", ".join(filter(None, (typed.get("name"), typed.get("email"))))
        if sender:
            yield _("From {sender}", sender=sender)
    said = find_words(work, row, place("case_entry", entry.id), entry.sealed)
    if said.get("text"):
        yield said["text"]


def list_open(work: Work, customer_id: CustomerId) -> list[str]:
    """Return which messages would remain unanswered."""
    theirs = are_theirs(customer_id) & (CaseRow.status != Status.CLOSED)
    query = select(CaseRow.reference).where(theirs).order_by(CaseRow.received_at)
    return [
        _(
            "We haven’t answered your message {reference} yet. If you delete your account, we won’t"
            " be able to.",
            reference=reference,
        )
        for reference in work.session.scalars(query)
    ]


def count(work: Work, customer_id: CustomerId) -> int:
    """Count a customer's cases, sent signed in or not."""
    return count_where(work, CaseRow.id, are_theirs(customer_id))


def list_spans(customer_id: CustomerId, now: datetime) -> list[Select[Any, Any, Any]]:
    """Return what finds from when their cases are, sent signed in or not."""
    del now
    return [span_where(CaseRow.received_at, are_theirs(customer_id))]


def erase(work: Work, customer_id: CustomerId) -> int:
    """Empty a customer's cases, sent signed in or not; return how many.

    Each stays as a number with dates and without an owner, so that the desk sees it done. In cases
    that are not theirs, an earlier version noted who added to them.
    """
    erased = _erase(work, are_theirs(customer_id))
    _disown(work, customer_id)
    added = update(CaseEntry).where(CaseEntry.actor_id == customer_id)
    work.session.execute(added.values(actor_id=None))
    return erased


def erase_named(work: Work, traces: Traces) -> int:
    """Empty visitors' cases that name an address from while it was theirs; return how many.

    From another customer's case only what leads to the address is removed: the case is its owner's.
    Two who leave at once may have typed each other's address, so they come one after the other.
    """
    wait_in_line(work.session, LOCK)
    others = CaseRow.customer_id.is_not(None) & CaseRow.email_hash.in_(
        [one.value_hash for one in traces]
    )
    work.session.execute(update(CaseRow).where(others).values(email_hash=None, mailbox=None))
    named = named_by(traces, CaseRow.email_hash, CaseRow.received_at, CaseRow.mailbox)
    return _erase(work, CaseRow.customer_id.is_(None) & named)


def _disown(work: Work, customer_id: CustomerId) -> None:
    """Note which visitors' cases from a leaver's addresses are nobody's, while the leaver is known.

    Afterwards the next owner of the address would get them. Where another customer had it too, what
    is noted with them says whose each case is.
    """
    mine, other = aliased(ContactHash), aliased(ContactHash)
    own = select(mine.value_hash).where(mine.customer_id == customer_id)
    is_mine = select(mine.customer_id).where(
        names_address(mine, UNDONE), mine.customer_id == customer_id
    )
    is_others = select(other.customer_id).where(
        names_address(other, UNDONE), other.customer_id != customer_id
    )
    stray = CaseRow.email_hash.in_(own) & is_mine.exists() & ~is_others.exists()
    query = select(CaseRow).where(stray).order_by(CaseRow.id).with_for_update(key_share=True)
    for row in work.session.scalars(query).all():
        row.nobodys_address, row.email_hash = row.email_hash, row.id.bytes


def list_held_back(work: Work, customer_id: CustomerId) -> list[tuple[Stay, int]]:
    """Say that messages they sent as a visitor stay under a legal hold, if there are any.

    Called once their erasure is decided: until then nothing tells somebody of a hold.
    """
    is_visitors = are_theirs(customer_id) & CaseRow.customer_id.is_(None)
    is_kept = is_visitors & CaseRow.sealed.is_not(None) & ~are_free(work)
    kept = count_where(work, CaseRow.id, is_kept)
    return [(HELD_BACK, kept)] if kept else []


def _erase(work: Work, wanted: ColumnElement[bool]) -> int:
    """Empty cases; return how many. Those under a hold are closed, and the purge empties them."""
    query = select(CaseRow).where(wanted).order_by(CaseRow.id).with_for_update(key_share=True)
    rows = work.session.scalars(query.execution_options(populate_existing=True)).all()
    if not rows:
        return 0
    found = [row.id for row in rows]
    end_tokens_of(work, OF_CASES, found)
    under_no_hold = select(CaseRow.id).where(CaseRow.id.in_(found), are_free(work))
    free, emptied = set(work.session.scalars(under_no_hold)), 0
    for row in rows:
        if row.person_id == row.id and row.id not in free:
            _keep_back(work, row)
        else:
            _empty(work, row)
            emptied += 1
    return emptied


def _keep_back(work: Work, row: CaseRow) -> None:
    """Close a case that is kept under a hold after its sender was erased; no link leads to it."""
    forget_person(work, row.id)
    row.email_hash = row.nobodys_address = row.mailbox = row.once_hash = None
    row.link_ends_at = row.skip_asked_by = None
    if row.status != Status.CLOSED:
        row.status, row.closed_at = Status.CLOSED, work.now


def count_old(work: Work) -> int:
    """Count the cases that still have words a year after closing, or after their hold."""
    return count_where(work, CaseRow.id, _is_old(work))


def empty_old(work: Work, most: int) -> int:
    """Empty cases a year after closing, or after the hold they were kept for; return how many."""
    taken = take_where(work, CaseRow.id, _is_old(work), most)
    end_tokens_of(work, OF_CASES, taken)
    for row in work.session.scalars(select(CaseRow).where(CaseRow.id.in_(taken))):
        _empty(work, row)
    return len(taken)


def count_numbers(work: Work) -> int:
    """Count the emptied cases whose numbers are no longer needed."""
    return count_where(work, CaseRow.id, _is_forgotten(work))


def forget_numbers(work: Work, most: int) -> int:
    """Delete emptied cases whose numbers are no longer needed; return how many."""
    taken = take_where(work, CaseRow.id, _is_forgotten(work), most)
    work.session.execute(delete(CaseEntry).where(CaseEntry.case_id.in_(taken)))
    work.session.execute(delete(CaseRow).where(CaseRow.id.in_(taken)))
    return len(taken)


def empty_unreadable(work: Work, case_ids: Iterable[UUID]) -> None:
    """Empty cases whose key is destroyed, as after a restore."""
    for row in work.session.scalars(select(CaseRow).where(CaseRow.id.in_(list(case_ids)))):
        _empty(work, row)


def _is_old(work: Work) -> ColumnElement[bool]:
    """Return the SQL condition for cases whose words are no longer needed.

    A case that was kept back when its sender left has no link; only its hold keeps it.
    """
    was_kept_back = CaseRow.customer_id.is_(None) & CaseRow.email_hash.is_(None)
    return (is_past(work.now) | was_kept_back) & CaseRow.sealed.is_not(None) & are_free(work)


def _is_forgotten(work: Work) -> ColumnElement[bool]:
    return (CaseRow.closed_at < work.now - NUMBER_KEPT) & CaseRow.sealed.is_(None) & are_free(work)


def _empty(work: Work, row: CaseRow) -> None:
    """Remove a person's words from a case, and close it; a visitor's key is doomed too.

    Which colleagues did what stays: they answer for it when nobody else can.
    """
    if row.person_id == row.id:
        doom_keys(work, [row.id])
        forget_person(work, row.id)
        forget_about(work, row.id)
    work.session.execute(
        update(CaseEntry)
        .where(CaseEntry.case_id == row.id)
        .values(sealed=None, actor_id=case((CaseEntry.actor_kind == STAFF, CaseEntry.actor_id)))
    )
    row.person_id = row.customer_id = row.sealed = row.link_ends_at = row.skip_asked_by = None
    row.email_hash = row.nobodys_address = row.mailbox = row.once_hash = None
    if row.status != Status.CLOSED:
        row.status, row.closed_at = Status.CLOSED, work.now
    row.version += 1
    work.session.add(
        CaseEntry(
            id=uuid4(),
            case_id=row.id,
            number=row.version,
            step=Step.ERASED,
            happened_at=work.now,
            actor_kind="system",
        )
    )


HELD_BACK = Stay(
    what=_("Messages that a court or an authority may ask for"),
    why=_("A legal hold covers what you sent without signing in"),
    until=UNTIL_HOLD_ENDS,
)
HELD = (
    Holding(
        category=_("Your messages to us and our answers"),
        slug="messages",
        part=HeldFor.ANSWERS,
        spans=list_spans,
        change_at="/cases",
        change_label=_("See your messages"),
        purpose=_("To answer you"),
        source=_("You and our staff"),
        recipients=_("The company that carries our emails, for our answers"),
        basis=LawfulBasis.CONTRACT,
        gets=(RecipientKind.EMAIL_CARRIER,),
        people=(People.CUSTOMERS, People.VISITORS),
        rules=(
            Rule(
                "messages",
                _("Your messages, while we work on them"),
                _("we delete your account"),
                CONTRACT,
            ),
            Rule(
                "closed-messages",
                _("The words of a message"),
                _("it was closed"),
                NO_LONGER_THAN_NEEDED,
                KEPT_AFTER_CLOSING,
                count_old,
                empty_old,
                is_past,
            ),
            Rule(
                "case-numbers",
                _("The reference and the dates of a message"),
                _("it was closed"),
                NO_LONGER_THAN_NEEDED,
                NUMBER_KEPT,
                count_numbers,
                forget_numbers,
            ),
        ),
        fate=Fate.DELETED,
        tables=frozenset({"case_file", "case_entry"}),
        list_items=list_items,
        count=count,
        stays=(
            Stay(
                what=_("The references and dates of your messages, without their words"),
                why=_("So that our staff can see they’re closed"),
                length=NUMBER_KEPT,
            ),
        ),
        loose_ends=list_open,
        held_back=list_held_back,
        erase=erase,
        erase_named=erase_named,
    ),
)
