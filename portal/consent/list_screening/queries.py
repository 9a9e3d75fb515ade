"""Reading the consent of each number or address to a campaign: one scan, no join."""

from collections.abc import Collection, Iterable, Iterator
from itertools import chain, product

from sqlalchemy import ColumnElement, case, exists, literal, select
from sqlalchemy.orm import aliased

from portal.consent.list_screening.rules import Campaign, Consent, Consents
from portal.consent.marketing.rules import Choice
from portal.consent.purposes.rules import YES
from portal.identity.contact_index.models import ContactHash
from portal.identity.contact_index.rules import Channel
from portal.platform.core.rows import has_word
from portal.platform.core.work import Work

AT_ONCE = 500
"""Keyed hashes that are asked about together."""
ROWS_TOGETHER = 10_000
"""Rows that are fetched together."""


def get_consents(work: Work, campaign: Campaign) -> Consents:
    """Return the consent of each known number or address to a campaign, by keyed hash.

    What is not known to be a yes is a no. For text campaigns, numbers given for calls are included
    too, so they count as a customer's number without a yes rather than as unknown. Suppressions are
    included.
    """
    suppressed = chain.from_iterable(map(work.vault.ledger.each_suppressed, _refusals(campaign)))
    rows = _each_consent(work, campaign, _is_known_by(campaign.channel))
    return _keep_strongest(chain(rows, ((one, Consent.SUPPRESSED.value) for one in suppressed)))


def find_consents(work: Work, campaign: Campaign, hashes: Collection[bytes]) -> Consents:
    """Return the consent of those of some keyed hashes that are known, as `get_consents` does.

    For lists that are short in comparison with the number of customers.
    """
    asked, found = list(hashes), list[tuple[bytes, int]]()
    for first in range(0, len(asked), AT_ONCE):
        some = asked[first : first + AT_ONCE]
        known = _is_known_by(campaign.channel) & ContactHash.value_hash.in_(some)
        found += _each_consent(work, campaign, known)
        suppressed = work.vault.ledger.list_suppressed(product(_refusals(campaign), some))
        found += [(one, Consent.SUPPRESSED.value) for _, one in suppressed]
    return _keep_strongest(found)


def _refusals(campaign: Campaign) -> tuple[str, str]:
    """Return the kinds of suppression that withhold from a campaign: all, or its purpose alone."""
    return campaign.channel.value, Choice(campaign.purpose, campaign.channel).value


def _keep_strongest(pairs: Iterable[tuple[bytes, int]]) -> Consents:
    found: dict[bytes, int] = {}
    for value_hash, consent in pairs:
        if found.get(value_hash, -1) < consent:
            found[value_hash] = consent
    return found


def _each_consent(
    work: Work, campaign: Campaign, known: ColumnElement[bool]
) -> Iterator[tuple[bytes, int]]:
    """Yield contact hashes with their consent, all as of one moment, in batches."""
    asked_by = YES if campaign.is_shared else campaign.channel
    agrees = has_word(ContactHash.agreed, Choice(campaign.purpose, asked_by).value)
    is_yes = agrees & (ContactHash.channel == campaign.channel)
    is_over = ContactHash.ended_at.is_not(None)
    former, yes, no = (literal(one.value) for one in (Consent.FORMER, Consent.YES, Consent.NO))
    stands = case((is_over, former), (is_yes, yes), else_=no)
    query = select(ContactHash.value_hash, stands).where(known)
    rows = work.session.connection().execute(query, execution_options={"yield_per": ROWS_TOGETHER})
    yield from ((value_hash, consent) for value_hash, consent in rows)


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
