"""Reading who is on the way out, what leaving would do, and whether anything is left."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, LargeBinary, Table, and_, false, func, or_, select

from portal.consent.marketing.queries import list_refused
from portal.consent.marketing.rules import choices_of
from portal.consent.purposes.queries import get_catalogue
from portal.consent.purposes.rules import PurposeKind
from portal.erasure.cancellation.models import BORN_AT, CancellationUnderway, looked_at
from portal.erasure.cancellation.rules import (
    LAST_LETTER,
    LONGEST_PAUSE,
    THINKING,
    Preview,
    PreviewLine,
    When,
    copies_gone_on,
    read_deleted,
    read_kept,
)
from portal.erasure.connector_erasures.held import list_stays
from portal.governance.legal_holds.models import person_is_free
from portal.identity.accounts.models import CustomerRow
from portal.identity.accounts.queries import get_customer
from portal.identity.contact_index.models import ContactHash
from portal.identity.contact_index.queries import list_email_traces, list_ever_marked, list_others
from portal.identity.contact_index.rules import Channel
from portal.identity.contact_index.service import list_hashes
from portal.messaging.email.models import EmailState, OutboxEmail
from portal.platform.core.clock import london_day
from portal.platform.core.database import Moment
from portal.platform.core.holdings import Register, Trace, Traces
from portal.platform.core.ids import CustomerId
from portal.platform.core.ledger import Suppressed
from portal.platform.core.rows import count_shown, is_of_mailbox
from portal.platform.core.work import Work
from portal.platform.runtime import ErasureContext


def list_unfinished(work: Work, limit: int = 50) -> list[CustomerId]:
    """Return customers whose cancellation was begun a while ago and not finished.

    Among them are those for whom a clock that was wrong has planned the next look.
    """
    next_look_at = CancellationUnderway.next_look_at
    rows = work.session.scalars(
        select(CancellationUnderway.customer_id)
        .where(or_(next_look_at <= work.now, next_look_at > work.now + LONGEST_PAUSE))
        .order_by(CancellationUnderway.next_look_at)
        .limit(limit)
    )
    return [CustomerId(row) for row in rows]


def list_due(work: Work, limit: int = 50) -> list[CustomerId]:
    """Return customers whose seven days have passed and whom no legal hold keeps."""
    rows = work.session.scalars(
        select(CustomerRow.id)
        .where(
            CustomerRow.leaves_at <= work.now,
            CustomerRow.decided_at.is_(None),
            person_is_free(work, CustomerRow.id),
        )
        .order_by(CustomerRow.leaves_at)
        .limit(limit)
    )
    return [CustomerId(row) for row in rows]


def list_last_emails(work: Work) -> list[UUID]:
    """Return the last emails that have not gone, as far as this database knows.

    Those that are held back belong to an erasure that is not finished.
    """
    is_last = OutboxEmail.kind == LAST_LETTER
    held_for = select(CancellationUnderway.last_letter_id)
    waits = OutboxEmail.state == EmailState.WAITING
    query = select(OutboxEmail.id).where(is_last, waits | OutboxEmail.id.in_(held_for))
    return list(work.session.scalars(query))


def list_last_emails_of(work: Work, customer_ids: Iterable[UUID]) -> dict[UUID, UUID]:
    """Return the last email of each of these customers whose erasure is not finished."""
    query = select(CancellationUnderway.customer_id, CancellationUnderway.last_letter_id)
    found = query.where(CancellationUnderway.customer_id.in_(list(customer_ids)))
    return {row.customer_id: row.last_letter_id for row in work.session.execute(found)}


def get_preview(
    work: Work, context: ErasureContext, customer_id: CustomerId, when: When = When.NOW
) -> Preview:
    """Return what cancelling everything would do to a customer; raises `NotFoundError`.

    Before they have decided, nothing tells them of a legal hold: no line, and no later day.
    """
    get_customer(work, customer_id)
    told = tuple(one for one in context.register if one.told_first)
    counted = {one.category: count_shown(work, one, customer_id) for one in told}
    erased_at = work.now + THINKING[when]
    others = tuple(one.name for one in context.other_systems if one.connector)
    return Preview(
        deleted=tuple(
            PreviewLine(what=what, number=number)
            for what, number in read_deleted(told, counted).items()
        ),
        kept=read_kept(told, counted, london_day(erased_at), list_stays(context.other_systems)),
        others=others,
        loose_ends=tuple(end for one in told for end in one.loose_ends(work, customer_id)),
        deleted_on=london_day(erased_at),
        copies_gone_on=copies_gone_on(erased_at, context.copies_kept),
    )


def count_records(work: Work, register: Register, customer_id: CustomerId) -> dict[str, int]:
    """Return how many records there are of a customer, by category."""
    return {one.category: one.count(work, customer_id) for one in register}


def list_suppressed(work: Work, customer_id: CustomerId) -> list[Suppressed]:
    """Return the keyed hashes that stay of what somebody said no to marketing for.

    Of every address and number they ever had, for an old list may have an old one; but for those
    that are another customer's today.
    """
    channels, choices = list_refused(work, customer_id)
    single = {Channel(one.channel) for one in choices}
    return sorted(
        {
            *_list_contacts(work, customer_id, channels),
            *(
                (choice.value, value_hash)
                for channel, value_hash in _list_contacts(work, customer_id, sorted(single))
                for choice in choices
                if choice.channel == channel
            ),
        }
    )


def list_noted(work: Work, customer_id: CustomerId) -> list[Suppressed]:
    """Return the keyed hashes that the ledger has by now, of any contact that was ever theirs.

    Whoever put them there (a link, a colleague, a command): they stay when the customer goes.
    """
    choices = choices_of(get_catalogue(work), PurposeKind)
    asked = [
        (kind, value_hash)
        for channel, value_hash in _list_contacts(work, customer_id, list(Channel))
        for kind in (channel, *(one.value for one in choices if one.channel == channel))
    ]
    return sorted(work.vault.ledger.list_suppressed(asked))


def _list_contacts(work: Work, customer_id: CustomerId, channels: list[Channel]) -> set[Suppressed]:
    """Return the keyed hashes of all by which a customer was ever reached by some channels."""
    present = list_hashes(work, get_customer(work, customer_id).details.reach, *channels)
    return {*present, *list_ever_marked(work, customer_id, channels)}


def list_traces(work: Work, customer_id: UUID) -> Traces:
    """Return what the tables are searched for once somebody is erased.

    The keyed hash of every e-mail address that they ever confirmed, but for those that are another
    customer's today.
    """
    return list_own_traces(work, customer_id, list_email_traces(work, customer_id))


def list_own_traces(work: Work, customer_id: UUID, traces: Traces) -> Traces:
    """Leave out the addresses that are another customer's by now: what names them is theirs."""
    others = list_others(work, customer_id, [one.value_hash for one in traces])
    return tuple(one for one in traces if one.value_hash not in others)


