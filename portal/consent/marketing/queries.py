"""Reading choices."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Select, select

from portal.consent.marketing.models import ChoiceChange, MarketingChoices
from portal.consent.marketing.rules import (
    ASSISTED,
    NO_MORE,
    NO_MORE_LABEL,
    NO_MORE_WHY,
    REFUSALS,
    SHARED,
    UNSAID,
    VIA,
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
from portal.consent.purposes.rules import CHANNELS, YES, Catalogue, PurposeKind
from portal.identity.accounts.queries import find_customer
from portal.identity.accounts.rules import Customer
from portal.identity.contact_index.rules import Channel
from portal.identity.one_time_tokens.queries import find_token_subject
from portal.identity.one_time_tokens.rules import TokenPurpose
from portal.platform.core.ids import CustomerId
from portal.platform.core.work import Work

SAID_NO = "Said no to what was off already"
NEWEST_FIRST = (ChoiceChange.changed_at.desc(), ChoiceChange.purpose, ChoiceChange.channel)


@dataclass(frozen=True, slots=True)
class HistoryEntry:
    """One choice that was made, when and by whom, with the words of then.

    Or that was said no to, with others, where they were off; `text` then says which.
    """

    title: str
    text: str
    at: datetime
    by: str
    is_noted: bool = False

    @property
    def line(self) -> str:
        """Say it without the words that were read."""
        return f"{self.title}: {self.text}" if self.is_noted else self.title


@dataclass(frozen=True, slots=True)
class RecordedChoice:
    """A yes or a no as it was said: when, and to the words of which version."""

    agreed: bool
    at: datetime
    wording: int


def get_choices(work: Work, customer_id: CustomerId) -> Choices:
    """Return what a customer agrees to; nothing where nothing was said. One statement."""
    row = work.session.get(MarketingChoices, customer_id)
    if row is None:
        return Choices(frozenset(), 0, None, refused=frozenset())
    made = {choice: _read_made(row.made[choice.value]) for choice in read_choices(row.made)}
    refused = None if row.refused is None else read_choices(row.refused)
    noted = tuple(map(_read_noted, row.noted or ()))
    return Choices(read_choices(row.agreed), row.version, row.saved_at, made, refused, noted)


def list_to_lift(work: Work, limit: int) -> list[CustomerId]:
    """Return some customers whose yes may not have reached the suppressions yet."""
    waits = select(MarketingChoices.customer_id).where(MarketingChoices.lift_at.is_not(None))
    return [CustomerId(one) for one in work.session.scalars(waits.limit(limit))]


def find_lift_at(work: Work, customer_id: CustomerId) -> datetime | None:
    """Return when a customer said a yes that may not have reached the suppressions yet."""
    row = work.session.get(MarketingChoices, customer_id)
    return row.lift_at if row is not None else None


def find_is_shared(work: Work, customer_id: CustomerId) -> bool:
    """Tell whether a customer agrees that anybody else gets details of theirs."""
    agreed = get_choices(work, customer_id).agreed
    return bool(agreed & choices_of(get_catalogue(work), SHARED)) if agreed else False


def find_chooser(work: Work, token: str) -> Customer | None:
    """Return whose choices a link opens; None for a dead one, and for whoever has left.

    For a closed account it opens no more than a no: signing in brings an account back, a link to
    choices does not.
    """
    subject = find_token_subject(work, TokenPurpose.CHOOSE, token)
    return find_customer(work, CustomerId(subject)) if subject else None


def find_refuses_all(work: Work, customer_id: CustomerId) -> bool:
    """Tell whether somebody said no to all marketing, also to what is asked no longer."""
    catalogue = get_catalogue(work)
    refused = refused_by(get_choices(work, customer_id), catalogue)
    return choices_of(catalogue, {PurposeKind.MARKETING}) <= refused


def list_changes(work: Work, customer_id: CustomerId, limit: int) -> list[HistoryEntry]:
    """Return the latest choices that were made, newest first, in the words of then.

    And each time that somebody said no to what was off. One statement, beside the versions.
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
        labels = "; ".join(label_of(versions[noted.wording], one) for one in sorted(noted.choices))
        found.append(HistoryEntry(SAID_NO, labels, noted.made.at, noted.made.by, is_noted=True))
    return sorted(found, key=lambda one: one.at, reverse=True)[:limit]


def list_last_said(
    work: Work, customer_ids: Sequence[CustomerId], choice: Choice
) -> dict[CustomerId, RecordedChoice]:
    """Return what each of a few hundred customers last said to one choice. One statement."""
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
    """Return every choice of today and the latest of before, with the words, for a document.

    Among those of before is each no to what was off.

    Times are UTC, as ISO 8601 spells them. The words of each version are there once.
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
    """Return the channels by which somebody wants no marketing and has said so, and single choices.

    Those are of channels by which they want something else. Nothing is refused by whoever said no
    to nothing. What was turned off only because they leave counts as it was before.
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
    """Return what somebody said no to as people read it: whole channels, then single choices."""
    catalogue, (channels, single) = get_catalogue(work), list_refused(work, customer_id)
    whole = [f"All marketing by {CHANNELS[channel].lower()}" for channel in channels]
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
    """Return a choice as a consent receipt has it: what is refused is not there as agreed to."""
    how = "refused" if choice in REFUSALS else "agreed"
    return {"purpose": choice.purpose, "channel": choice.channel, how: is_on}


def _spell_current(choice: Choice, choices: Choices) -> dict[str, str | bool | None]:
    """Return how a choice stands, since when, and how it was made; never made, it is a no.

    A no said once more changes nothing of that. Of what was never on, or only ended without a word,
    the first no counts.
    """
    made = choices.made.get(choice)
    if made is None or made.via in UNSAID:
        since = made.at if made else datetime.min.replace(tzinfo=UTC)
        noes = (one.made for one in choices.noted if choice in one.choices and one.made.at > since)
        made = next(noes, made)
    return {
        **_spell_said(choice, is_on=choice in choices.agreed),
        "since": made.at.isoformat() if made else None,
        "how": made.via.value if made else None,
    }


def _titles_of(catalogue: Catalogue) -> dict[str, str]:
    """Return the title of everything a version asks, or has asked, by its key."""
    titles = {one.key: one.title for one in catalogue.purposes}
    return {**titles, NO_MORE.purpose: NO_MORE_LABEL}


def _who_made(via: ChoiceSource, choice: Choice, *, is_on: bool) -> str:
    """Say who made a choice, and that staff read it out where somebody agreed by them."""
    was_read = via in ASSISTED and is_on and choice not in REFUSALS
    return f"{VIA[via]}; it was read out first" if was_read else VIA[via]


def _wording_of(catalogue: Catalogue, choice: Choice) -> str:
    """Return what somebody read when they made a choice; of a refusal, what they read today."""
    if choice == NO_MORE:
        return NO_MORE_WHY
    purpose = catalogue.find(choice.purpose)
    return purpose.text if purpose else ""
