"""Keep how a customer likes pages to look, with their profile."""

from dataclasses import replace

from portal.governance.audit.trail import record
from portal.identity.accounts.queries import get_customer
from portal.identity.accounts.service import get_locked, replace_details
from portal.platform.core.ids import CustomerId
from portal.platform.core.work import Work
from portal.self_service.display_settings.events import DisplayChosen


def choose_display(work: Work, customer_id: CustomerId, spelled: str) -> None:
    """Keep what was chosen; raises `NotFoundError` for whoever is gone."""
    get_locked(work, customer_id)
    saved = get_customer(work, customer_id)
    if saved.details.display == spelled:
        return
    replace_details(work, customer_id, replace(saved.details, display=spelled), saved.version)
    record(work, DisplayChosen(customer_id))
