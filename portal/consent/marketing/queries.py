"""Reading choices."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, select

from portal.consent.marketing.models import ChoiceChange, MarketingChoices
from portal.consent.marketing.rules import (
    ASSISTED,
    NO_MORE,
    NO_MORE_LABEL,
    NO_MORE_WHY,
    REFUSALS,
    UNSAID,
    VIA,
    Agreed,
    Choice,
    ChoiceOrigin,
    Choices,
    ChoiceSource,
    Noted,
    choices_of,
    label_of,
    offered_choices,
    read_choices,
    refused_by,
    title_of,
)
from portal.consent.purposes.queries import get_catalogue, list_versions
from portal.consent.purposes.rules import (
    ALL_BY_CHANNEL,
    SHARED,
    YES,
    Catalogue,
    PurposeKind,
)
from portal.identity.accounts.queries import find_customer
from portal.identity.accounts.rules import Customer
from portal.identity.contact_index.queries import list_email_noes
from portal.identity.contact_index.rules import Channel
from portal.identity.one_time_tokens.queries import find_token_subject
from portal.identity.one_time_tokens.rules import TokenPurpose
from portal.platform.core.clock import EVER
from portal.platform.core.ids import CustomerId
from portal.platform.core.texts import _, join
from portal.platform.core.work import Work

BY_US = frozenset({ChoiceSource.LEAVING, ChoiceSource.UNDOING})
"""Choices that we turned off: nobody said no."""
SAID_NO = _("Said no to what was off already")
NEWEST_FIRST = (ChoiceChange.changed_at.desc(), ChoiceChange.purpose, ChoiceChange.channel)


@dataclass(frozen=True, slots=True)
class HistoryEntry:
    """One choice as it was made: when, by whom, and in the words shown at the time.

    Or a refusal of choices that were off already, with others; `noted` and `text` then name them.
    """

    title: str
    text: str
    at: datetime
    by: str
    noted: tuple[str, ...] = ()

    @property
    def line(self) -> str:
        """Return it without the words that were shown."""
        return join((self.title, self.text), ": ") if self.noted else self.title


@dataclass(frozen=True, slots=True)
class RecordedChoice:
    """A recorded yes or no: when it was made, and the version of the catalogue that was shown."""

    agreed: bool
    at: datetime
    wording: int


def get_choices(work: Work, customer_id: CustomerId) -> Choices:
    """Return a customer's choices; all off where none were ever made. One statement."""
    row = work.session.get(MarketingChoices, customer_id)
    if row is None:
        return Choices(frozenset(), 0, None, refused=frozenset())
    made = {choice: _read_made(row.made[choice.value]) for choice in read_choices(row.made)}
    refused = None if row.refused is None else read_choices(row.refused)
    noted = tuple(map(_read_noted, row.noted or ()))
    at = row.lifted or {}
    lifted = {choice: datetime.fromisoformat(at[choice.value]) for choice in read_choices(at)}
    agreed = read_choices(row.agreed)
    return Choices(agreed, row.version, row.saved_at, made, refused, noted, lifted)


def list_to_lift(work: Work, limit: int) -> list[CustomerId]:
    """Return some customers whose yes may not have lifted their suppressions yet."""
    # by a range: without statistics SQLite uses no index for "is not null"
    waits = select(MarketingChoices.customer_id).where(MarketingChoices.lift_at > EVER)
    return [CustomerId(one) for one in work.session.scalars(waits.limit(limit))]


def find_lift_at(work: Work, customer_id: CustomerId) -> datetime | None:
    """Return the time of a customer's yes that may not have lifted their suppressions yet."""
    row = work.session.get(MarketingChoices, customer_id)
    return row.lift_at if row is not None else None


def list_suppressed(
    work: Work, customer_id: CustomerId, choices: Iterable[Choice], catalogue: Catalogue
) -> Agreed:
    """Return the choices by email that an address is suppressed for; the channel means all."""
    found = list_email_noes(work, customer_id, [one.value for one in choices])
    emails = [one for one in choices_of(catalogue, PurposeKind) if one.channel == Channel.EMAIL]
    return frozenset(one for one in emails if found & {one.value, Channel.EMAIL.value})


def find_is_shared(work: Work, customer_id: CustomerId) -> bool:
    """Tell whether a customer agrees to sharing with any company."""
    agreed = get_choices(work, customer_id).agreed
    return bool(agreed & choices_of(get_catalogue(work), SHARED)) if agreed else False


