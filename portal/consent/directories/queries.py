"""Reading directory entries and enrolments."""

from collections.abc import Sequence
from contextlib import suppress
from datetime import date, datetime

from sqlalchemy import select

from portal.consent.directories.models import DirectoryChange, DirectoryEntries, EnrolmentRow
from portal.consent.directories.rules import (
    ENDING,
    VIA,
    DirectoryEntry,
    Enrolment,
    Entries,
    EntryChange,
    EntrySource,
    ListedNumbers,
    Listing,
    PreferenceService,
    describe,
    registered_by,
)
from portal.identity.accounts.queries import get_customer
from portal.identity.accounts.rules import Details
from portal.platform.core.ids import CustomerId
from portal.platform.core.sealing import place
from portal.platform.core.work import Work


def get_entries(work: Work, customer_id: CustomerId) -> Entries:
    """Return the listings of a customer's numbers; none where nothing was ever chosen."""
    row = work.session.get(DirectoryEntries, customer_id)
    if row is None:
        return Entries(0, {})
    words = work.vault.open(customer_id, place("directory_entries", customer_id), row.sealed)
    read = {
        one["number"]: DirectoryEntry(
            one["key"],
            frozenset(Listing(listing) for listing in one["on"]),
            datetime.fromisoformat(one["at"]),
            EntrySource(one["via"]),
        )
        for one in words["numbers"]
    }
    return Entries(row.version, read)


def list_changes(work: Work, customer_id: CustomerId, limit: int) -> list[EntryChange]:
    """Return the latest choices, newest first."""
    rows = work.session.scalars(
        select(DirectoryChange)
        .where(DirectoryChange.customer_id == customer_id)
        .order_by(DirectoryChange.changed_at.desc(), DirectoryChange.listing, DirectoryChange.id)
        .limit(limit)
    )
    return [_read_change(work, row) for row in rows]


def list_off_since(work: Work, customer_id: CustomerId, at: str) -> ListedNumbers:
    """Return the listings turned off, for any number, after a moment in ISO 8601.

    A moment that cannot be read counts as long ago.
    """
    turned = select(DirectoryChange.listing).where(
        DirectoryChange.customer_id == customer_id, ~DirectoryChange.agreed
    )
    with suppress(ValueError):
        moment = datetime.fromisoformat(at)
        if moment.tzinfo is not None:
            turned = turned.where(DirectoryChange.changed_at > moment)
    return frozenset(Listing(one) for one in work.session.scalars(turned.distinct()))


def list_on_since(
    work: Work, customer_id: CustomerId, moment: datetime
) -> set[tuple[str, Listing]]:
    """Return the listings turned on since a moment, each with the last digits of its number."""
    rows = work.session.scalars(
        select(DirectoryChange).where(
            DirectoryChange.customer_id == customer_id,
            DirectoryChange.agreed,
            DirectoryChange.changed_at >= moment,
        )
    )
    return {(_read_ending(work, row), Listing(row.listing)) for row in rows}


def list_enrolments(work: Work, customer_id: CustomerId) -> list[Enrolment]:
    """Return a customer's enrolments with preference services, and what changed since each.

    One statement if there are none; the customer is not read then.
    """
    query = select(EnrolmentRow).where(EnrolmentRow.customer_id == customer_id)
    rows = work.session.scalars(query.order_by(EnrolmentRow.service.desc())).all()
    if not rows:
        return []
    details = get_customer(work, customer_id).details
    return [_read_enrolment(work, row, details) for row in rows]


def list_entry_keys(work: Work, words: Sequence[str]) -> list[str]:
    """Return keyed hashes of what somebody registered, in hex."""
    return [work.vault.lookup_hash("enrolled", one).hex() for one in words]


def _read_change(work: Work, row: DirectoryChange) -> EntryChange:
    title = describe(Listing(row.listing), _read_ending(work, row), is_on=row.agreed)
    return EntryChange(title, row.changed_at, VIA[EntrySource(row.via)])


def _read_ending(work: Work, row: DirectoryChange) -> str:
    words = work.vault.open(row.customer_id, place("directory_change", row.id), row.sealed)
    ending: str = words["ending"]
    return ending


def _read_enrolment(work: Work, row: EnrolmentRow, details: Details) -> Enrolment:
    service = PreferenceService(row.service)
    words = work.vault.open(row.customer_id, place("preference_enrolment", row.id), row.sealed)
    covered = list(registered_by(service, details))
    keys = zip(list_entry_keys(work, covered), covered, strict=True)
    new = [one for key, one in keys if key not in words["marks"]]
    is_number = service is PreferenceService.TELEPHONE
    changed = tuple(one[-ENDING:] if is_number else "" for one in new)
    return Enrolment(service, date.fromisoformat(words["day"]), changed)
