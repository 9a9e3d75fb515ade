"""Save the listings of numbers; note enrolments with preference services.

A choice belongs to the number, not to the profile field it is in: when a number is changed, the old
one is taken out of the directories, and the new one is in none until its owner chooses so.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import uuid4

from sqlalchemy import ColumnElement, delete, update

from portal.consent.directories import queries
from portal.consent.directories.events import EnrolmentTold, EnrolmentWithdrawn, EntryChanged
from portal.consent.directories.models import DirectoryChange, DirectoryEntries, EnrolmentRow
from portal.consent.directories.rules import (
    AT,
    BOXES,
    ENDING,
    Boxes,
    DirectoryEntry,
    Enrolment,
    Entries,
    EntrySource,
    ListedNumbers,
    Number,
    PreferenceService,
    describe,
    differing,
    number_of,
    numbers_of,
    read_boxes,
    registered_by,
    settle,
    spell_entry,
)
from portal.consent.webhooks.service import announce_entry
from portal.governance.audit.trail import record
from portal.identity.accounts.queries import get_customer
from portal.identity.accounts.rules import Details
from portal.identity.accounts.service import get_locked
from portal.platform.core.constraints import unless_taken
from portal.platform.core.database import deleted
from portal.platform.core.errors import DomainError, StaleError
from portal.platform.core.ids import CustomerId
from portal.platform.core.merging import MadeFrom, merge_words
from portal.platform.core.sealing import place
from portal.platform.core.work import Work


class LonelyError(DomainError):
    """Reverse search is ticked for numbers without a directory; `numbers` are as shown."""

    code = "lonely"

    def __init__(self, numbers: list[str]) -> None:
        super().__init__()
        self.numbers = numbers


class NoAddressError(DomainError):
    """Somebody has registered with the service for post, and their profile has no address."""

    code = "no-address"


@dataclass(frozen=True, slots=True)
class MergedEntry:
    """A merged form, and which boxes must be confirmed: all those of a number that is gone."""

    boxes: Boxes
    clashes: Boxes


def save_entries(
    work: Work, customer_id: CustomerId, wanted: Mapping[str, ListedNumbers], version: int
) -> int:
    """Save the listings of each of a customer's numbers; return how many choices changed.

    A number that is not in `wanted` is ex-directory. Raises `StaleError` when choices or numbers
    have changed since the version was read, and for a number that is not theirs.
    """
    get_locked(work, customer_id)
    numbers = {one.spelled for one in numbers_of(get_customer(work, customer_id).details)}
    before = queries.get_entries(work, customer_id)
    if version != before.version or not wanted.keys() <= numbers:
        raise StaleError
    after, changes = dict(before.by_number), 0
    for number in sorted(numbers):
        listed = settle(wanted.get(number, frozenset()))
        known = before.by_number.get(number)
        entry = DirectoryEntry(
            known.key if known else uuid4().hex, listed, work.now, EntrySource.WEBSITE
        )
        made = _note(work, customer_id, number, before.on(number), entry)
        if made:
            after[number] = entry
        changes += made
    if changes:
        _replace(work, customer_id, Entries(before.version, after))
    return changes


def settle_boxes(
    work: Work, customer_id: CustomerId, sent: Boxes, made_from: MadeFrom
) -> MergedEntry:
    """Return a form merged with the entries and numbers as saved now."""
    numbers = numbers_of(get_customer(work, customer_id).details)
    saved = queries.get_entries(work, customer_id)
    is_newest = made_from.version == saved.version
    at = made_from.values.get(AT, "")
    off = frozenset() if is_newest else queries.list_off_since(work, customer_id, at)
    return _settle(saved, numbers, sent, made_from, off)


def save_form(work: Work, customer_id: CustomerId, sent: Boxes, made_from: MadeFrom) -> int:
    """Save what a form changed; others' changes stay. Return how many choices changed.

    Raises `StaleError` when a box must be confirmed (see `settle_boxes`), and `LonelyError`.
    """
    get_locked(work, customer_id)
    settled = settle_boxes(work, customer_id, sent, made_from)
    if settled.clashes:
        raise StaleError
    lonely = _find_lonely(numbers_of(get_customer(work, customer_id).details), settled.boxes)
    if lonely:
        raise LonelyError(lonely)
    saved = queries.get_entries(work, customer_id)
    version = made_from.version if made_from.words(BOXES) is None else saved.version
    return save_entries(work, customer_id, read_boxes(settled.boxes), version)


def follow_numbers(work: Work, customer_id: CustomerId, before: Details, after: Details) -> int:
    """Take numbers that left the profile out of all directories; return how many choices ended.

    Part of the change of the profile. A number that only moved to another field keeps its choices.
    """
    old, new = ({one.spelled for one in numbers_of(details)} for details in (before, after))
    if old == new:
        return 0
    entries, ended = queries.get_entries(work, customer_id), 0
    for number in sorted(entries.by_number.keys() - new):
        known = entries.by_number[number]
        end = DirectoryEntry(known.key, frozenset(), work.now, EntrySource.NUMBER_GONE)
        ended += _note(work, customer_id, number, known.on, end)
    left = {number: one for number, one in entries.by_number.items() if number in new}
    _replace(work, customer_id, Entries(entries.version, left))
    return ended


def take_back_since(work: Work, customer_id: CustomerId, since: datetime) -> list[str]:
    """Turn off what was turned on since a moment, when the account may have been in other hands.

    The customer is locked. Returns what was turned off, in words.
    """
    turned, titles = queries.list_on_since(work, customer_id, since), list[str]()
    if not turned:
        return titles
    entries = queries.get_entries(work, customer_id)
    after = dict(entries.by_number)
    for number, known in sorted(entries.by_number.items()):
        if known.at < since:  # another number with the same last digits
            continue
        left = settle(known.on - {one for end, one in turned if number.endswith(end)})
        gone = DirectoryEntry(known.key, left, work.now, EntrySource.UNDOING)
        if _note(work, customer_id, number, known.on, gone):
            after[number] = gone
            off = differing(known.on, left)
            titles += [describe(one, number[-ENDING:], is_on=is_on) for one, is_on in off]
    if titles:
        _replace(work, customer_id, Entries(entries.version, after))
    return titles


def enrol(
    work: Work,
    customer_id: CustomerId,
    service: PreferenceService,
    registered_on: date,
    shown: Collection[str] | None = None,
) -> None:
    """Note that a customer has registered what they have today with a preference service.

    `shown` is what the page showed as registered, if they come by one: raises `StaleError` where it
    is not what they have today, and `NoAddressError` where there is nothing to get post at.
    """
    get_locked(work, customer_id)
    covered = registered_by(service, get_customer(work, customer_id).details)
    if shown is not None and set(shown) != covered.keys():
        raise StaleError
    if shown is not None and service is PreferenceService.MAIL and not covered:
        raise NoAddressError
    words = {
        "day": registered_on.isoformat(),
        "marks": queries.list_entry_keys(work, list(covered)),
    }
    row_id = uuid4()
    sealed = work.seal(customer_id, place("preference_enrolment", row_id), words)
    work.session.execute(delete(EnrolmentRow).where(_is_of(customer_id, service)))
    work.session.add(
        EnrolmentRow(id=row_id, customer_id=customer_id, service=service, sealed=sealed)
    )
    record(work, EnrolmentTold(customer_id, service))


def withdraw(work: Work, customer_id: CustomerId, service: PreferenceService) -> Enrolment | None:
    """Delete an enrolment with a preference service; return it, None where there was none."""
    get_locked(work, customer_id)
    noted = queries.list_enrolments(work, customer_id)
    if deleted(work.session, delete(EnrolmentRow).where(_is_of(customer_id, service))):
        record(work, EnrolmentWithdrawn(customer_id, service))
    return next((one for one in noted if one.service is service), None)


def _settle(
    saved: Entries, numbers: Sequence[Number], sent: Boxes, made_from: MadeFrom, off: ListedNumbers
) -> MergedEntry:
    """Return a merged form: boxes that it did not touch stay as they are saved.

    Ticking a box clashes if that listing is among those turned `off` since, or if the number has
    left the profile. For an older form that does not say what it was made from, every difference is
    a clash.
    """
    if made_from.version == saved.version:
        return MergedEntry(sent, frozenset())
    then, known = made_from.words(BOXES), {one.spelled for one in numbers}
    here = frozenset(box for box in sent if number_of(box) in known)
    if then is None:
        return MergedEntry(here, saved.boxes ^ sent)
    ticked = sent - then - saved.boxes
    return MergedEntry(
        frozenset(box for box in merge_words(then, saved.boxes, here) if number_of(box) in known),
        frozenset(box for box in ticked if box not in here or box.rpartition(":")[2] in off),
    )


def _find_lonely(numbers: Sequence[Number], boxes: Boxes) -> list[str]:
    """Return the numbers, as shown, that have reverse search ticked without a directory."""
    wanted = read_boxes(boxes)
    ticked = ((one.shown, wanted.get(one.spelled, frozenset())) for one in numbers)
    return [shown for shown, listed in ticked if settle(listed) != listed]


def _is_of(customer_id: CustomerId, service: PreferenceService) -> ColumnElement[bool]:
    return (EnrolmentRow.customer_id == customer_id) & (EnrolmentRow.service == service)


def _note(
    work: Work, customer_id: CustomerId, number: str, before: ListedNumbers, entry: DirectoryEntry
) -> int:
    """Record each changed choice about a number; return how many."""
    changes = differing(before, entry.on)
    for listing, is_on in changes:
        row_id = uuid4()
        at = place("directory_change", row_id)
        work.session.add(
            DirectoryChange(
                id=row_id,
                customer_id=customer_id,
                listing=listing,
                agreed=is_on,
                changed_at=work.now,
                actor_kind=work.actor.kind,
                via=entry.via,
                sealed=work.seal(customer_id, at, {"ending": number[-ENDING:]}),
            )
        )
        record(work, EntryChanged(customer_id, listing, is_on))
        facts = spell_entry(entry.key, listing, is_on=is_on)
        announce_entry(work, customer_id, number, facts, f"{entry.key}:{listing}")
    return len(changes)


def _replace(work: Work, customer_id: CustomerId, entries: Entries) -> None:
    """Save entries as the next version; raises `StaleError` when there is a newer one."""
    numbers = [
        {"number": number, "key": one.key, "on": sorted(one.on), "at": str(one.at), "via": one.via}
        for number, one in entries.by_number.items()
    ]
    at = place("directory_entries", customer_id)
    sealed = work.seal(customer_id, at, {"numbers": numbers})
    version = entries.version + 1
    if entries.version == 0:
        with unless_taken(work, DirectoryEntries, "customer_id", StaleError()):
            work.session.add(
                DirectoryEntries(customer_id=customer_id, version=version, sealed=sealed)
            )
        return
    theirs = DirectoryEntries.customer_id == customer_id
    replaced = work.session.execute(
        update(DirectoryEntries)
        .where(theirs, DirectoryEntries.version == entries.version)
        .values(version=version, sealed=sealed)
        .returning(DirectoryEntries.customer_id)
    ).first()
    if replaced is None:
        raise StaleError