def find_chooser(work: Work, token: str) -> Customer | None:
    """Return whose choices a link opens; None for a dead link, and for an erased customer.

    If the account is closed the link takes refusals only: signing in brings an account back, a link
    to choices does not.
    """
    subject = find_token_subject(work, TokenPurpose.CHOOSE, token)
    return find_customer(work, CustomerId(subject)) if subject else None


def find_refuses_all(work: Work, customer_id: CustomerId) -> bool:
    """Tell whether somebody refused all marketing, also for purposes that are no longer offered."""
    catalogue = get_catalogue(work)
    refused = refused_by(get_choices(work, customer_id), catalogue)
    return choices_of(catalogue, {PurposeKind.MARKETING}) <= refused


def list_changes(work: Work, customer_id: CustomerId, limit: int) -> list[HistoryEntry]:
    """Return the latest choices, newest first, in the words shown at the time.

    Refusals of what was off already are included. One statement, beside the versions.
    """
    is_theirs = ChoiceChange.customer_id == MarketingChoices.customer_id
    query = select(MarketingChoices.noted, ChoiceChange).outerjoin(ChoiceChange, is_theirs)
    query = query.where(MarketingChoices.customer_id == customer_id).order_by(*NEWEST_FIRST)
    rows = work.session.execute(query.limit(limit)).all()
    versions = {one.number: one for one in list_versions(work)}
    found = []
    for row in (one.ChoiceChange for one in rows if one.ChoiceChange is not None):
        choice, shown = Choice(row.purpose, row.channel), versions[row.wording]
        title = title_of(shown, choice, is_on=row.agreed)
        by = _who_made(ChoiceSource(row.via), choice, is_on=row.agreed)
        found.append(HistoryEntry(title, _wording_of(shown, choice), row.changed_at, by))
    for noted in map(_read_noted, (rows[0].noted if rows else None) or ()):
        labels = tuple(label_of(versions[noted.wording], one) for one in sorted(noted.choices))
        said = SAID_NO, join(labels, "; ")
        found.append(HistoryEntry(*said, noted.made.at, noted.made.by, labels))
    return sorted(found, key=lambda one: one.at, reverse=True)[:limit]


def list_noes(work: Work, customer_id: CustomerId, since: datetime) -> Agreed:
    """Return what a customer had last refused at a moment, or has refused at any time since.

    What the portal turned off by itself is not included.
    """
    query = select(ChoiceChange).where(ChoiceChange.customer_id == customer_id)
    said = [
        (row.changed_at, Choice(row.purpose, row.channel), ChoiceSource(row.via), row.agreed)
        for row in work.session.scalars(query)
    ]
    said += [
        (noted.made.at, choice, noted.made.via, False)
        for noted in get_choices(work, customer_id).noted
        for choice in noted.choices
    ]
    noes = set[Choice]()
    for at, choice, via, is_on in sorted(said):
        if not is_on and via not in BY_US:
            noes.add(choice)
        elif at < since:
            noes.discard(choice)
    return frozenset(noes)


def list_last_said(
    work: Work, customer_ids: Sequence[CustomerId], choice: Choice
) -> dict[CustomerId, RecordedChoice]:
    """Return the latest answer of each of a few hundred customers to one choice. One statement."""
    rows = work.session.scalars(
        select(ChoiceChange)
        .where(
            ChoiceChange.customer_id.in_(customer_ids),
            ChoiceChange.purpose == choice.purpose,
            ChoiceChange.channel == choice.channel,
        )
        .order_by(ChoiceChange.changed_at)
    )
    return {
        CustomerId(row.customer_id): RecordedChoice(row.agreed, row.changed_at, row.wording)
        for row in rows
    }


def get_consent(work: Work, customer_id: CustomerId, limit: int) -> dict[str, Any]:
    """Return all current choices and the latest earlier ones, with words, for a consent receipt.

    The earlier ones include each refusal of what was off already. Times are UTC in ISO 8601. The
    words of each version are there once.
    """
    choices, versions = get_choices(work, customer_id), list_versions(work)
    rows = list(work.session.scalars(_latest(customer_id, limit)))
    said = [
        (Choice(row.purpose, row.channel), row.agreed, row.wording, row.changed_at, row.via)
        for row in rows
    ]
    said += [
        (choice, False, noted.wording, noted.made.at, noted.made.via)
        for noted in choices.noted
        for choice in sorted(noted.choices)
    ]
    said.sort(key=lambda one: one[3], reverse=True)
    used = {(wording, choice.purpose) for choice, _, wording, _, _ in said}
    return {
        "choices": [
            _spell_current(choice, choices) for choice in sorted(offered_choices(versions[0]))
        ],
        "history": [
            {
                **_spell_said(choice, is_on=is_on),
                "wording": wording,
                "at": at.isoformat(),
                "how": via,
            }
            for choice, is_on, wording, at, via in said
        ],
        "history_is_whole": len(rows) < limit,
        "wordings": [
            {"wording": one.number, "purpose": key, "title": title}
            | {"text": _wording_of(one, Choice(key, YES))}
            for one in versions
            for key, title in _titles_of(one).items()
            if (one.number, key) in used
        ],
    }


