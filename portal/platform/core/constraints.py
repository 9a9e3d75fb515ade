"""Uniqueness is decided by a named constraint and translated here, once."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import cast

from sqlalchemy import Table, UniqueConstraint
from sqlalchemy.exc import IntegrityError

from portal.platform.core.database import Base
from portal.platform.core.errors import DomainError
from portal.platform.core.work import Work


@contextmanager
def unless_taken(
    work: Work, table: type[Base], column: str, refusal: DomainError
) -> Iterator[None]:
    """Send what the block wrote; raise `refusal` when `column` was there already.

    The transaction is of no more use then, so let the refusal leave the unit of work.
    """
    try:
        yield
        work.session.flush()
    except IntegrityError as error:
        if _is_about(error, cast(Table, table.__table__), column):
            raise refusal from None
        raise


def _is_about(error: IntegrityError, table: Table, column: str) -> bool:
    diagnosis = getattr(error.orig, "diag", None)
    if diagnosis is not None:
        names = {
            str(constraint.name)
            for constraint in table.constraints
            if isinstance(constraint, UniqueConstraint) and column in constraint.columns
        } | {f"uq_{table.name}_{column}", f"pk_{table.name}"}
        return str(diagnosis.constraint_name) in names
    return f"{table.name}.{column}" in str(error.orig)