def list_leftovers(work: Work, customer_id: UUID, traces: Traces) -> dict[str, int]:
    """Look through every table, by id and by keyed hash; return what was found, by column.

    One statement; each column that is asked has an index, so that it costs the same however
    many customers there are.
    """
    asked = {
        f"{table.name}.{name}": select(func.count())
        .select_from(table)
        .where(_speaks_of(table, name, customer_id, traces))
        .scalar_subquery()
        for table, name in looked_at()
    }
    row = work.session.execute(select(*(query.label(name) for name, query in asked.items()))).one()
    return {name: number for name, number in zip(asked, row, strict=True) if number}


def _speaks_of(table: Table, name: str, customer_id: UUID, traces: Traces) -> ColumnElement[bool]:
    column = table.columns[name]
    if not isinstance(column.type, LargeBinary):
        return column == customer_id
    born_at = table.columns.get(BORN_AT.get(table.name, ""))
    named = or_(false(), *(_is_named(column, born_at, one) for one in traces))
    if table.name == ContactHash.__tablename__:  # another customer may have had the address too
        return named & (table.columns["customer_id"] == customer_id)
    return named


def _is_named(
    column: ColumnElement[Any], born_at: ColumnElement[Any] | None, trace: Trace
) -> ColumnElement[bool]:
    is_it, mailbox = column == trace.value_hash, column.table.columns.get("mailbox")
    if mailbox is not None:
        is_it &= is_of_mailbox(mailbox, trace.mailbox)
    if born_at is None:
        return and_(is_it)
    between: tuple[Any, Any] = trace.since, trace.until
    if not isinstance(born_at.type, Moment):  # seconds since 1970
        between = int(trace.since.timestamp()), int(trace.until.timestamp())
    return and_(is_it, born_at >= between[0], born_at < between[1])
