"""Put emails into the outbox; hold, release and drop them."""

from collections.abc import Collection, Iterable, Sequence
from contextlib import suppress
from dataclasses import asdict
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import ColumnElement, delete, select

from portal.messaging.email.delivery import FailureReason
from portal.messaging.email.message import Email
from portal.messaging.email.models import EmailState, OutboxEmail
from portal.platform.core.addresses import is_same_mailbox
from portal.platform.core.database import deleted
from portal.platform.core.errors import UnreadableError
from portal.platform.core.rows import erasure_of, take_where
from portal.platform.core.sealing import place
from portal.platform.core.texts import _, join
from portal.platform.core.work import Work
from portal.platform.encryption.doomed import doom_keys

GONE_SINCE = _("The account is being deleted. You can still ask us about this.")
ASK = _("Send us a message")
forget_person = erasure_of(OutboxEmail.person_id)
"""Delete every email to a person, sent or not; return how many."""


def queue(work: Work, person_id: UUID, email: Email, case_id: UUID | None = None) -> UUID:
    """Write an email, sealed with the key of the person it is to; say to which case it belongs."""
    return _keep(work, uuid4(), person_id, email, EmailState.WAITING, case_id)


def queue_alone(work: Work, email: Email) -> UUID:
    """Write an email to nobody we know: sealed with a key of its own, which goes when it went."""
    email_id = uuid4()
    work.create_key(email_id)
    return _keep(work, email_id, email_id, email, EmailState.WAITING)


def hold_last(work: Work, email: Email) -> UUID:
    """Write the email that outlives its person: sealed with a key of its own, and held back."""
    email_id = uuid4()
    work.create_key(email_id)
    return _keep(work, email_id, email_id, email, EmailState.HELD)


def release(work: Work, email_id: UUID, extract: str, more: Sequence[str] = ()) -> None:
    """Let a held email go, with lines that were not known when it was written.

    `more` are paragraphs that go above them, below its own.
    """
    row = lock_email(work, email_id)
    if row is None or row.sealed is None or row.state != EmailState.HELD:
        return
    row.state, row.due_at = EmailState.WAITING, work.now
    words = work.vault.find(row.person_id, place("letter", row.id), row.sealed)
    work.note_locked(row.person_id)
    if words is not None:
        words["extract"] = extract
        words["paragraphs"] = [*words["paragraphs"], *more]
        row.sealed = work.seal(row.person_id, place("letter", row.id), words)


def redirect_unsent(
    work: Work, wanted: ColumnElement[bool], addresses: Collection[str], to: str
) -> None:
    """Have emails to one of some addresses that did not go yet, or failed, go to another.

    Those of a case alone: all others are about the address itself, and are deleted. One that a
    worker is sending at this moment goes where it was written to.
    """
    for row, words in _list_unsent_to(work, wanted, addresses):
        if row.case_id is None:
            work.session.delete(row)
            continue
        row.sealed = work.seal(row.person_id, place("letter", row.id), words | {"to": to})
        row.refused_since, row.tries, row.due_at = None, 0, work.now


def _list_unsent_to(
    work: Work, wanted: ColumnElement[bool], addresses: Collection[str]
) -> list[tuple[OutboxEmail, dict[str, Any]]]:
    """Lock and return the emails with words that are to one of some addresses, and their words."""
    query = select(OutboxEmail).where(wanted, OutboxEmail.sealed.is_not(None))
    query = query.order_by(OutboxEmail.id).with_for_update()
    rows = work.session.scalars(query.execution_options(populate_existing=True)).all()
    found = []
    for row in rows:
        words = None
        with suppress(UnreadableError):  # the worker gives it up
            words = work.vault.find(row.person_id, place("letter", row.id), row.sealed or b"")
        if words and any(is_same_mailbox(words["to"], one) for one in addresses):
            work.note_locked(row.person_id)
            found.append((row, words))
    return found


def list_unsaid(
    work: Work, person_id: UUID, kinds: Collection[str], to: str
) -> tuple[list[str], list[Email]]:
    """Return what emails of some kinds say that did not go before their person is erased.

    Those to the address of the last email as paragraphs for that one, the oldest first; those to
    another address, as after a change of it, as emails whose link leads to nothing that is gone.
    """
    waits = OutboxEmail.state.in_((EmailState.WAITING, EmailState.FAILED))
    wanted = (OutboxEmail.person_id == person_id) & OutboxEmail.kind.in_(list(kinds)) & waits
    query = select(OutboxEmail).where(wanted, OutboxEmail.sealed.is_not(None))
    said, others = list[str](), list[Email]()
    for row in work.session.scalars(query.order_by(OutboxEmail.created_at)):
        words = None
        with suppress(UnreadableError):
            words = work.vault.find(person_id, place("letter", row.id), row.sealed or b"")
        if words and is_same_mailbox(words["to"], to):
            said.append(join((words["subject"], *words["paragraphs"]), " – "))
        elif words:
            changed: dict[str, Any] = {
                "paragraphs": tuple(words["paragraphs"]),
                "closing": (GONE_SINCE,),
            }
            changed |= {"action_label": ASK, "action_path": "/contact"}
            others.append(Email(**words | changed))
    return said, others


def forget_unsent(work: Work, person_ids: Iterable[UUID]) -> int:
    """Delete unsent emails about registrations whose keys are doomed; return how many.

    They were never confirmed, or another one has overtaken them.
    """
    ids = list(person_ids)
    if not ids:
        return 0
    unsent = OutboxEmail.person_id.in_(ids) & OutboxEmail.sealed.is_not(None)
    return deleted(work.session, delete(OutboxEmail).where(unsent))


def drop_unsent(work: Work, most: int, kept: Collection[UUID] = ()) -> int:
    """Give up emails that wait: a copy was put back, and they went long ago; return how many.

    `kept` are those that are known not to have gone.
    """
    states = OutboxEmail.state.in_([EmailState.WAITING, EmailState.HELD])
    taken = take_where(work, OutboxEmail.id, states & OutboxEmail.id.not_in(kept), most)
    for row in work.session.scalars(select(OutboxEmail).where(OutboxEmail.id.in_(taken))):
        row.reason = FailureReason.RESTORED
        end_email(work, row, EmailState.FAILED)
    return len(taken)


def lock_email(work: Work, email_id: UUID) -> OutboxEmail | None:
    """Lock an email, as it is now; None when it was deleted with its person meanwhile."""
    return work.session.get(OutboxEmail, email_id, with_for_update=True, populate_existing=True)


def end_email(work: Work, row: OutboxEmail, state: EmailState) -> None:
    """Close an email: its words go, and its key where it had one of its own."""
    row.state, row.ended_at = state, row.ended_at or work.now
    wipe(work, row)


def wipe(work: Work, row: OutboxEmail) -> None:
    """Take the words of an email away, and its key where it had one of its own."""
    if row.sealed is not None and row.person_id == row.id:
        doom_keys(work, [row.id])
    row.sealed = None


def _keep(  # noqa: PLR0913, PLR0917  # one a column
    work: Work,
    email_id: UUID,
    person_id: UUID,
    email: Email,
    state: EmailState,
    case_id: UUID | None = None,
) -> UUID:
    work.session.add(
        OutboxEmail(
            id=email_id,
            person_id=person_id,
            case_id=case_id,
            kind=email.kind,
            state=state,
            sealed=work.seal(person_id, place("letter", email_id), asdict(email)),
            created_at=work.now,
            due_at=work.now,
        )
    )
    return email_id
