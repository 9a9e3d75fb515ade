import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.desk.case_records.rules import new_reference, read_reference
from portal.platform.core.references import ALPHABET


def test_references_hold_no_sign_that_is_mistaken_for_another() -> None:
    assert not set("ILOU01") & set(ALPHABET)
    assert read_reference(new_reference()) is not None


@pytest.mark.parametrize("typed", ["pc-7k4q-92w", " PC 7K4Q 92W ", "7k4q92w", "PC7K4Q92W"])
def test_a_reference_is_read_however_it_is_typed(typed: str) -> None:
    assert read_reference(typed) == "PC-7K4Q-92W"


@given(st.text())
def test_anything_else_is_no_reference(text: str) -> None:
    found = read_reference(text)
    assert found is None or len(found) == 11
