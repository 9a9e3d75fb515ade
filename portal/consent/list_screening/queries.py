"""Reading how every number or address stands to a campaign: one scan, no join, little memory."""

from collections.abc import Iterable
from itertools import chain, product

from sqlalchemy import ColumnElement, LargeBinary, case, cast, exists, func, literal, select
from sqlalchemy.orm import aliased

from portal.consent.list_import.compact import (
    HASH_BYTES,
    Hashes,
    Places,
    Small,
    list_hashes,
    number_byte,
)
from portal.consent.list_screening.rules import ENDED, NUMBER_OF, THROUGH, Campaign, WithheldReason
from portal.consent.marketing.rules import Choice
from portal.consent.purposes.rules import YES
from portal.identity.contact_index.models import ContactHash
from portal.identity.contact_index.rules import Channel
from portal.platform.core.rows import has_word
from portal.platform.core.work import Work

AT_ONCE = 500


def get_consents(work: Work, campaign: Campaign) -> Hashes:
    """Return how each number or address of a customer, or of a suppression, stands to a campaign.

    What is not known to be a yes is a no. For texts the numbers that somebody gave for calls
    are known as well: theirs is no stranger's. Of several, the strongest counts: a suppression,
    a no, a yes.
    """
    suppressed = chain.from_iterable(map(work.vault.ledger.each_suppressed, _refusals(campaign)))
    return _gather(work, campaign, [_is_known_by(campaign.channel)], suppressed)


def _refusals(campaign: Campaign) -> tuple[str, str]:
    """Return the kinds of suppression that withhold from a campaign: all, or its purpose alone."""
    return campaign.channel.value, Choice(campaign.purpose, campaign.channel).value


def find_consents(work: Work, campaign: Campaign, together: bytes) -> tuple[Places, Small]:
    """Return which of several keyed hashes are known, and how those stand to a campaign.

    For lists that are short beside all customers; `together` they are one after the other.
    """
    asked = list_hashes(together)
    known = _is_known_by(campaign.channel)
    some: list[ColumnElement[bool]] = []
    suppressed: list[bytes] = []
    for first in range(0, len(asked), AT_ONCE):
        batch = asked[first : first + AT_ONCE]
        some.append(known & ContactHash.value_hash.in_(batch))
        asked_of = product(_refusals(campaign), batch)
        noted = work.vault.ledger.list_suppressed(asked_of)
        suppressed += [value_hash for _, value_hash in noted]
    return _gather(work, campaign, some, suppressed).find(together)


def _gather(
    work: Work,
    campaign: Campaign,
    some: list[ColumnElement[bool]],
    suppressed: Iterable[bytes],
) -> Hashes:
    """Return how contact hashes stand to a campaign; each condition is asked for by itself."""
    asked_by = YES if campaign.is_shared else campaign.channel
    agrees = has_word(ContactHash.agreed, Choice(campaign.purpose, asked_by).value)
    is_yes = agrees & (ContactHash.channel == campaign.channel)
    last = number_byte(NUMBER_OF[WithheldReason.SUPPRESSED])
    together = [_read_hashes(work, known, is_yes) for known in some]
    together += [one[:HASH_BYTES] + last for one in suppressed]
    return Hashes(b"".join(together))


def _read_hashes(work: Work, known: ColumnElement[bool], is_yes: ColumnElement[bool]) -> bytes:
    """Return the starts of many hashes, each with whether it stands for a yes, as of one moment.

    The database puts the bytes together: a row each takes longer.
    """
    yes, no, ended = map(number_byte, (THROUGH, NUMBER_OF[WithheldReason.NO], ENDED))
    start = func.substr(ContactHash.value_hash, 1, HASH_BYTES)
    is_over = ContactHash.ended_at.is_not(None)
    stands = case((is_over, literal(ended)), (is_yes, literal(yes)), else_=literal(no))
    each = start.op("||")(stands)
    is_sqlite = work.session.get_bind().dialect.name == "sqlite"
    join = func.group_concat(each, "") if is_sqlite else func.string_agg(each, b"")
    return bytes(work.session.scalar(select(cast(join, LargeBinary)).where(known)) or b"")


def _is_known_by(channel: Channel) -> ColumnElement[bool]:
    mine = ContactHash.channel == channel
    if channel is not Channel.TEXT:
        return mine
    text = aliased(ContactHash)
    is_mobile = exists().where(
        text.customer_id == ContactHash.customer_id,
        text.channel == Channel.TEXT,
        text.value_hash == ContactHash.value_hash,
        text.ended_at.is_(None),
    )
    return mine | (ContactHash.channel == Channel.TELEPHONE) & ~is_mobile