def list_refused(work: Work, customer_id: CustomerId) -> tuple[list[Channel], list[Choice]]:
    """Return the channels by which somebody refuses all marketing, and single refused choices.

    The single ones are of channels by which they agree to something else. Empty for a customer who
    refused nothing. What was turned off only because they leave counts as it was before.
    """
    choices, catalogue = get_choices(work, customer_id), get_catalogue(work)
    refused = refused_by(choices, catalogue)
    ended = {one for one, made in choices.made.items() if made.via is ChoiceSource.LEAVING}
    wanted = ((choices.agreed | ended) - refused) & offered_choices(catalogue)
    open_to = {one.channel for one in wanted}
    closed = {one.channel for one in refused} - open_to
    return (
        [channel for channel in Channel if channel in closed],
        [choice for choice in sorted(refused) if choice.channel in open_to],
    )


def list_refused_labels(work: Work, customer_id: CustomerId) -> list[str]:
    """Return the labels of what somebody refused: whole channels, then single choices."""
    catalogue, (channels, single) = get_catalogue(work), list_refused(work, customer_id)
    whole = [ALL_BY_CHANNEL[channel] for channel in channels]
    return whole + [label_of(catalogue, choice) for choice in single]


def _latest(customer_id: CustomerId, limit: int) -> Select[ChoiceChange]:
    return (
        select(ChoiceChange)
        .where(ChoiceChange.customer_id == customer_id)
        .order_by(*NEWEST_FIRST)
        .limit(limit)
    )


def _read_noted(words: list[Any]) -> Noted:
    at, via, wording, choices = words
    return Noted(_read_made([at, via]), wording, read_choices(choices))


def _read_made(words: list[str]) -> ChoiceOrigin:
    at, via = words
    return ChoiceOrigin(datetime.fromisoformat(at), ChoiceSource(via))


def _spell_said(choice: Choice, *, is_on: bool) -> dict[str, str | bool]:
    """Return a choice as a consent receipt spells it; a refusal is stated as not agreed."""
    how = "refused" if choice in REFUSALS else "agreed"
    return {"purpose": choice.purpose, "channel": choice.channel, how: is_on}


def _spell_current(choice: Choice, choices: Choices) -> dict[str, str | bool | None]:
    """Return the state of a choice, since when, and how it was made; a no where it never was.

    A repeated refusal changes none of that. If the choice was never on, or ended without an answer,
    the first refusal counts.
    """
    made = choices.made.get(choice)
    if made is None or made.via in UNSAID:
        since = made.at if made else EVER
        noes = (one.made for one in choices.noted if choice in one.choices and one.made.at > since)
        made = next(noes, made)
    return {
        **_spell_said(choice, is_on=choice in choices.agreed),
        "since": made.at.isoformat() if made else None,
        "how": made.via.value if made else None,
    }


def _titles_of(catalogue: Catalogue) -> dict[str, str]:
    """Return the titles of all that a version offers, or once offered, by key."""
    titles = {one.key: one.title for one in catalogue.purposes}
    return {**titles, NO_MORE.purpose: NO_MORE_LABEL}


def _who_made(via: ChoiceSource, choice: Choice, *, is_on: bool) -> str:
    """Say who made a choice, and that staff read it out where the customer agreed through them."""
    was_read = via in ASSISTED and is_on and choice not in REFUSALS
    return _("{who}; it was read out first", who=VIA[via]) if was_read else VIA[via]


def _wording_of(catalogue: Catalogue, choice: Choice) -> str:
    """Return the words shown when a choice was made; of a refusal, today's words."""
    if choice == NO_MORE:
        return NO_MORE_WHY
    purpose = catalogue.find(choice.purpose)
    return purpose.text if purpose else ""
