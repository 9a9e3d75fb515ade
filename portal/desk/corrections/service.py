"""Ask for a correction, and decide on it: the answer has before, after and who else was told."""

from dataclasses import replace
from uuid import uuid4

from sqlalchemy import select

from portal.desk.case_records.models import CaseRow
from portal.desk.case_records.rules import Topic, read_reference
from portal.desk.case_records.service import find_locked_owner, lock_case
from portal.desk.cases.rules import Message, Step
from portal.desk.cases.service import answer_case, open_case
from portal.desk.corrections.events import CorrectionAsked, CorrectionDecided
from portal.desk.corrections.models import CorrectionRow
from portal.desk.corrections.queries import find_correction
from portal.desk.corrections.rules import AlreadyDecidedError, Correction
from portal.governance.audit.trail import record
from portal.identity.accounts.queries import get_customer
from portal.identity.accounts.service import get_locked
from portal.identity.staff_accounts.queries import get_acting_role
from portal.platform.core.errors import NotFoundError
from portal.platform.core.holdings import Processing
from portal.platform.core.ids import CaseId, CustomerId
from portal.platform.core.sealing import place
from portal.platform.core.work import Work


def ask_to_correct(
    work: Work, customer_id: CustomerId, about: Processing, said: tuple[str, str], once: str
) -> str:
    """Open the message that asks for a correction, and keep before and after; return its reference.

    The same copy of the form sent twice makes one; sent twice at once, the second raises
    `AlreadySentError`.
    """
    get_locked(work, customer_id)
    to = get_customer(work, customer_id).details
    before, after = said
    wanted = Correction(category=about.category, before=before, after=after, asked_at=work.now)
    message = Message(
        name=to.full_name,
        email=to.email,
        topic=Topic.CORRECTION,
        service="",
        text=wanted.request,
        once=once[:64],
    )
    reference = open_case(work, message, customer_id)
    case_id = _get_case_id(work, reference)
    if find_correction(work, case_id) is None:
        _keep(work, case_id, customer_id, wanted)
        record(work, CorrectionAsked(customer_id, about.slug))
    return reference


def decide_correction(work: Work, reference: str, version: int, decided: Correction) -> None:
    """Note what was decided on a case, and answer it with before, after and who else was told.

    `decided` is what its customer asked for, or what a colleague typed where the message came by
    another form. Raises `StaleError` where the case was changed since the page was made,
    `NotFoundError` for one that is no customer's, and `AlreadyDecidedError`.
    """
    row = lock_case(work, reference, version)
    owner = find_locked_owner(work, CaseId(row.id))
    if owner is None:
        raise NotFoundError
    asked = find_correction(work, CaseId(row.id))
    if asked is not None and asked.decided_at is not None:
        raise AlreadyDecidedError
    _keep(work, CaseId(row.id), owner.id, replace(decided, decided_at=work.now))
    answer_case(work, reference, decided.answer, Step.REPLIED, version)
    told, outcome = len(decided.told), str(decided.outcome)
    record(work, CorrectionDecided(owner.id, outcome, told, get_acting_role(work)))


def _get_case_id(work: Work, reference: str) -> CaseId:
    query = select(CaseRow.id).where(CaseRow.reference == read_reference(reference))
    return CaseId(work.session.scalars(query).one())


def _keep(work: Work, case_id: CaseId, customer_id: CustomerId, one: Correction) -> None:
    query = select(CorrectionRow).where(CorrectionRow.case_id == case_id)
    row = work.session.scalars(query.with_for_update()).first()
    if row is None:
        row = CorrectionRow(id=uuid4(), case_id=case_id, customer_id=customer_id, asked_at=work.now)
        work.session.add(row)
    row.decided_at, row.outcome = one.decided_at, one.outcome
    row.sealed = work.seal(customer_id, place("correction", row.id), one.words())
