"""Make marketing choices."""

from sqlalchemy import update

from portal.audit.trail import record
from portal.kernel.constraints import unless_taken
from portal.kernel.errors import StaleError
from portal.kernel.ids import CustomerId
from portal.kernel.work import Work
from portal.preferences import queries
from portal.preferences.events import ChoiceMade
from portal.preferences.models import ChoiceChange, MarketingChoices
from portal.preferences.rules import (
    LEAVING,
    WORDING,
    Agreed,
    Choice,
    Choices,
    changed,
    spell_change,
)
from portal.webhooks.rules import Kind
from portal.webhooks.service import announce


def save_choices(
    work: Work, customer_id: CustomerId, agreed: Agreed, version: int | None = None
) -> list[tuple[Choice, bool]]:
    """Keep choices and the history of each that changed; return those.

    Saving nothing for the first time is kept as well: it is a no to everything. With a version,
    raises `StaleError` when others were saved since it was read.
    """
    before = queries.get_choices(work, customer_id)
    if version is not None and version != before.version:
        raise StaleError
    if before.agreed == agreed and before.version:
        return []
    return _save(work, customer_id, agreed, before, WORDING)


def stop_marketing(work: Work, customer_id: CustomerId) -> None:
    """Turn everything off for somebody who leaves; what they had said themselves can be told."""
    before = queries.get_choices(work, customer_id)
    if before.agreed:
        _save(work, customer_id, frozenset(), before, LEAVING)


def _save(
    work: Work, customer_id: CustomerId, agreed: Agreed, before: Choices, wording: str
) -> list[tuple[Choice, bool]]:
    changes = changed(before.agreed, agreed)
    _replace(work, customer_id, agreed, before.version)
    for choice, is_on in changes:
        work.session.add(
            ChoiceChange(
                customer_id=customer_id,
                purpose=choice.purpose,
                channel=choice.channel,
                agreed=is_on,
                changed_at=work.now,
                actor_kind=work.actor.kind,
                wording=wording,
            )
        )
        record(work, ChoiceMade(customer_id, choice.purpose, choice.channel, is_on))
        facts = spell_change(choice, is_on, wording)
        announce(work, Kind.CHOICE_CHANGED, customer_id, facts, choice.value)
    return changes


def _replace(work: Work, customer_id: CustomerId, agreed: Agreed, version: int) -> None:
    values = {
        "version": version + 1,
        "agreed": sorted(choice.value for choice in agreed),
        "saved_at": work.now,
    }
    if version == 0:
        with unless_taken(work, MarketingChoices, "customer_id", StaleError()):
            work.session.add(MarketingChoices(customer_id=customer_id, **values))
        return
    replaced = work.session.execute(
        update(MarketingChoices)
        .where(MarketingChoices.customer_id == customer_id, MarketingChoices.version == version)
        .values(values)
        .returning(MarketingChoices.customer_id)
    ).first()
    if replaced is None:
        raise StaleError
