"""Tables of cases, and the SQL conditions for the owner of a case."""

from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import (
    ColumnElement,
    ForeignKey,
    Index,
    Select,
    String,
    UniqueConstraint,
    case,
    func,
    literal,
    select,
    text,
    true,
    union_all,
)
from sqlalchemy.orm import Mapped, aliased, mapped_column

from portal.desk.case_records.rules import KEPT_AFTER_CLOSING
from portal.governance.legal_holds.models import LegalHold, case_is_free, is_active
from portal.identity.contact_index.models import UNDONE, ContactHash, is_nobodys, sent_from_theirs
from portal.identity.contact_index.rules import Channel
from portal.platform.core.clock import london_day
from portal.platform.core.database import Base
from portal.platform.core.ids import CustomerId
from portal.platform.core.rows import is_of_mailbox
from portal.platform.core.texts import _
from portal.platform.core.work import Work

_CLOSED, _WAITING = "closed", "waiting"


def _index(name: str, *columns: str, where: str) -> Index:
    """Return a partial index, for both databases."""
    condition = text(where)
    return Index(name, *columns, sqlite_where=condition, postgresql_where=condition)


_OPEN, _SHUT = _("status <> 'closed'"), _("status = 'closed'")
_OF_THE_QUEUE = (
    ("ours", ("due_on", "id", "status"), _("status <> 'closed' AND status <> 'waiting'")),
    ("open_by", ("assigned_to", "due_on", "id", "status"), _OPEN),
    ("open_status", ("status", "due_on", "id"), _OPEN),
    ("open_topic", ("topic", "due_on", "id", "status"), _OPEN),
    ("open_received", ("received_at", "id", "status"), _OPEN),
    ("closed_by", ("assigned_to", "due_on", "id", "status"), _SHUT),
    ("closed_topic", ("topic", "due_on", "id", "status"), _SHUT),
    ("closed_received", ("received_at", "id", "status"), _SHUT),
)
"""Indexes that end with what SQLite asks for though they imply it, so that it counts in them."""


