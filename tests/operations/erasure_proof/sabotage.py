"""Parts of the portal that do their work badly: each is what the proof must find."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection, select, update

from portal.consent.marketing.queries import list_refused
from portal.desk.case_records.models import CaseRow
from portal.desk.cases.held import _erase
from portal.erasure.cancellation.queries import list_suppressed
from portal.identity.accounts.held import erase_waiting
from portal.identity.accounts.models import CustomerRow
from portal.identity.accounts.queries import get_customer
from portal.identity.contact_index.models import ContactHash
from portal.identity.contact_index.service import list_hashes
from portal.operations.data_inventory import HELD
from portal.operations.erasure_proof.running import ORDINARY
from portal.operations.erasure_proof.scene import SceneParts
from portal.platform.core.holdings import Holding, Traces
from portal.platform.core.ids import CustomerId
from portal.platform.core.ledger import Suppressed
from portal.platform.core.rows import named_by
from portal.platform.core.work import Work
from portal.platform.encryption.keyring import Keyring

CASES = "Your messages to us and our answers"
PLANTED = "Scrambled codes of your addresses and numbers, including old ones"
PROFILE = "Your profile and contact details"


class ForgetfulKeyring(Keyring):
    """Writes the ledger, as it should, and keeps the key, as it should not, however unused."""

    def _destroy(self, connection: Connection, key_id: object) -> None:
        """Do nothing."""

    def list_maybe_unused(self, before: datetime, most: int) -> list[UUID]:
        """Say that every key is used."""
        del before, most
        return []


def made_with(category: str, **parts: Callable[..., int]) -> SceneParts:
    """Return what makes a portal in which one holding works otherwise."""
    changed = {one.category: one for one in HELD}
    holding: Holding = changed[category]
    changed[category] = replace(holding, **parts)  # type: ignore[arg-type]  # any of its parts
    return replace(ORDINARY, register=tuple(changed.values()))


def finds_nothing(work: Work, customer_id: UUID, traces: Traces) -> dict[str, int]:
    """Look for nobody: the portal's own look, which would find some of this, is blind."""
    del work, customer_id, traces
    return {}


def erase_cases_of_today(work: Work, customer_id: CustomerId) -> int:
    """Empty what was sent signed in, or by the address of today: a former one is forgotten."""
    today = select(CustomerRow.email_hash).where(CustomerRow.id == customer_id).scalar_subquery()
    by_address = CaseRow.customer_id.is_(None) & (CaseRow.email_hash == today)
    return _erase(work, (CaseRow.customer_id == customer_id) | by_address)


def erase_every_case_named(work: Work, traces: Traces) -> int:
    """Empty whatever names an address, also what another customer sent."""
    return _erase(work, named_by(traces, CaseRow.email_hash, CaseRow.received_at))


def erase_waiting_of_today(work: Work, traces: Traces) -> int:
    """Forget tries at the address of today, and not at former ones."""
    newest = max(one.until for one in traces)
    return erase_waiting(work, tuple(one for one in traces if one.until == newest))


def leave_a_mark(work: Work, customer_id: CustomerId) -> int:
    """Leave the marks of former addresses behind, with somebody else."""
    other = select(CustomerRow.id).where(CustomerRow.id != customer_id).limit(1)
    former = (ContactHash.customer_id == customer_id) & ContactHash.ended_at.is_not(None)
    work.session.execute(
        update(ContactHash).where(former).values(customer_id=other.scalar_subquery())
    )
    (marks,) = (one for one in HELD if one.category == PLANTED)
    return marks.erase(work, customer_id)


def suppress_what_is_there_today(work: Work, customer_id: CustomerId) -> list[Suppressed]:
    """Keep the no for the addresses and numbers of today alone."""
    channels, _ = list_refused(work, customer_id)
    return list_hashes(work, get_customer(work, customer_id).details.reach, *channels)


def suppress_what_others_have(work: Work, customer_id: CustomerId) -> list[Suppressed]:
    """Keep the no also for what somebody else has by now."""
    channels, _ = list_refused(work, customer_id)
    query = select(ContactHash.channel, ContactHash.value_hash)
    rows = work.session.execute(
        query.where(ContactHash.customer_id == customer_id, ContactHash.channel.in_(channels))
    )
    ever = {(row.channel, row.value_hash) for row in rows}
    return sorted({*list_suppressed(work, customer_id), *ever})
