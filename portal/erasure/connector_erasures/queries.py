"""Reading what other systems were told to erase, and what came of it."""

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy import select

from portal.erasure.connector_erasures.models import ConnectorErasure, is_due
from portal.erasure.connector_erasures.rules import SystemOutcome
from portal.platform.core.work import Work


def find_is_due(work: Work) -> bool:
    """Tell whether a system is to be told now."""
    query = select(ConnectorErasure.id).where(is_due(work.now))
    return work.session.scalar(query.limit(1)) is not None


def list_outcomes(work: Work, erasure_ids: Iterable[UUID]) -> list[SystemOutcome]:
    """Return what came of telling systems, in the order of their names."""
    query = select(ConnectorErasure).where(ConnectorErasure.id.in_(list(erasure_ids)))
    return [
        SystemOutcome(
            system=row.system,
            asked_at=row.asked_at,
            confirmed_at=row.confirmed_at,
            is_waiting=row.next_try_at is not None,
            erased=row.erased,
            kept=tuple(row.kept),
        )
        for row in work.session.scalars(query.order_by(ConnectorErasure.system))
    ]