class CaseRow(Base):
    """One case. Name, address and words are sealed; the other columns say nothing of a person.

    `person_id` is the person whose key seals it: the customer, or the case itself for a visitor.
    When that person is erased the row stays as a number with dates, without an owner.
    """

    __tablename__ = "case_file"
    __table_args__ = (
        UniqueConstraint("once_hash"),
        Index("ix_case_file_due_on", "due_on", "id"),
        _index("ix_case_file_open", "due_on", "id", where=_("status <> 'closed'")),
        _index("ix_case_file_closed", "due_on", "id", where=_("status = 'closed'")),
        *(
            _index(f"ix_case_file_{name}", *columns, where=where)
            for name, columns, where in _OF_THE_QUEUE
        ),
        Index("ix_case_file_customer_id", "customer_id", "received_at"),
        Index("ix_case_file_link_ends_at", "link_ends_at"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    reference: Mapped[str] = mapped_column(String(12), unique=True)
    person_id: Mapped[UUID | None] = mapped_column(index=True)
    customer_id: Mapped[UUID | None]
    email_hash: Mapped[bytes | None] = mapped_column(index=True)
    mailbox: Mapped[bytes | None]
    """A second keyed hash of the address, which tells mailboxes apart that are looked up alike;
    None: it names nobody, or came before this was kept."""
    nobodys_address: Mapped[bytes | None] = mapped_column(index=True)
    """The address's keyed hash, in a visitor's case that came between two owners of it, once one is
    erased: nothing else says that it is nobody's. Then `email_hash` names no address any more."""
    sealed: Mapped[bytes | None]
    once_hash: Mapped[bytes | None]
    topic: Mapped[str] = mapped_column(String(30))
    service: Mapped[str] = mapped_column(String(30))
    status: Mapped[str] = mapped_column(String(20))
    assigned_to: Mapped[UUID | None] = mapped_column(ForeignKey("staff_member.id"))
    kept_from: Mapped[UUID | None]
    """A colleague who may not have the case: it asks about a look of theirs."""
    received_at: Mapped[datetime]
    due_on: Mapped[date]
    closed_at: Mapped[datetime | None] = mapped_column(index=True)
    version: Mapped[int] = mapped_column(default=1)
    seen_number: Mapped[int | None]
    """The newest entry when its customer last opened it; None: all, before this was kept."""
    link_ends_at: Mapped[datetime | None]
    reminded_at: Mapped[datetime | None]
    skip_asked_by: Mapped[UUID | None]
    """The colleague who asked to go on without the customer's link; another must agree."""
    outcome: Mapped[str | None] = mapped_column(String(30))
    """How it ended; None while it is open, and where it was closed before this was kept."""
    channel: Mapped[str | None] = mapped_column(String(20))
    """By which way it came, where a colleague entered it; None: by a form of ours."""
    requester: Mapped[str | None] = mapped_column(String(20))
    """Who asks, where it is not the person themselves."""

    @property
    def names(self) -> tuple[bytes, bytes | None]:
        """The keyed hash of the address that a visitor's case names, and that of its mailbox."""
        return self.nobodys_address or self.email_hash or b"", self.mailbox


class CaseEntry(Base):
    """One entry of a case; its words, if any, are sealed like the case."""

    __tablename__ = "case_entry"
    __table_args__ = (Index("ix_case_entry_case_id", "case_id", "happened_at"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    case_id: Mapped[UUID] = mapped_column(ForeignKey("case_file.id", ondelete="CASCADE"))
    number: Mapped[int]
    step: Mapped[str] = mapped_column(String(20))
    happened_at: Mapped[datetime]
    actor_kind: Mapped[str] = mapped_column(String(20))
    actor_id: Mapped[UUID | None] = mapped_column(index=True)
    """A colleague; nobody else's id stands here, for a case may outlive whoever added to it."""
    actor_role: Mapped[str | None] = mapped_column(String(30))
    """What a colleague did at the desk at that time; with their id it outlives the words."""
    sealed: Mapped[bytes | None]


def is_open() -> ColumnElement[bool]:
    """Return the SQL condition for an open case.

    The value is a literal, so that the planner can match the partial index
    (sqlite.org/partialindex.html).
    """
    return CaseRow.status != literal(_CLOSED, literal_execute=True)


def is_ours() -> ColumnElement[bool]:
    """Return the SQL condition for an open case in which nobody waits for whoever sent it."""
    return is_open() & (CaseRow.status != literal(_WAITING, literal_execute=True))


def is_closed() -> ColumnElement[bool]:
    """Return the SQL condition for a closed case, with a literal as in `is_open`."""
    return CaseRow.status == literal(_CLOSED, literal_execute=True)


def are_theirs(customer_id: CustomerId) -> ColumnElement[bool]:
    """Return the SQL condition for a customer's cases: sent signed in, or from their address.

    Sent signed in, whatever address was typed. As a visitor, if the address was typed while they
    had it or before anybody had it, and from the same mailbox. Listing, counting, copying and
    erasing all use this and nothing else.
    """
    return CaseRow.id.in_(union_all(*select_theirs(customer_id)))


def are_shown(customer_id: CustomerId, now: datetime) -> ColumnElement[bool]:
    """Return the SQL condition for a customer's cases that any page shows them.

    What is past its end they are shown no more: only a legal hold keeps it.
    """
    return are_theirs(customer_id) & is_past(now).is_not(true())


def is_past(now: datetime) -> ColumnElement[bool]:
    """Return the SQL condition for cases whose words are past their end, held or not."""
    return CaseRow.closed_at < now - KEPT_AFTER_CLOSING


def select_theirs(customer_id: CustomerId) -> tuple[Select[Any], Select[Any]]:
    """Return the query for a customer's cases: those sent signed in, or as a visitor."""
    own, seen = aliased(CaseRow), aliased(CaseRow)
    from_theirs = sent_from_theirs(
        seen.id, (seen.email_hash, seen.mailbox), seen.received_at, customer_id
    )
    return (
        select(own.id).where(own.customer_id == customer_id),
        from_theirs.where(seen.customer_id.is_(None)),
    )


def owner_of() -> ColumnElement[UUID | None]:
    """Return the SQL expression for the owner of a case, as `find_owner` does.

    Whoever sent it signed in, whatever address was typed; for a visitor's case whoever had the
    address when it was sent, or had it first, whatever address they have by now. `sent_from_theirs`
    says which are nobody's.
    """
    contact = aliased(ContactHash)
    had_it = contact.ended_at.is_(None) | (contact.ended_at > CaseRow.received_at)
    names = CaseRow.email_hash, CaseRow.mailbox
    stands_alone = is_nobodys(contact, names, CaseRow.received_at)
    stands_alone |= contact.channel == UNDONE
    named = (
        select(case((stands_alone, None), else_=contact.customer_id))
        .where(names_address(contact, UNDONE) & had_it)
        .order_by(contact.ended_at.is_(None), contact.ended_at)
        .limit(1)
    )
    return func.coalesce(CaseRow.customer_id, named.correlate_except(contact).scalar_subquery())


def names_address(contact: type[ContactHash], *besides: str) -> ColumnElement[bool]:
    """Return whether a visitor's case names an address, and its mailbox as far as that is known."""
    channels = contact.channel.in_((Channel.EMAIL, *besides))
    is_visitors = CaseRow.customer_id.is_(None) & channels
    is_it = (contact.value_hash == CaseRow.email_hash) & is_of_mailbox(
        contact.mailbox, CaseRow.mailbox
    )
    return is_visitors & is_it


def are_free(work: Work) -> ColumnElement[bool]:
    """Return the SQL condition for cases without a legal hold on them or on their owner.

    A hold on a customer covers what they sent as a visitor as well, as in `are_theirs`.
    """
    sent = sent_from_theirs(
        LegalHold.id,
        (CaseRow.email_hash, CaseRow.mailbox),
        CaseRow.received_at,
        LegalHold.customer_id,
    )
    is_held = sent.where(is_active(london_day(work.now)), CaseRow.customer_id.is_(None))
    return case_is_free(work, CaseRow.id, CaseRow.customer_id) & ~is_held.exists()
