"""Reading everything that is held about a customer: one loop over the register."""

from collections.abc import Iterator
from datetime import datetime

from portal.consent.marketing.queries import get_choices
from portal.consent.marketing.rules import Choice
from portal.consent.purposes.queries import get_catalogue
from portal.consent.purposes.rules import YES
from portal.erasure.cancellation.rules import copies_gone_on
from portal.governance.audit.trail import list_lost_times
from portal.identity.accounts.queries import get_customer
from portal.identity.profile_changes.queries import list_account_numbers
from portal.platform.core.errors import NotFoundError
from portal.platform.core.holdings import Register
from portal.platform.core.ids import CustomerId
from portal.platform.core.other_systems import OtherSystems, list_outside
from portal.platform.core.recipients import NamedRecipient, NamedRecipients, list_named
from portal.platform.core.rows import prepare_spans
from portal.platform.core.work import Work
from portal.platform.runtime import ErasureContext
from portal.self_service.your_data.rules import (
    CategoryItems,
    DataOverview,
    HeldCategory,
    OpenedCategory,
    RecordSpan,
    by_part,
    matches,
    shown_categories,
)

MOST_FOUND = 50
"""Things that a search shows of one category."""


def get_overview(
    work: Work, register: Register, customer_id: CustomerId, systems: OtherSystems = ()
) -> DataOverview:
    """Return every category that its person is shown. As many statements, whatever there is."""
    spans = _get_spans(work, register, customer_id)
    return DataOverview(
        {
            part: [HeldCategory(one, spans.get(one.slug, RecordSpan())) for one in categories]
            for part, categories in by_part(register).items()
        },
        list_outside(systems),
        list_lost_times(work, get_customer(work, customer_id).registered_at),
    )


def get_opened(
    work: Work,
    context: ErasureContext,
    known: NamedRecipients,
    customer_id: CustomerId,
    slug: str,
) -> OpenedCategory:
    """Return a category with what is in it; raises `NotFoundError` for one that is not shown.

    What looks like a billing account number is masked.
    """
    found = [one for one in shown_categories(context.register) if one.slug == slug]
    if not found:
        raise NotFoundError
    spans = _get_spans(work, tuple(found), customer_id)
    items = found[0].list_masked(work, customer_id, list_account_numbers(work, customer_id))
    return OpenedCategory(
        HeldCategory(found[0], spans.get(slug, RecordSpan())),
        items,
        list_named(found[0].gets, known, list_agreed_companies(work, customer_id)),
        copies_gone_on(work.now, context.copies_kept),
        list_lost_times(work, get_customer(work, customer_id).registered_at),
    )


def find_in_data(
    work: Work, register: Register, customer_id: CustomerId, typed: str
) -> list[CategoryItems]:
    """Return what holds all the words that were typed, by category; masked numbers stay masked."""
    words, own, hits = typed.casefold().split(), list_account_numbers(work, customer_id), []
    for one in shown_categories(register):
        listed = one.list_masked(work, customer_id, own)
        found = [item for item in listed if matches(item, words)]
        if found and words:
            hits.append(
                CategoryItems(HeldCategory(one, RecordSpan(len(found))), found[:MOST_FOUND])
            )
    return hits


def list_categories(
    work: Work, register: Register, known: NamedRecipients, customer_id: CustomerId
) -> Iterator[CategoryItems]:
    """Give every category that its person is shown, with all that is in it, one after the other.

    Nothing is masked: whoever takes it has just proved who they are.
    """
    spans = _get_spans(work, register, customer_id)
    companies = list_agreed_companies(work, customer_id)
    for one in shown_categories(register):
        yield CategoryItems(
            HeldCategory(one, spans.get(one.slug, RecordSpan())),
            one.list_shown(work, customer_id),
            list_named(one.gets, known, companies),
        )


def list_agreed_companies(work: Work, customer_id: CustomerId) -> list[NamedRecipient]:
    """Return the companies that a customer lets us share with today, where we know their place."""
    agreed = get_choices(work, customer_id).agreed
    offered = get_catalogue(work).offered
    return [one.recipient for one in offered if one.recipient and Choice(one.key, YES) in agreed]


def _get_spans(work: Work, register: Register, customer_id: CustomerId) -> dict[str, RecordSpan]:
    """Return how much there is of each category, and from when. One statement."""
    found: dict[str, list[tuple[int, datetime | None, datetime | None]]] = {}
    asked = prepare_spans(tuple(shown_categories(register)))(customer_id, work.now)
    for number, first, last, slug in work.session.execute(*asked):
        found.setdefault(slug, []).append((number, first, last))
    return {slug: _add(rows) for slug, rows in found.items()}


def _add(rows: list[tuple[int, datetime | None, datetime | None]]) -> RecordSpan:
    return RecordSpan(
        sum(number for number, _, _ in rows),
        min((first for _, first, _ in rows if first), default=None),
        max((last for _, _, last in rows if last), default=None),
    )
