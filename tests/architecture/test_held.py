"""Every table that knows something about a person is declared by the room that keeps it."""

import pytest
from sqlalchemy import Column, Integer, MetaData, Table

from portal.desk.processing_register.queries import OTHERS
from portal.desk.processing_register.rules import list_lacking
from portal.operations.data_inventory import ABOUT_NOBODY, HELD
from portal.operations.schema.migrate import TABLES
from portal.operations.schema.model_registry import Base
from tests.architecture import declarations

DECLARED = frozenset[str]().union(*(one.tables for one in (*HELD, *OTHERS)))
THERE = frozenset(name for branch in TABLES.values() for name in branch.tables)


def test_every_table_about_a_person_is_declared() -> None:
    faults = declarations.undeclared_tables(Base.metadata, {*DECLARED, *ABOUT_NOBODY})
    assert not faults, "\n".join(faults)


def test_only_tables_that_exist_are_declared() -> None:
    assert {*DECLARED, *ABOUT_NOBODY} <= THERE


def test_no_table_is_both_declared_and_about_nobody() -> None:
    assert not DECLARED & set(ABOUT_NOBODY)


def test_every_table_of_both_databases_is_in_the_register_or_about_nobody() -> None:
    assert list_lacking(THERE, (*HELD, *OTHERS), ABOUT_NOBODY) == []


def test_a_table_that_nobody_declared_is_lacking_from_the_register() -> None:
    assert list_lacking({*THERE, "diary"}, (*HELD, *OTHERS), ABOUT_NOBODY) == ["diary"]
    assert list_lacking(THERE, (*HELD[1:], *OTHERS), ABOUT_NOBODY) == sorted(HELD[0].tables)


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
