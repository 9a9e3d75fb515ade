"""Every table that knows something about a person is declared by the room that keeps it."""

import pytest
from sqlalchemy import Column, Integer, MetaData, Table

from portal.operations.data_inventory import HELD
from portal.operations.schema.model_registry import Base
from tests.architecture import declarations

# A table that looks personal and is not: its name, and why.
ABOUT_NOBODY = {
    "staff_member": "a colleague and no customer: closed when they leave, never deleted",
}

DECLARED = frozenset[str]().union(*(holding.tables for holding in HELD))


def test_every_table_about_a_person_is_declared() -> None:
    faults = declarations.undeclared_tables(Base.metadata, {*DECLARED, *ABOUT_NOBODY})
    assert not faults, "\n".join(faults)


def test_only_tables_that_exist_are_declared() -> None:
    assert {*DECLARED, *ABOUT_NOBODY} <= set(Base.metadata.tables)


def test_no_table_is_both_declared_and_about_nobody() -> None:
    assert not DECLARED & set(ABOUT_NOBODY)


@pytest.mark.parametrize("column", ["sealed", "customer_id", "owner_id", "person_id", "email_hash"])
def test_an_undeclared_table_is_found(column: str) -> None:
    metadata = MetaData()
    Table("diary", metadata, Column("id", Integer), Column(column, Integer))
    assert declarations.undeclared_tables(metadata, {"letter"}) == [f"diary: {column}"]
    assert declarations.undeclared_tables(metadata, {"diary"}) == []


def test_a_table_about_nobody_is_left_alone() -> None:
    metadata = MetaData()
    Table("holiday", metadata, Column("id", Integer), Column("day", Integer))
    assert declarations.undeclared_tables(metadata, frozenset()) == []
