"""Save marketing choices: by form, by link, by the buttons that turn all off, or by staff."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from sqlalchemy import update

from portal.consent.marketing import emails, queries
from portal.consent.marketing.events import ChoiceMade, ChoicesLinkAsked, RefusalNoted
from portal.consent.marketing.models import ChoiceChange, MarketingChoices, words_of
from portal.consent.marketing.rules import (
    BOXES,
    LINK_WITHIN,
    NO_MORE,
    REFUSALS,
    SHOWN,
    UNSAID,
    Agreed,
    Choice,
    ChoiceOrigin,
    Choices,
    ChoiceSource,
    Noted,
    RefusedCompaniesError,
    SavedChoices,
    SettledForm,
    choices_of,
    marketing_of,
    offered_choices,
    refused_by,
    says_yes,
    settle_form,
    unticked,
)
from portal.consent.purposes.queries import get_catalogue, list_versions
from portal.consent.purposes.rules import (
    SHARED,
    Catalogue,
    PurposeKind,
)
from portal.consent.webhooks.rules import EventType
from portal.consent.webhooks.service import announce
from portal.governance.audit.events import NOBODY
from portal.governance.audit.trail import record
from portal.governance.receipts.service import sign_document
from portal.identity.accounts.service import LinkRequest, get_locked, lock_customer, mail_link
from portal.identity.contact_index.rules import Channel
from portal.identity.contact_index.service import note_agreed, prepare_lift
from portal.identity.credentials.rules import Guarded
from portal.identity.one_time_tokens.rules import TokenPurpose
from portal.platform.core.constraints import unless_taken
from portal.platform.core.errors import NotFoundError, StaleError
from portal.platform.core.ids import CustomerId
from portal.platform.core.merging import MadeFrom
from portal.platform.core.work import Work, Works

TO_CHOICES = LinkRequest(
    Guarded.CUSTOMER_CHOICES,
    TokenPurpose.CHOOSE,
    LINK_WITHIN,
    lambda to, token: emails.to_choices(to, f"/choices/{token}"),
    emails.no_choices,
)
IN_DOCUMENT = 500
"""Choices of before that a consent receipt has: it must be possible to paste it."""


def save_choices(  # noqa: PLR0913  # what was said and how, of whom, and what was before
    work: Work,
    customer_id: CustomerId,
    agreed: Agreed,
    version: int | None = None,
    via: ChoiceSource = ChoiceSource.WEBSITE,
    *,
    noes: Agreed | None = None,
) -> SavedChoices:
    """Save choices, the history of each that changed, and refusals.

    Only what is offered today can change; other choices stay as they were. What is offered and not
    agreed to is a no, unless the `noes` are given; a no is recorded also where nothing was on. Noes
    without any yes count as explicit: they are dated now, also when they are repeated. With a
    version, raises `StaleError` when others were saved since it was read; saving the same again is
    no conflict, nor is a no that changes nothing. Raises `NotFoundError` for a yes to marketing if
    the account has been closed meanwhile.
    """
    row = get_locked(work, customer_id)
    before, catalogue = queries.get_choices(work, customer_id), get_catalogue(work)
    offered = offered_choices(catalogue)
    after = (agreed & offered) | (before.agreed - offered)
    noes = (offered - agreed if noes is None else noes) - after - REFUSALS
    if before.agreed != after:
        if row.leaves_at is not None and says_yes(before.agreed, after):
            raise NotFoundError
        if version is not None and version != before.version:
            raise StaleError
    elif before.version and not noes:
        return SavedChoices([])
    changes = _save(work, customer_id, after, noes, before, (via, catalogue))
    return SavedChoices(changes, is_new=True)


def save_form(  # noqa: PLR0913, PLR0917  # what was said and how, of whom, and what could not be
    work: Work,
    customer_id: CustomerId,
    sent: Agreed,
    made_from: MadeFrom,
    via: ChoiceSource,
    held: Agreed = frozenset(),
) -> SavedChoices:
    """Save what a form changed of the choices; what others changed meanwhile stays.

    Where there is something to ask (see `settle_form`), or companies are refused, its noes alone
    are kept; without any it raises `StaleError` or `RefusedCompaniesError`, and before either
    `NotFoundError` for a yes of a closed account. What is `held` is off by the browser's wish.
    """
    row = get_locked(work, customer_id)
    saved, versions = queries.get_choices(work, customer_id), list_versions(work)
    settled = settle_form(saved, sent - held, made_from, versions)
    unshown = held if made_from.words(SHOWN) is None else frozenset[Choice]()
    noes = unticked(sent, made_from, offered_choices(versions[0]) - unshown)
    if row.leaves_at is not None and says_yes(saved.agreed, settled.agreed):
        if not noes:
            raise NotFoundError
        kept = save_choices(work, customer_id, saved.agreed - noes, None, via, noes=noes)
        return replace(kept, refusal=NotFoundError())
    is_refusing = NO_MORE in saved.agreed & settled.agreed
    added = {one.purpose for one in settled.agreed - saved.agreed if is_refusing}
    names = [one.title for one in versions[0].of(PurposeKind.SHARING) if one.key in added]
    refusal = RefusedCompaniesError(names) if names and not settled.to_confirm else None
    if settled.to_confirm or refusal:
        if not settled.noes:
            raise refusal or StaleError
        kept = keep_noes(work, customer_id, settled, via)
        return replace(kept, to_confirm=settled.to_confirm, refusal=refusal)
    version = made_from.version if made_from.words(BOXES) is None else saved.version
    kept = save_choices(work, customer_id, settled.agreed, version, via, noes=noes)
    return replace(kept, followed=settled.followed)


def keep_noes(
    work: Work, customer_id: CustomerId, settled: SettledForm, via: ChoiceSource
) -> SavedChoices:
    """Keep the noes of a form whose yeses are not taken as they are: a no waits for nothing."""
    on = queries.get_choices(work, customer_id).agreed
    agreed = (on - settled.noes) | (settled.noes & REFUSALS)
    return save_choices(work, customer_id, agreed, None, via, noes=settled.noes)


def ask_for_link(work: Work, typed: str) -> None:
    """Email a link to the choices of an address; nobody learns whether it has an account."""
    customer_id = mail_link(work, typed, TO_CHOICES)
    record(work, ChoicesLinkAsked(customer_id or NOBODY))


def issue_consent(work: Work, customer_id: CustomerId, issuer: str, check_at: str) -> str:
    """Return a signed consent receipt as JSON; it identifies the customer by their id alone.

    `check_at` is the address of the page on which anybody can have it checked.
    """
    return sign_document(
        work,
        {
            "document": "consent receipt",
            "format": 2,
            "issuer": issuer,
            "issued_at": work.now.isoformat(),
            "check_at": check_at,
            "customer": str(customer_id),
            **queries.get_consent(work, customer_id, IN_DOCUMENT),
        },
    )


def turn_all_off(
    work: Work, customer_id: CustomerId, via: ChoiceSource = ChoiceSource.WEBSITE
) -> None:
    """Turn everything off, also what is no longer offered; a refusal of further companies stays."""
    get_locked(work, customer_id)
    _stop(work, customer_id, lambda choice: choice not in REFUSALS, via)


def refuse(work: Work, customer_id: CustomerId, noes: Agreed) -> None:
    """Record refusals made through a link: of marketing choices, also of ones already off.

    `NO_MORE` among them refuses sharing with any further company. Other choices do not change.
    """
    get_locked(work, customer_id)
    _stop(work, customer_id, (noes - REFUSALS).__contains__, ChoiceSource.LINK, noes & REFUSALS)


def heed_signal(work: Work, customer_id: CustomerId) -> None:
    """Turn sharing off because the browser sends Global Privacy Control (`Sec-GPC: 1`)."""
    get_locked(work, customer_id)
    _stop(
        work, customer_id, choices_of(get_catalogue(work), SHARED).__contains__, ChoiceSource.SIGNAL
    )


def stop_emails(work: Work, customer_id: CustomerId, purpose: str | None = None) -> bool:
    """Turn off emails about one purpose, or all, also for purposes that are no longer offered.

    The customer is locked. False where they had refused them already.
    """

    def is_unwanted(choice: Choice) -> bool:
        return choice.channel == Channel.EMAIL and purpose in {None, choice.purpose}

    return _stop(work, customer_id, is_unwanted, ChoiceSource.LINK)


def stop_marketing(work: Work, customer_id: CustomerId) -> None:
    """Turn everything off for a locked customer who leaves: no refusal of theirs, which stay."""
    _stop(work, customer_id, lambda choice: choice not in REFUSALS, ChoiceSource.LEAVING)


def take_back_since(
    work: Work, customer_id: CustomerId, since: datetime
) -> list[tuple[Choice, bool]]:
    """Turn off what was turned on since `since`, when the account may have been in other hands.

    What had been refused before is refused again, also beside an older yes. The customer is locked.
    """
    before = queries.get_choices(work, customer_id)
    young = frozenset(one for one, made in before.made.items() if made.at >= since)
    yeses, refusals = (young & before.agreed) - REFUSALS, (young & REFUSALS) - before.agreed
    lifted = frozenset(one for one, at in before.lifted.items() if at >= since)
    if not yeses and not refusals and not lifted:
        return []
    noes = marketing_of(yeses & queries.list_noes(work, customer_id, since)) | lifted
    after, how = before.agreed - yeses - lifted, (ChoiceSource.UNDOING, get_catalogue(work))
    return _save(work, customer_id, after | refusals, noes, before, how)


def _stop(
    work: Work,
    customer_id: CustomerId,
    is_unwanted: Callable[[Choice], bool],
    via: ChoiceSource,
    refusals: Agreed = frozenset(),
) -> bool:
    """Turn off the unwanted choices, and record a refusal of those already off; False: no change.

    A repeated refusal is dated now, so that it is younger than any page made before. The sources in
    `UNSAID` turn off without refusing. `refusals` are the boxes whose being ticked is a no.
    """
    before, catalogue = queries.get_choices(work, customer_id), get_catalogue(work)
    after = frozenset(one for one in before.agreed if not is_unwanted(one)) | refusals
    known = (before.agreed | choices_of(catalogue, PurposeKind)) - REFUSALS
    noes = frozenset(filter(is_unwanted, () if via in UNSAID else known))
    if after == before.agreed and not noes:
        return False
    _save(work, customer_id, after, noes, before, (via, catalogue))
    return after != before.agreed or not marketing_of(noes) <= refused_by(before, catalogue)


def _save(  # noqa: PLR0913, PLR0917  # what was said, of whom, and what was before
    work: Work,
    customer_id: CustomerId,
    agreed: Agreed,
    noes: Agreed,
    before: Choices,
    how: tuple[ChoiceSource, Catalogue],
) -> list[tuple[Choice, bool]]:
    """Save choices with their history; `how` is their source and the catalogue that was shown.

    Refusals of what was off are kept too, recorded in the trail, and shown in the history.
    """
    via, catalogue = how
    changes = [(choice, choice in agreed) for choice in sorted(before.agreed ^ agreed)]
    made = dict(before.made) | {choice: ChoiceOrigin(work.now, via) for choice, _ in changes}
    refused = (refused_by(before, catalogue) | marketing_of(noes)) - agreed
    is_outright = not says_yes(before.agreed, agreed)
    news = noes if is_outright else marketing_of(noes) - refused_by(before, catalogue)
    said = Noted(ChoiceOrigin(work.now, via), catalogue.number, news - before.agreed)
    noted = before.noting(said, is_outright=is_outright)
    lifts = [choice for choice in agreed - before.agreed if choice.channel == Channel.EMAIL]
    stood = lifts and queries.list_suppressed(work, customer_id, lifts, catalogue)
    lifted = {**before.lifted, **dict.fromkeys(stood, work.now)}
    kept = Choices(agreed, before.version, work.now, made, refused, noted, lifted)
    _replace(work, customer_id, kept, is_to_lift=bool(lifts))
    if not changes:
        record(work, RefusalNoted(customer_id))
    for choice, is_on in changes:
        work.session.add(
            ChoiceChange(
                customer_id=customer_id,
                purpose=choice.purpose,
                channel=choice.channel,
                agreed=is_on,
                changed_at=work.now,
                actor_kind=work.actor.kind,
                via=via,
                wording=catalogue.number,
            )
        )
        record(work, ChoiceMade(customer_id, choice.purpose, choice.channel, is_on))
        words = {"purpose": choice.purpose, "channel": choice.channel, "agreed": is_on}
        facts = {**words, "wording": catalogue.number}  # other systems rely on these words
        announce(work, EventType.CHOICE_CHANGED, customer_id, facts, choice.value)
    if lifts:
        work.after_commit(_prepare_lift(work, customer_id, kept))
    return changes


def lift_waiting(works: Works, customer_id: CustomerId) -> None:
    """Lift the suppressions that a saved yes to emails should have lifted; safe to repeat."""
    with works() as work:
        said_at = queries.find_lift_at(work, customer_id)
        lift = _prepare_lift(work, customer_id, queries.get_choices(work, customer_id))
    lift()
    with works() as work:
        lock_customer(work, customer_id)
        row = work.session.get(MarketingChoices, customer_id)
        if row is not None and row.lift_at == said_at:
            row.lift_at = None


def _prepare_lift(work: Work, customer_id: CustomerId, choices: Choices) -> Callable[[], None]:
    """Return what lifts a customer's suppressions for the emails that they agree to."""
    said = {
        one.value: choices.made[one].at
        for one in choices.agreed & choices.made.keys()
        if one.channel == Channel.EMAIL
    }
    return prepare_lift(work, customer_id, said)


def _replace(work: Work, customer_id: CustomerId, choices: Choices, *, is_to_lift: bool) -> None:
    values = words_of(choices, work.now) | ({"lift_at": work.now} if is_to_lift else {})
    note_agreed(work, customer_id, values["agreed"])
    if choices.version == 0:
        with unless_taken(work, MarketingChoices, "customer_id", StaleError()):
            work.session.add(MarketingChoices(customer_id=customer_id, **values))
        return
    replaced = work.session.execute(
        update(MarketingChoices)
        .where(
            MarketingChoices.customer_id == customer_id,
            MarketingChoices.version == choices.version,
        )
        .values(values)
        .returning(MarketingChoices.customer_id)
    ).first()
    if replaced is None:
        raise StaleError
