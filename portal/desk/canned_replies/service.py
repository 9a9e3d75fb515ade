"""Publish replies in versions, retire them, and count in how many messages each was sent."""

from collections.abc import Collection
from dataclasses import fields
from uuid import UUID, uuid4

from sqlalchemy import select, update

from portal.desk.canned_replies import queries
from portal.desk.canned_replies.events import ReplyRetired, ReplyUsed, ReplyWritten
from portal.desk.canned_replies.models import CannedReplyRow, CannedReplyVersionRow
from portal.desk.canned_replies.rules import NewReply, RetiredReplyError
from portal.governance.audit.events import NOBODY
from portal.governance.audit.trail import record
from portal.identity.sessions.service import lock_session
from portal.platform.core.constraints import unless_taken
from portal.platform.core.errors import NotFoundError, StaleError
from portal.platform.core.ids import StaffId
from portal.platform.core.work import Work


def add_reply(work: Work, staff_id: StaffId, reply_id: UUID, new: NewReply) -> None:
    """Publish a new reply, under an id that its form was given.

    Raises `UnfitReplyError`, and `StaleError` where the same form was sent before; with other words
    in it, it is another reply.
    """
    lock_session(work)
    new.check()
    known = queries.find_version(work, reply_id, 1)
    if known is not None:
        if all(getattr(known, one.name) == getattr(new, one.name) for one in fields(NewReply)):
            raise StaleError
        reply_id = uuid4()
    with unless_taken(work, CannedReplyRow, "id", StaleError()):
        work.session.add(CannedReplyRow(id=reply_id, newest=1, uses=0))
    _publish(work, staff_id, reply_id, new, 1)


def change_reply(
    work: Work, staff_id: StaffId, reply_id: UUID, new: NewReply, version: int
) -> None:
    """Publish another version; the earlier ones stay to be read.

    Raises `RetiredReplyError`, `UnfitReplyError`, and `StaleError` where a colleague has published
    another version since.
    """
    lock_session(work)
    row = _get_locked_reply(work, reply_id)
    if row.retired_at is not None:
        raise RetiredReplyError
    if row.newest != version:
        raise StaleError
    new.check()
    row.newest = version + 1
    _publish(work, staff_id, reply_id, new, row.newest)


def retire_reply(work: Work, staff_id: StaffId, reply_id: UUID) -> bool:
    """Offer a reply no more, for good; tell whether it was offered until now."""
    lock_session(work)
    row = _get_locked_reply(work, reply_id)
    if row.retired_at is not None:
        return False
    row.retired_at, row.retired_by = work.now, staff_id
    record(work, ReplyRetired(NOBODY, reply_id))
    return True


def note_used(work: Work, reply_ids: Collection[UUID]) -> None:
    """Count one more message for each reply that was put into it; unknown ones are left out.

    In the order of their ids, so that no two colleagues wait for each other.
    """
    for reply_id in sorted(set(reply_ids)):
        counted = (
            update(CannedReplyRow)
            .where(CannedReplyRow.id == reply_id)
            .values(uses=CannedReplyRow.uses + 1)
            .returning(CannedReplyRow.newest)
        )
        number = work.session.scalar(counted)
        if number is not None:
            record(work, ReplyUsed(NOBODY, reply_id, number))


def _get_locked_reply(work: Work, reply_id: UUID) -> CannedReplyRow:
    query = select(CannedReplyRow).where(CannedReplyRow.id == reply_id).with_for_update()
    row = work.session.scalars(query).first()
    if row is None:
        raise NotFoundError
    work.take_moment()
    return row


def _publish(work: Work, staff_id: StaffId, reply_id: UUID, new: NewReply, number: int) -> None:
    work.session.add(
        CannedReplyVersionRow(
            reply_id=reply_id,
            number=number,
            title=new.title,
            topics=[one.value for one in new.topics],
            text=new.text,
            published_at=work.now,
            published_by=staff_id,
        )
    )
    record(work, ReplyWritten(NOBODY, reply_id, number))
