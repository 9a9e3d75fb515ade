"""Share the details of those who agree with a company, recorded before anything is handed out."""

from collections import Counter
from collections.abc import Iterable
from typing import Any
from uuid import uuid4

from sqlalchemy import insert

from portal.consent.list_import.columns import Layout, UnfitListError
from portal.consent.list_import.sheets import Row
from portal.consent.list_screening.rules import Campaign
from portal.consent.list_screening.service import open_screen
from portal.consent.marketing.queries import list_last_said
from portal.consent.marketing.rules import Choice
from portal.consent.purposes.queries import get_catalogue
from portal.consent.purposes.rules import (
    SHARED,
    YES,
    Purpose,
)
from portal.consent.sharing.events import ListShared, StoppedListed
from portal.consent.sharing.models import HandoverRow
from portal.consent.sharing.queries import AT_ONCE, list_agreeing, list_stopped
from portal.consent.sharing.rules import Batch, Stopped, Terms, UnfitTermsError
from portal.governance.audit.trail import record
from portal.identity.accounts.queries import list_customers
from portal.identity.contact_index.rules import Channel
from portal.platform.core.errors import StaleError
from portal.platform.core.ids import CustomerId
from portal.platform.core.sealing import place
from portal.platform.core.work import Work


def share(work: Work, terms: Terms, layout: Layout, rows: Iterable[Row]) -> Batch:
    """Return the rows of a list that may go to a company; records their customers in the ledger.

    Nothing may be handed out before this work is committed. A row is one customer, found by the
    email address. Raises `UnfitListError` and `UnindexedError` as screening does, and `StaleError`
    when somebody refused, or left, meanwhile.
    """
    if len(layout.columns) != 1:
        raise UnfitListError(
            "A row is one customer, but several columns have email addresses."
            " Say which one counts: --column NAME"
        )
    campaign = Campaign(purpose=terms.purpose, channel=Channel.EMAIL, is_shared=True)
    screened = open_screen(work, campaign, layout, is_short=True).screen_all(rows)
    wordings = _write_down(work, terms, sorted({*screened.hashes}))
    counts = len(screened.through), len(screened.withheld)
    record(work, ListShared(uuid4(), terms.purpose, terms.agreement, *counts))
    return Batch(screened, wordings)


def hand_out_stopped(work: Work, key: str) -> list[Stopped]:
    """Return whose details a company may no longer use; raises `UnfitTermsError`."""
    found = list_stopped(work, _find_company(work, key))
    record(work, StoppedListed(uuid4(), key, len(found)))
    return found


def _find_company(work: Work, key: str) -> Purpose:
    companies = {one.key: one for one in get_catalogue(work).purposes if one.kind in SHARED}
    if key not in companies:
        raise UnfitTermsError(f"Customers were asked about these: {', '.join(companies)}")
    return companies[key]


def _write_down(work: Work, terms: Terms, hashes: list[bytes]) -> Counter[int]:
    """Record a line for each customer; return the number of customers by catalogue version."""
    choice, wordings, now = Choice(terms.purpose, YES), Counter[int](), work.now
    for start in range(0, len(hashes), AT_ONCE):
        some = hashes[start : start + AT_ONCE]
        customers = list_agreeing(work, terms.purpose, some)
        emails = {one.id: one.details.email for one in list_customers(work, customers)}
        if not len(emails) == len(customers) == len(some):
            raise StaleError
        said = list_last_said(work, customers, choice)
        wordings.update(said[one].wording for one in customers)
        rows = [
            {
                "customer_id": one,
                "purpose": terms.purpose,
                "agreement": terms.agreement,
                "wording": said[one].wording,
                "shared_at": now,
                **_seal(work, one, emails[one]),
            }
            for one in customers
        ]
        work.session.execute(insert(HandoverRow), rows)
    return wordings


def _seal(work: Work, customer_id: CustomerId, email: str) -> dict[str, Any]:
    """Return the id of a new line, and the address that a company receives, sealed under it.

    The customer's row is locked (`list_agreeing`): their erasure waits, and then deletes the line
    too.
    """
    work.note_locked(customer_id)
    line_id = uuid4()
    where = place("handover", line_id)
    return {"id": line_id, "sealed": work.seal(customer_id, where, {"email": email})}
