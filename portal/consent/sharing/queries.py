"""Reading the ledger of sharing."""

from collections.abc import Sequence

from sqlalchemy import select

from portal.consent.marketing.models import MarketingChoices
from portal.consent.marketing.queries import get_choices, list_last_said
from portal.consent.marketing.rules import Choice
from portal.consent.purposes.queries import list_versions
from portal.consent.purposes.rules import YES, Purpose
from portal.consent.sharing.models import HandoverRow
from portal.consent.sharing.rules import Handover, Recipient, Stopped
from portal.identity.accounts.models import CustomerRow
from portal.identity.accounts.queries import list_customers
from portal.identity.contact_index.models import ContactHash
from portal.identity.contact_index.rules import Channel
from portal.platform.core.ids import CustomerId
from portal.platform.core.rows import has_word
from portal.platform.core.sealing import place
from portal.platform.core.work import Work

AT_ONCE = 500
"""How many people one statement asks about."""


def list_recipients(work: Work, customer_id: CustomerId, limit: int) -> list[Recipient]:
    """Return the companies that received a customer's details, the latest first.

    At most so many disclosures. How to make a company stop is as the newest catalogue has it.
    """
    rows = work.session.scalars(
        select(HandoverRow)
        .where(HandoverRow.customer_id == customer_id)
        .order_by(HandoverRow.shared_at.desc(), HandoverRow.purpose, HandoverRow.id)
        .limit(limit)
    ).all()
    if not rows:
        return []
    agreed, versions = get_choices(work, customer_id).agreed, list_versions(work)
    said = {(version.number, one.key): one for version in versions for one in version.purposes}
    found: dict[str, list[Handover]] = {}
    for row in rows:
        what = said[row.wording, row.purpose].text
        found.setdefault(row.purpose, []).append(Handover(row.shared_at, row.agreement, what))
    recipients = []
    for key, handovers in found.items():
        today = said[versions[0].number, key]
        is_on = today.is_offered and Choice(key, YES) in agreed
        recipients.append(Recipient(key, today.title, today.stop, is_on, tuple(handovers)))
    return recipients


def list_agreeing(work: Work, purpose: str, hashes: Sequence[bytes]) -> list[CustomerId]:
    """Return the customers who agree to a company, of those with these hashes of addresses.

    They cannot be erased before the commit (`FOR KEY SHARE`); signing in and saving does not wait
    for it.
    """
    rows = work.session.scalars(
        select(CustomerRow.id)
        .join(ContactHash, ContactHash.customer_id == CustomerRow.id)
        .where(
            CustomerRow.decided_at.is_(None),
            ContactHash.channel == Channel.EMAIL,
            ContactHash.ended_at.is_(None),
            ContactHash.value_hash.in_(hashes),
            has_word(ContactHash.agreed, Choice(purpose, YES).value),
        )
        .order_by(CustomerRow.id)
        .with_for_update(read=True, key_share=True, of=CustomerRow)
    )
    return [CustomerId(row) for row in rows]


def list_stopped(work: Work, purpose: Purpose) -> list[Stopped]:
    """Return, by agreement, whose details a company has although they do not agree to it today.

    Each address that it received is a line: the company knows no other. A company that is no longer
    offered may use nothing of anybody.
    """
    choice = Choice(purpose.key, YES)
    query = (
        select(HandoverRow)
        .join(MarketingChoices, MarketingChoices.customer_id == HandoverRow.customer_id)
        .where(HandoverRow.purpose == purpose.key)
        .order_by(HandoverRow.shared_at, HandoverRow.customer_id)
    )
    if purpose.is_offered:
        query = query.where(~has_word(MarketingChoices.agreed, choice.value))
    rows = work.session.scalars(query).all()
    found: dict[tuple[CustomerId, str, str], Stopped] = {}
    for start in range(0, len(rows), AT_ONCE):
        some = rows[start : start + AT_ONCE]
        ids = list({CustomerId(row.customer_id) for row in some})
        customers = {one.id: one for one in list_customers(work, ids)}
        said = list_last_said(work, ids, choice)
        for row in some:
            customer = customers.get(CustomerId(row.customer_id))
            if customer is None:
                continue
            word, email = said.get(customer.id), _read_email(work, row) or customer.details.email
            stopped_at = word.at if word and not word.agreed else None
            line = Stopped(email, row.agreement, row.shared_at, stopped_at)
            found[customer.id, row.agreement, email] = line
    return sorted(found.values(), key=lambda one: one.shared_at)


def list_addresses(work: Work, customer_id: CustomerId) -> list[str]:
    """Return the addresses of a customer that companies received, as far as they are recorded."""
    rows = work.session.scalars(select(HandoverRow).where(HandoverRow.customer_id == customer_id))
    return sorted({email for row in rows if (email := _read_email(work, row))})


def _read_email(work: Work, row: HandoverRow) -> str:
    if row.sealed is None:
        return ""
    words = work.vault.find(row.customer_id, place("handover", row.id), row.sealed) or {}
    return str(words.get("email", ""))
