"""Change a profile."""

from dataclasses import replace
from uuid import uuid4

from portal.consent.directories.service import follow_numbers
from portal.governance.audit.trail import record
from portal.identity.accounts.queries import get_customer
from portal.identity.accounts.rules import LABELS, Details, without_manager
from portal.identity.accounts.service import get_locked, replace_details
from portal.identity.profile_changes.models import ProfileChangeRow
from portal.identity.profile_changes.rules import FieldChange
from portal.messaging.email.outbox import queue
from portal.platform.core.errors import StaleError
from portal.platform.core.ids import CustomerId
from portal.platform.core.sealing import place
from portal.platform.core.work import Work
from portal.self_service.profile import emails
from portal.self_service.profile.events import ProfileChanged
from portal.self_service.profile.rules import Filled, SavedDetails, compare, merge_details


def save_form(work: Work, customer_id: CustomerId, filled: Filled) -> SavedDetails:
    """Keep what a form changed of the details; what others changed meanwhile stays.

    Raises `StaleError` when both changed the same field, each in another way.
    """
    get_locked(work, customer_id)
    saved = get_customer(work, customer_id)
    merged = merge_details(saved, filled)
    if merged.clashes:
        raise StaleError
    details = replace(saved.details, **merged.values)
    changes = change_profile(work, customer_id, details, saved.version)
    return SavedDetails(changes, tuple(LABELS[name] for name in merged.followed))


def change_profile(
    work: Work, customer_id: CustomerId, details: Details, version: int
) -> tuple[FieldChange, ...]:
    """Keep changed details, the change itself, and tell the customer; return what changed.

    Who is no business any more has no account manager either. Raises `StaleError` when the
    profile has changed since `version` was read.
    """
    get_locked(work, customer_id)
    details = without_manager(details)
    before = get_customer(work, customer_id)
    if before.version != version:
        raise StaleError
    changes = compare(before.details, details)
    if not changes:
        return ()
    replace_details(work, customer_id, details, version)
    ended = follow_numbers(work, customer_id, before.details, details)
    row_id = uuid4()
    words = {"changes": [[change.field, change.before, change.after] for change in changes]}
    work.session.add(
        ProfileChangeRow(
            id=row_id,
            customer_id=customer_id,
            changed_at=work.now,
            actor_kind=work.actor.kind,
            sealed=work.seal(customer_id, place("profile_change", row_id), words),
        )
    )
    labels = tuple(change.label for change in changes)
    email = emails.details_changed(
        details.email, details.given_name, labels, has_left_directories=ended > 0
    )
    queue(work, customer_id, email)
    record(work, ProfileChanged(customer_id, tuple(change.field for change in changes)))
    return changes
