"""Reading canned replies and their versions."""

from uuid import UUID

from sqlalchemy import select

from portal.desk.canned_replies.models import CannedReplyRow, CannedReplyVersionRow
from portal.desk.canned_replies.rules import CannedReply, ReplyVersion
from portal.desk.case_records.rules import Topic
from portal.platform.core.errors import NotFoundError
from portal.platform.core.work import Work

NEWEST = (
    select(CannedReplyRow, CannedReplyVersionRow)
    .join(CannedReplyVersionRow, CannedReplyVersionRow.reply_id == CannedReplyRow.id)
    .where(CannedReplyVersionRow.number == CannedReplyRow.newest)
)


def list_replies(work: Work) -> list[CannedReply]:
    """Return all there are as they are offered today, the retired ones too; most used first."""
    order = CannedReplyRow.uses.desc(), CannedReplyVersionRow.title, CannedReplyRow.id
    return [_read_reply(*row) for row in work.session.execute(NEWEST.order_by(*order))]


def list_offered(work: Work, topic: Topic) -> list[CannedReply]:
    """Return those for a kind of request that are not retired; most used first."""
    return [
        one for one in list_replies(work) if one.retired_at is None and topic in one.version.topics
    ]


def get_reply(work: Work, reply_id: UUID) -> CannedReply:
    """Return one as it is offered today; raises `NotFoundError`."""
    found = work.session.execute(NEWEST.where(CannedReplyRow.id == reply_id)).first()
    if found is None:
        raise NotFoundError
    return _read_reply(*found)


def list_versions(work: Work, reply_id: UUID) -> list[ReplyVersion]:
    """Return every version of one, the newest first."""
    theirs = select(CannedReplyVersionRow).where(CannedReplyVersionRow.reply_id == reply_id)
    newest_first = theirs.order_by(CannedReplyVersionRow.number.desc())
    return [_read(row) for row in work.session.scalars(newest_first)]


def find_version(work: Work, reply_id: UUID, number: int) -> ReplyVersion | None:
    """Return a version of one; None where there is no such version."""
    row = work.session.get(CannedReplyVersionRow, (reply_id, number))
    return _read(row) if row is not None else None


def _read_reply(row: CannedReplyRow, version: CannedReplyVersionRow) -> CannedReply:
    return CannedReply(id=row.id, version=_read(version), uses=row.uses, retired_at=row.retired_at)


def _read(row: CannedReplyVersionRow) -> ReplyVersion:
    return ReplyVersion(
        number=row.number,
        title=row.title,
        topics=tuple(Topic(one) for one in row.topics),
        text=row.text,
        published_at=row.published_at,
    )
