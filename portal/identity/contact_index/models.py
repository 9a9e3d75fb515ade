"""Tables of the contact hashes room."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import (
    JSON,
    ColumnElement,
    ForeignKey,
    Index,
    Select,
    String,
    literal,
    select,
    text,
    update,
)
from sqlalchemy.orm import Mapped, Session, aliased, mapped_column

from portal.identity.contact_index.rules import Channel
from portal.platform.core.database import Base
from portal.platform.core.ids import CustomerId
from portal.platform.core.rows import Owner, is_of_mailbox
from portal.platform.core.texts import _

LACKS_MAILBOX = _("mailbox IS NULL AND channel = 'email' AND ended_at IS NULL")


class ContactHash(Base):
    """A contact of a customer, as a keyed hash, by channel.

    `agreed` is everything that they agree to today, so that a million are read in one scan. A
    contact that is no longer used stays as a former one, with `ended_at`: an old list or an old
    link that names it is still theirs. Each period in which they had an email address is a row
    (`tenure`, from one).
    """

    __tablename__ = "contact_mark"
    __table_args__ = (
        Index("ix_contact_mark_value_hash", "value_hash"),
        Index(
            "ix_contact_mark_lacks_mailbox",
            "customer_id",
            sqlite_where=text(LACKS_MAILBOX),
            postgresql_where=text(LACKS_MAILBOX),
        ),
    )

    customer_id: Mapped[UUID] = mapped_column(ForeignKey("customer.id"), primary_key=True)
    channel: Mapped[str] = mapped_column(String(20), primary_key=True)
    value_hash: Mapped[bytes] = mapped_column(primary_key=True)
    tenure: Mapped[int] = mapped_column(primary_key=True, default=1, server_default="1")
    agreed: Mapped[list[str]] = mapped_column(JSON)
    began_at: Mapped[datetime | None]
    """None: it was theirs before this was kept."""
    ended_at: Mapped[datetime | None]
    theirs_from: Mapped[datetime | None]
    """From when on what names an e-mail address is theirs: noted when another customer who had it
    before is erased, since nothing else says afterwards that it was somebody's already."""
    passed_on: Mapped[bool | None]
    """Whether another customer, who is erased by now, had the e-mail address after them: nothing
    else says that they were not the last."""
    mailbox: Mapped[bytes | None]
    """Of an e-mail address a second keyed hash, which tells mailboxes apart that are looked up
    alike; None: marked before this was kept."""


def lacks_mailbox() -> ColumnElement[bool]:
    """Return the SQL condition: hash of a current email address whose `mailbox` is missing yet."""
    is_email = ContactHash.channel == literal("email", literal_execute=True)
    return ContactHash.mailbox.is_(None) & is_email & ContactHash.ended_at.is_(None)


class UnindexedCustomer(Base):
    """A customer from before there were contact hashes, who has none yet."""

    __tablename__ = "unmarked_customer"

    customer_id: Mapped[UUID] = mapped_column(ForeignKey("customer.id"), primary_key=True)
    agreed: Mapped[list[str]] = mapped_column(JSON)


def sent_from_theirs(
    key: Owner, names: tuple[Owner, Owner], sent_at: Owner, customer_id: CustomerId | Owner
) -> Select[tuple[UUID]]:
    """Return the SQL condition on rows (`key`) sent from an address while a customer had it.

    Or before anybody had it: then they are its first owner's. What was sent after one customer gave
    it up and before another had it is nobody's, because it could be anybody's; between two periods
    of one customer it is theirs. `names` of a row are the keyed hash that the address is looked up
    by, and that of its mailbox; what came from another mailbox is not theirs.
    """
    mine, other = aliased(ContactHash), aliased(ContactHash)
    is_earlier = mine.ended_at.is_(None) | (other.ended_at < mine.ended_at)
    of_other = select(other.customer_id).where(
        _is_of_address(other, names),
        other.customer_id != customer_id,
        other.ended_at > sent_at,
        is_earlier,
    )
    return (
        select(key)
        .join(mine, mine.value_hash == names[0])
        .where(
            _is_of_address(mine, names),
            mine.customer_id == customer_id,
            mine.ended_at.is_(None) | (mine.ended_at > sent_at),
            ~of_other.correlate_except(other).exists(),
            ~is_nobodys(mine, names, sent_at),
        )
    )


def note_later(session: Session, row: ContactHash, **values: datetime | bool | None) -> None:
    """Update a row of a customer who is not locked; it may be gone by then."""
    is_it = (
        (ContactHash.customer_id == row.customer_id)
        & (ContactHash.channel == row.channel)
        & (ContactHash.value_hash == row.value_hash)
        & (ContactHash.tenure == row.tenure)
    )
    session.execute(
        update(ContactHash).where(is_it).values(values),
        execution_options={"synchronize_session": False},
    )


def is_nobodys(
    mine: type[ContactHash], names: tuple[Owner, Owner], sent_at: Owner
) -> ColumnElement[bool]:
    """Return the SQL condition: sent before a customer's period, but after another had it.

    Unless the customer had the address in between. A period without a known start counts as begun.
    """
    other, own = aliased(ContactHash), aliased(ContactHash)
    is_own_later = (
        select(own.customer_id)
        .where(
            _is_of_address(own, names),
            own.customer_id == mine.customer_id,
            own.ended_at <= sent_at,
            own.ended_at >= other.ended_at,
        )
        .correlate_except(own)
    )
    of_other = (
        select(other.customer_id)
        .where(
            _is_of_address(other, names),
            other.customer_id != mine.customer_id,
            other.ended_at <= sent_at,
            ~is_own_later.exists(),
        )
        .correlate_except(other)
    )
    is_before = mine.began_at.is_not(None) & (mine.began_at > sent_at)
    is_known = mine.theirs_from.is_not(None) & (mine.theirs_from > sent_at)
    return is_known | (is_before & of_other.exists())


def _is_of_address(contact: type[ContactHash], names: tuple[Owner, Owner]) -> ColumnElement[bool]:
    email_hash, mailbox = names
    is_it = (contact.value_hash == email_hash) & is_of_mailbox(contact.mailbox, mailbox)
    return is_it & (contact.channel == Channel.EMAIL)
