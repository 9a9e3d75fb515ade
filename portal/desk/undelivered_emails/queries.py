"""Reading undelivered emails, each with the case that it belongs to."""

from dataclasses import dataclass

from portal.desk.case_records.queries import list_references
from portal.messaging.email.undelivered import Undelivered, list_undelivered
from portal.platform.core.work import Work

SHOWN = 50


@dataclass(frozen=True, slots=True)
class Listed:
    """An undelivered email; `reference` is of its case, where there is one."""

    email: Undelivered
    reference: str | None


def list_failed(work: Work, most: int = SHOWN) -> list[Listed]:
    """Return the undelivered emails, the newest first."""
    emails = list_undelivered(work, most)
    references = list_references(work, {one.case_id for one in emails if one.case_id})
    return [Listed(one, references.get(one.case_id) if one.case_id else None) for one in emails]
