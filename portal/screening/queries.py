"""Reading how every number or address stands to a campaign: one scan, no join, little memory."""

from sqlalchemy import ColumnElement, Text, cast, exists, func, select
from sqlalchemy.orm import aliased

from portal.kernel.compact import HASH_BYTES, Hashes
from portal.kernel.work import Work
from portal.marks.models import ContactMark
from portal.marks.rules import Channel
from portal.preferences.rules import Choice
from portal.screening.rules import Campaign, Standings


def get_standings(work: Work, campaign: Campaign) -> Standings:
    """Return how each number or address of a customer, or of a suppression, stands to a campaign.

    What is not known to be a yes is a no. For texts the numbers that somebody gave for calls
    are known as well: theirs is no stranger's.
    """
    channel = campaign.channel
    wanted = f'"{Choice(campaign.purpose, channel).value}"'
    agrees = cast(ContactMark.agreed, Text).contains(wanted, autoescape=True)
    is_yes = agrees & (ContactMark.channel == channel)
    is_known = _is_known_by(channel)
    suppressed = b"".join(one[:HASH_BYTES] for one in work.vault.ledger.each_suppressed(channel))
    return Standings(
        agreed=Hashes(_read_hashes(work, is_known & is_yes)),
        refused=Hashes(_read_hashes(work, is_known & ~is_yes)),
        suppressed=Hashes(suppressed),
    )


def _read_hashes(work: Work, wanted: ColumnElement[bool]) -> bytes:
    """Return the starts of many hashes, put together by the database: a row each takes longer."""
    start = func.substr(ContactMark.value_hash, 1, HASH_BYTES)
    is_sqlite = work.session.get_bind().dialect.name == "sqlite"
    spelled = func.hex(start) if is_sqlite else func.encode(start, "hex")
    found = work.session.scalar(select(func.aggregate_strings(spelled, "")).where(wanted))
    return bytes.fromhex(found or "")


def _is_known_by(channel: Channel) -> ColumnElement[bool]:
    mine = ContactMark.channel == channel
    if channel is not Channel.TEXT:
        return mine
    text = aliased(ContactMark)
    is_mobile = exists().where(
        text.customer_id == ContactMark.customer_id,
        text.channel == Channel.TEXT,
        text.value_hash == ContactMark.value_hash,
    )
    return mine | (ContactMark.channel == Channel.TELEPHONE) & ~is_mobile
