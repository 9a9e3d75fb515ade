"""Reading who a session belongs to, and how somebody may get in."""

from datetime import timedelta
from uuid import UUID

from sqlalchemy import bindparam, select

from portal.identity.accounts.models import CustomerRow
from portal.identity.accounts.rules import read_details
from portal.identity.sessions.models import SignInSession
from portal.identity.sessions.rules import SessionStage
from portal.platform.core.sealing import place
from portal.platform.core.tokens import hash_token
from portal.platform.core.visit import CUSTOMER, Ended, Visit
from portal.platform.core.work import Work


def find_visit(work: Work, token: str, idle: timedelta) -> Visit | None:
    """Return the visit of a customer by their session's token: one query, one key."""
    found = work.session.execute(_VISITING, {"token_hash": hash_token(token)}).first()
    if found is None:
        return None
    session = found[0].read()
    me = session.person_id
    words = work.vault.find(me, place("customer", me), found.sealed)
    if words is None:
        return None
    is_idle = session.is_idle(work.now, idle)
    over = Ended.TOO_LONG if session.is_over(CUSTOMER, work.now) else None
    return Visit(
        kind=CUSTOMER,
        person_id=me,
        session_id=session.id,
        name=read_details(words).full_name,
        role="",
        role_title="",
        is_half=session.stage is not SessionStage.FULL,
        is_enrolling=False,
        is_stale=session.is_stale(work.now, idle),
        ended=Ended.IDLE if is_idle else over,
        signed_in_before_at=session.signed_in_before_at,
        proved_at=session.proved_at,
    )


def find_owner(work: Work, customer_id: UUID) -> tuple[bytes, UUID | None]:
    """Return the name under which tries at a customer's secrets are counted, and whose it is."""
    query = select(CustomerRow.email_hash).where(
        CustomerRow.id == customer_id, CustomerRow.decided_at.is_(None)
    )
    email_hash = work.session.scalar(query)
    return email_hash or b"", customer_id if email_hash else None


_VISITING = (
    select(SignInSession, CustomerRow.sealed)
    .join(CustomerRow, CustomerRow.id == SignInSession.owner_id)
    .where(SignInSession.token_hash == bindparam("token_hash"), SignInSession.kind == CUSTOMER)
)
